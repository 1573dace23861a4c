import * as z from 'zod/mini';

const Box = z.object({
  x: z.int().check(z.nonnegative()),
  y: z.int().check(z.nonnegative()),
  side: z.int().check(z.positive()),
});

/** A requested crop in messages and rows: a box, or a word. */
export const RequestedCropItem = z.union([Box, z.literal('centre')]);

/** A chosen box in rows. */
export const ChosenCropItem = z.extend(Box, { by: z.enum(['auto', 'centre', 'box']) });
