import * as z from 'zod';

const Box = z.object({ x: z.int().nonnegative(), y: z.int().nonnegative(), side: z.int().positive() });

/** How what was asked for lies in messages and rows: a crop box, or a word. */
export const RequestedCropItem = z.union([Box, z.literal('centre')]);

/** How a box that was chosen lies in a row. */
export const ChosenCropItem = Box.extend({ by: z.enum(['auto', 'centre', 'box']) });
