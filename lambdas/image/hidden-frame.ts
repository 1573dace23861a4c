import type { Size } from '../core/photo.ts';
import { chunkType, FCTL, FDAT, IDAT, IHDR, isSound, type PngChunk, pngChunks } from './png-chunks.ts';
import { joining, KEPT, rebuiltPng } from './rebuilt-png.ts';

/**
 * Frame 1 of an animation that does not show its default picture: as a PNG of its own, and where it is on the canvas.
 */
interface HiddenFrame {
  bytes: Buffer;
  place: Size & { leftPx: number; topPx: number };
}

/**
 * Undefined for a still picture, and for an animation that begins with its default picture. PNG (third edition), 4.9,
 * 11.3.6.
 */
export function hiddenFrame(bytes: Uint8Array): HiddenFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = new Map<number, PngChunk>();
  const data = joining(bytes);
  let header: Uint8Array | undefined;
  let control: PngChunk | undefined;
  let [isAnimated, hasPixels] = [false, false];
  for (const chunk of pngChunks(bytes)) {
    const { type, start, end, isWhole } = chunk;
    if (!isWhole) break;
    if (type === IHDR) header = bytes.subarray(start, end);
    else if (type === IDAT) hasPixels = true;
    else if (type === ACTL)
      isAnimated ||= !hasPixels && end - start >= 4 && view.getUint32(start) > 0 && isSound(bytes, chunk);
    else if (type === FCTL && end - start >= 20) {
      if (!hasPixels || control !== undefined) break;
      control = chunk;
    } else if (type === FDAT && control !== undefined && end - start >= 4) {
      if (!isSound(bytes, chunk)) break;
      data.add(start + 4, end);
    } else if (!hasPixels && KEPT.has(type) && !kept.has(type)) kept.set(type, chunk);
    if (hasPixels && !isAnimated) break;
  }
  if (!isAnimated || control === undefined || header === undefined) return undefined;
  const packed = data.joined();
  if (packed.length === 0) return undefined;
  const [widthPx = 0, heightPx = 0, leftPx = 0, topPx = 0] = [4, 8, 12, 16].map((at) =>
    view.getUint32(control.start + at),
  );
  const own = Buffer.from(header);
  own.writeUInt32BE(widthPx, 0);
  own.writeUInt32BE(heightPx, 4);
  return { bytes: rebuiltPng(bytes, own, kept, [packed]), place: { leftPx, topPx, widthPx, heightPx } };
}

const ACTL = chunkType('acTL');
