import type { Sharp, SharpOptions } from 'sharp';
import type { Size, SourceFormat } from '../core/photo.ts';
import { MAX_PIXELS } from '../core/upload-policy.ts';
import type { Header } from './header.ts';
import { hiddenFrame } from './hidden-frame.ts';
import { sharp } from './libvips.ts';
import { tidyJpeg } from './tidy-jpeg.ts';
import { tidyPng } from './tidy-png.ts';

/** Bytes for libvips, and how strict it should be. */
export interface Opened extends Size {
  bytes: Uint8Array;
  failOn: 'error' | 'warning';
  /** The place on its canvas, if it covers only a part. */
  place?: { leftPx: number; topPx: number };
}

/**
 * The ways to read a file's first frame; the first that works counts. First as it is. Then, if the file is whole but
 * untidy, as it was meant. `failOn: 'error'` refuses truncated files. Only files that need it are copied.
 */
export async function* readings(
  bytes: Uint8Array,
  format: Exclude<SourceFormat, 'gif' | 'heic'>,
  header: Header,
): AsyncGenerator<Opened> {
  const { widthPx, heightPx } = header;
  if (format === 'jpeg') {
    const tidy = tidyJpeg(bytes);
    yield { ...(tidy ?? { bytes, failOn: 'error' }), widthPx, heightPx };
    return;
  }
  if (format !== 'png') {
    yield { bytes, failOn: 'error', widthPx, heightPx };
    return;
  }
  const hidden = hiddenFrame(bytes);
  const size = hidden ? { widthPx: hidden.place.widthPx, heightPx: hidden.place.heightPx } : { widthPx, heightPx };
  const isPart = hidden !== undefined && (size.widthPx !== widthPx || size.heightPx !== heightPx);
  // The second check is for safety: the bounds must have counted a canvas with alpha.
  if (isPart && !(liesOn(hidden.place, header) && header.channels === 4 && header.needsFullBuffer)) return;
  const source = hidden?.bytes ?? bytes;
  const place = isPart ? { place: hidden.place } : {};
  yield { bytes: source, failOn: 'error', ...size, ...place };
  const tidy = await tidyPng(source);
  if (tidy) yield { bytes: tidy, failOn: 'error', ...size, ...place };
}

const liesOn = (place: Size & { leftPx: number; topPx: number }, canvas: Size): boolean =>
  place.widthPx > 0 &&
  place.heightPx > 0 &&
  place.leftPx + place.widthPx <= canvas.widthPx &&
  place.topPx + place.heightPx <= canvas.heightPx;

/** The pixel limit is for safety: the header was checked before. */
export const open = ({ bytes, failOn }: Opened, options: SharpOptions): Sharp =>
  sharp(bytes, { failOn, limitInputPixels: MAX_PIXELS, pages: 1, ...options });

/**
 * Whether libvips finds the same size in the header as we did. Otherwise the bounds would have been checked on one
 * picture, and a crop cut from another.
 */
export async function agrees(opened: Opened): Promise<boolean> {
  const found = await open(opened, {})
    .metadata()
    .catch(() => undefined);
  return found?.width === opened.widthPx && found.height === opened.heightPx;
}
