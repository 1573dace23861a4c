import sharp from 'sharp';

/** Both pictures are compared at this size, in blocks of so many pixels a side. */
const SIDE_PX = 192;
const BLOCK_PX = 16;

/**
 * How unlike two pictures of one square are: the mean difference of a channel in the worst of 144 blocks, 0 to 255. The
 * mean of a block forgives other filters and other JPEG encoders. The worst block does not forgive a picture that is
 * moved, turned or mirrored.
 */
export async function unlikeness(one: Buffer, other: Buffer): Promise<number> {
  const [first, second] = await Promise.all([pixels(one), pixels(other)]);
  const blocks = SIDE_PX / BLOCK_PX;
  const sums = new Array<number>(blocks * blocks).fill(0);
  for (let at = 0; at < first.length; at++) {
    const pixel = Math.floor(at / 3);
    const block =
      Math.floor(Math.floor(pixel / SIDE_PX) / BLOCK_PX) * blocks + Math.floor((pixel % SIDE_PX) / BLOCK_PX);
    sums[block] = (sums[block] ?? 0) + Math.abs((first[at] ?? 0) - (second[at] ?? 0));
  }
  return Math.max(...sums) / (BLOCK_PX * BLOCK_PX * 3);
}

const pixels = (picture: Buffer): Promise<Buffer> =>
  sharp(picture).resize(SIDE_PX, SIDE_PX, { fit: 'fill' }).flatten().toColourspace('srgb').raw().toBuffer();
