import type { Pixels } from './decode.ts';

/**
 * The share of pixels that repeat their left neighbour, 0 to 1, from a sample. Near 0 for photos, because they have
 * noise.
 */
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

/** A prime, so that it does not coincide with regular patterns. */
const SAMPLED_EVERY = 7;
