import type { Sharp } from 'sharp';
import type { Crop } from '../core/photo.ts';
import type { Bounded } from './bounds.ts';
import type { SourceColours } from './colour-space.ts';
import { decodeHeic } from './decode-heic.ts';
import { isGifSeeThrough, paintGif, unpackGif } from './gif-pixels.ts';
import type { Header } from './header.ts';
import { avifColours, heicColours } from './heif-colours.ts';
import { sharp } from './libvips.ts';
import { storedCrop, turn, turnedSize } from './orientation.ts';
import { pngColours } from './png-colours.ts';
import { agrees, type Opened, open, readings } from './readings.ts';
import type { Plan } from './render-plan.ts';
import { toSrgb } from './to-srgb.ts';

/** Pixels in sRGB, 8 bits a sample, rows from the top without padding. */
export interface Pixels {
  data: Buffer;
  widthPx: number;
  heightPx: number;
  /** 4 means alpha, not premultiplied. */
  channels: 3 | 4;
}

/**
 * Frees the memory of pixels at once. Nothing may use or be reading them. If left to the garbage collector, these
 * megabytes outside of its heap make it run in full at every other photo, for half as long as the photo takes.
 */
export function release(data: Buffer): void {
  // Node's small buffers share memory with others, which is not ours to free.
  if (data.byteLength === data.buffer.byteLength) (data.buffer as ArrayBuffer).transfer(0);
}

/**
 * Whether frame 1 decodes to its last row. False for truncated or damaged data, but not for a mere warning of
 * libjpeg's.
 *
 * One column of every row is kept. So libvips decodes each row and frees it, which takes 15 MB for a 48-megapixel
 * photo. With fewer rows, the last ones would not be decoded. `stats()` does not notice a truncated interlaced PNG.
 */
export async function decodesThroughout(bytes: Uint8Array, { format, header }: Bounded): Promise<boolean> {
  if (format === 'gif') return unpackGif(bytes) !== undefined;
  // Never asked for (`isDecodedLater`): only the worker has the decoder.
  if (format === 'heic') return false;
  for await (const opened of readings(bytes, format, header)) {
    const column = open(opened, { ignoreIcc: true }).extract({ left: 0, top: 0, width: 1, height: opened.heightPx });
    // CMYK stays CMYK: loading its profile takes longer than decoding a small picture.
    if (format === 'jpeg' && header.channels === 4) column.pipelineColourspace('cmyk').toColourspace('cmyk');
    if ((await agrees(opened)) && (await readable(column.raw())) !== undefined) return true;
  }
  return false;
}

/**
 * Decodes the source once: orientation, sRGB with 8 bits, first frame, crop box, and the size that the plan asks for,
 * without bars. Undefined if the bytes do not decode. `deadlineMs` limits what is slow (`decode-heic.ts`).
 */
export async function decode(
  bytes: Uint8Array,
  bounded: Bounded,
  { crop, letterbox, master }: Plan,
  deadlineMs?: number,
): Promise<Pixels | 'too-slow' | undefined> {
  const { format, header } = bounded;
  const stored = crop && storedCrop(crop, header, header.orientation);
  const shape: Shape = { crop: stored, upright: letterbox?.picture ?? master, orientation: header.orientation };
  if (format === 'gif') return decodeGif(bytes, header, shape);
  if (format === 'heic') return shapedHeic(bytes, header, shape, deadlineMs);
  const colours = coloursOf(bytes, bounded);
  for await (const opened of readings(bytes, format, header)) {
    if (!(await agrees(opened))) continue;
    const pixels = opened.place
      ? await pasted(opened, header, colours, shape)
      : await shaped(opened, header, colours, shape);
    if (pixels !== undefined) return pixels;
  }
  return undefined;
}

function coloursOf(bytes: Uint8Array, { format, header }: Bounded): SourceColours {
  if (format === 'png') return pngColours(bytes);
  return format === 'avif' ? avifColours(bytes, header.bytesASample === 2) : 'profile';
}

/** What a picture becomes on its way out of the decoder. */
interface Shape {
  /** In pixels of the stored picture. */
  crop: Crop | undefined;
  upright: { widthPx: number; heightPx: number };
  orientation: number;
}

async function shaped(
  opened: Opened,
  header: Header,
  colours: SourceColours,
  shape: Shape,
): Promise<Pixels | undefined> {
  const isDeep = header.bytesASample === 2;
  const channels = header.hasAlpha ? 4 : 3;
  const pipeline = open(opened, { ignoreIcc: colours !== 'profile' });
  // In 16 bits sharp does not apply profiles properly: it leaves colours in Display P3, and greys as they are.
  if (colours === 'profile' && isDeep) pipeline.pipelineColourspace(header.channels < 3 ? 'b-w' : 'srgb');
  toShape(pipeline, shape);
  // As the file's header says.
  if (header.hasAlpha) pipeline.ensureAlpha();
  else pipeline.removeAlpha();
  if (typeof colours === 'string') {
    const data = await readable(pipeline.toColourspace('srgb').raw({ depth: 'uchar' }));
    return data && { data, ...shape.upright, channels };
  }
  const samples = await readable(
    isDeep
      ? pipeline.toColourspace('rgb16').raw({ depth: 'ushort' })
      : pipeline.toColourspace('srgb').raw({ depth: 'uchar' }),
  );
  if (samples === undefined) return undefined;
  const data = isDeep ? new Uint16Array(samples.buffer, samples.byteOffset, samples.length / 2) : samples;
  const pixels = toSrgb({ data, channels }, colours);
  release(samples);
  return { data: pixels, ...shape.upright, channels };
}

/** Crop, size and orientation. */
function toShape(pipeline: Sharp, { crop, upright, orientation }: Shape): Sharp {
  if (crop) pipeline.extract({ left: crop.x, top: crop.y, width: crop.side, height: crop.side });
  const { widthPx, heightPx } = turnedSize(upright, orientation);
  return turn(pipeline.resize({ width: widthPx, height: heightPx, fit: 'fill' }), orientation);
}

/** A frame that covers a part of its canvas is first put onto the transparent canvas. */
async function pasted(
  opened: Opened,
  header: Header,
  colours: SourceColours,
  shape: Shape,
): Promise<Pixels | undefined> {
  const { place = { leftPx: 0, topPx: 0 }, widthPx, heightPx } = opened;
  const frame = await shaped(opened, header, colours, {
    crop: undefined,
    upright: { widthPx, heightPx },
    orientation: 1,
  });
  if (frame === undefined) return undefined;
  const canvas = Buffer.alloc(header.widthPx * header.heightPx * 4);
  for (let y = 0; y < heightPx; y++)
    frame.data.copy(
      canvas,
      4 * ((place.topPx + y) * header.widthPx + place.leftPx),
      4 * y * widthPx,
      4 * (y + 1) * widthPx,
    );
  release(frame.data);
  return resizedPixels({ data: canvas, widthPx: header.widthPx, heightPx: header.heightPx, channels: 4 }, shape);
}

/** Colours come last, because the master has fewer pixels. */
async function shapedHeic(bytes: Uint8Array, header: Header, shape: Shape, deadlineMs: number | undefined) {
  const decoded = await decodeHeic(bytes, header, deadlineMs);
  if (typeof decoded !== 'object') return decoded;
  const colours = heicColours(bytes);
  const pixels = await resizedPixels(decoded, shape);
  if (colours === undefined) return pixels;
  const data = toSrgb(pixels, colours);
  release(pixels.data);
  return { ...pixels, data };
}

async function decodeGif(bytes: Uint8Array, header: Header, shape: Shape): Promise<Pixels | undefined> {
  const unpacked = unpackGif(bytes);
  if (unpacked === undefined) return undefined;
  const part = shape.crop
    ? { leftPx: shape.crop.x, topPx: shape.crop.y, widthPx: shape.crop.side, heightPx: shape.crop.side }
    : { leftPx: 0, topPx: 0, widthPx: header.widthPx, heightPx: header.heightPx };
  // Encoders of animations declare a transparent colour that frame 1 does not use.
  const channels = isGifSeeThrough(unpacked, header) ? 4 : 3;
  const { widthPx, heightPx } = part;
  return resizedPixels(
    { data: paintGif(unpacked, part, channels), widthPx, heightPx, channels },
    { ...shape, crop: undefined },
  );
}

/** Brings decoded pixels into shape. */
async function resizedPixels(pixels: Pixels, shape: Shape): Promise<Pixels> {
  const { data, widthPx, heightPx, channels } = pixels;
  const { upright, orientation, crop } = shape;
  if (!crop && orientation === 1 && upright.widthPx === widthPx && upright.heightPx === heightPx) return pixels;
  const pipeline = sharp(data, { raw: { width: widthPx, height: heightPx, channels } });
  const fitted = await toShape(pipeline, shape).raw({ depth: 'uchar' }).toBuffer();
  release(data);
  return { data: fitted, ...upright, channels };
}

/** If a pipeline could be built, libvips fails for one reason only: the caller's bytes do not decode. */
const readable = (pipeline: Sharp): Promise<Buffer | undefined> => pipeline.toBuffer().catch(() => undefined);
