import * as z from 'zod';
import type { Look } from '../core/photo.ts';

/** How a photo's look lies in an item, beside the photo's other attributes or the upload's. */
export const LookItem = z.object({
  thumbhash: z.string().optional(),
  dominant_colour: z.string().optional(),
});

export const lookItem = ({ thumbhash, dominantColour }: Look): z.input<typeof LookItem> => ({
  ...(thumbhash !== undefined && { thumbhash }),
  ...(dominantColour !== undefined && { dominant_colour: dominantColour }),
});

export const readLook = ({ thumbhash, dominant_colour }: z.output<typeof LookItem>): Look => ({
  ...(thumbhash !== undefined && { thumbhash }),
  ...(dominant_colour !== undefined && { dominantColour: dominant_colour }),
});
