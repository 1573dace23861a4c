import type { Sharp, SharpOptions } from 'sharp';
import { MAX_PIXELS } from '../core/upload-policy.ts';
import type { Bounded } from './bounds.ts';
import { type Header, uprightSize } from './header.ts';
import { sharp } from './libvips.ts';
import type { Plan } from './render-plan.ts';

/** Pixels in sRGB, 8 bits a sample, rows from the top without padding. */
export interface Pixels {
  data: Buffer;
  widthPx: number;
  heightPx: number;
  /** 4 has alpha, not premultiplied. */
  channels: 3 | 4;
}

/**
 * Gives the memory of pixels back at once. Nothing may be reading them, and nobody may use them any more. Left to the garbage
 * collector, these megabytes outside its heap make it run in full at every other photo, for half a photo's own time.
 */
export function release(data: Buffer): void {
  // Node's small buffers share one memory, and others' are not ours to give back.
  if (data.byteLength === data.buffer.byteLength) (data.buffer as ArrayBuffer).transfer(0);
}

/**
 * Whether frame 1 decodes to its last row. Truncated or damaged data does not; a mere warning of libjpeg's does.
 *
 * One column of every row is kept: libvips then decodes each row and lets go of it, in about 15 MB for a 48-megapixel
 * photo. Fewer rows would leave the last ones undecoded, and `stats()` does not see that an interlaced PNG is truncated.
 */
export async function decodesThroughout(bytes: Uint8Array, header: Header): Promise<boolean> {
  const column = open(bytes, { ignoreIcc: true }).extract({ left: 0, top: 0, width: 1, height: header.heightPx }).raw();
  return (await agrees(bytes, header)) && (await readable(column)) !== undefined;
}

/**
 * Decodes the source once: turn, sRGB in 8 bits, first frame, crop box, down to the size that the plan asks for (bars not
 * yet added). Undefined when the bytes do not decode.
 */
export async function decode(
  bytes: Uint8Array,
  { format, header }: Bounded,
  { crop, letterbox, master }: Plan,
): Promise<Pixels | undefined> {
  const { widthPx, heightPx } = letterbox?.picture ?? master;
  const turned = open(bytes, { autoOrient: true });
  if (crop) turned.extract({ left: crop.x, top: crop.y, width: crop.side, height: crop.side });
  const fitted = turned.resize({ width: widthPx, height: heightPx, fit: 'fill' }).toColourspace('srgb');
  // The file's own word decides: libvips gives every frame alpha when any frame of a GIF has it.
  const pipeline = header.hasAlpha ? fitted.ensureAlpha() : fitted.removeAlpha();
  const data = (await agrees(bytes, header)) ? await readable(pipeline.raw({ depth: 'uchar' })) : undefined;
  if (data === undefined) return undefined;
  const pixels: Pixels = { data, widthPx, heightPx, channels: header.hasAlpha ? 4 : 3 };
  // Encoders of animations declare a transparent colour that frame 1 does not use; in a PNG the channel is meant.
  return format === 'gif' && header.hasAlpha && isOpaque(data) ? withoutAlpha(pixels) : pixels;
}

/** Of RGBA pixels. */
function isOpaque(data: Buffer): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

async function withoutAlpha({ data, widthPx, heightPx }: Pixels): Promise<Pixels> {
  const opaque = sharp(data, { raw: { width: widthPx, height: heightPx, channels: 4 } }).removeAlpha();
  return { data: await opaque.raw().toBuffer(), widthPx, heightPx, channels: 3 };
}

/** `failOn: 'error'` refuses what is truncated. The pixel bound is a second belt: the header has been checked before. */
const open = (bytes: Uint8Array, options: SharpOptions): Sharp =>
  sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS, pages: 1, ...options });

/**
 * Whether libvips reads the same upright size from the header as we did. Were it another, the bounds would have been
 * checked on one picture and a crop box cut from the other.
 */
async function agrees(bytes: Uint8Array, header: Header): Promise<boolean> {
  const { widthPx, heightPx } = uprightSize(header);
  const found = await settled(open(bytes, {}).metadata());
  return found?.autoOrient.width === widthPx && found.autoOrient.height === heightPx;
}

const readable = (pipeline: Sharp): Promise<Buffer | undefined> => settled(pipeline.toBuffer());

/** libvips' only complaint about a pipeline that was built without a throw is that the caller's bytes do not decode. */
const settled = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);
