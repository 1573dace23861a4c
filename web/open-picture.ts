import { contextOf, drawScaled, toBlob } from './draw-scaled.ts';
import { pictureKind } from './picture-kind.ts';

/** An upright photo that the browser could read. */
export interface Picture {
  file: Blob;
  kind: Awaited<ReturnType<typeof pictureKind>>;
  /** The whole photo. The browser has applied its EXIF orientation. */
  full: HTMLImageElement;
  widthPx: number;
  heightPx: number;
  /** The same, small enough to move smoothly. */
  work: HTMLCanvasElement;
  workUrl: string;
  /** Pixels of the photo for one of `work`. */
  scale: number;
  close: () => void;
}

/** Enough for every stage, at twice the pixels. */
const MAX_WORK_SIDE_PX = 2_048;

/** @returns undefined if this browser cannot read the file as a picture */
export async function openPicture(file: Blob): Promise<Picture | undefined> {
  const fullUrl = URL.createObjectURL(file);
  const full = new Image();
  full.src = fullUrl;
  try {
    await full.decode();
    const [widthPx, heightPx] = [full.naturalWidth, full.naturalHeight];
    if (widthPx === 0 || heightPx === 0) throw new Error('a picture without a size');
    const kind = await pictureKind(file);
    const work = document.createElement('canvas');
    const shrink = Math.min(1, MAX_WORK_SIDE_PX / Math.max(widthPx, heightPx));
    work.width = Math.max(1, Math.round(widthPx * shrink));
    work.height = Math.max(1, Math.round(heightPx * shrink));
    const whole = { x: 0, y: 0, width: widthPx, height: heightPx };
    drawScaled(full, whole, contextOf(work), { x: 0, y: 0, width: work.width, height: work.height });
    const workUrl = URL.createObjectURL(await toBlob(work, kind === 'jpeg' ? 'image/jpeg' : 'image/png', 0.9));
    const close = () => {
      URL.revokeObjectURL(fullUrl);
      URL.revokeObjectURL(workUrl);
    };
    return { file, kind, full, widthPx, heightPx, work, workUrl, scale: widthPx / work.width, close };
  } catch {
    URL.revokeObjectURL(fullUrl);
    return undefined;
  }
}

/**
 * Why a file could not be opened, by its bytes and name. `maxBytes`: the service's limit for HEIC, if it accepts HEIC.
 */
export function whyUnreadable(file: { name: string; type: string }, isHeic: boolean, maxBytes?: number): string {
  const { name, type } = file;
  if (isHeic || /\.hei[cf]$/i.test(name) || /hei[cf]/.test(type)) {
    const why =
      maxBytes && isHeic ? `, and the service takes at most ${maxBytes / 1_000_000} MB of them as they are` : '';
    return `This browser cannot read HEIC photos${why}. Choose it in Safari, or save it as JPEG first.`;
  }
  if (type !== '' && !type.startsWith('image/')) return 'This file is not a photo.';
  return 'This file cannot be read as a photo. It may be damaged, or of a kind that this browser does not know.';
}
