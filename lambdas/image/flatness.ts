import type { Pixels } from './decode.ts';

/** The share of pixels that repeat their left neighbour's colour, 0 to 1, from a sample: near 0 in photos, which have noise. */
export function flatness({ data, channels }: Pixels): number {
  let repeats = 0;
  let sampled = 0;
  for (let at = channels; at < data.length; at += channels * SAMPLED_EVERY, sampled++)
    if (
      data[at] === data[at - channels] &&
      data[at + 1] === data[at + 1 - channels] &&
      data[at + 2] === data[at + 2 - channels]
    )
      repeats++;
  return sampled === 0 ? 0 : repeats / sampled;
}

/** Prime, so that no regular pattern is met in step. */
const SAMPLED_EVERY = 7;
