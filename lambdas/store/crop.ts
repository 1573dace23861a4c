import * as z from 'zod/mini';

const Box = z.object({
  x: z.int().check(z.nonnegative()),
  y: z.int().check(z.nonnegative()),
  side: z.int().check(z.positive()),
});

/** How what was asked for lies in messages and rows: a crop box, or a word. */
export const RequestedCropItem = z.union([Box, z.literal('centre')]);

/** How a box that was chosen lies in a row. */
export const ChosenCropItem = z.extend(Box, { by: z.enum(['auto', 'centre', 'box']) });
