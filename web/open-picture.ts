import { contextOf, drawScaled, toBlob } from './draw-scaled.ts';
import { pictureKind } from './picture-kind.ts';

/** A photo that the browser could read, upright. */
export interface Picture {
  file: Blob;
  kind: Awaited<ReturnType<typeof pictureKind>>;
  /** The whole photo; the browser has turned it as its EXIF says. */
  full: HTMLImageElement;
  widthPx: number;
  heightPx: number;
  /** The same, small enough to move about smoothly. */
  work: HTMLCanvasElement;
  workUrl: string;
  /** Pixels of the photo for a pixel of `work`. */
  scale: number;
  close: () => void;
}

/** Enough for every stage there is, at twice the pixels. */
const MAX_WORK_SIDE_PX = 2_048;

/** @returns undefined when this browser cannot read the file as a picture */
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

/** Why a file could not be opened, as far as its bytes and its name tell. `maxBytes` is what the service takes of HEIC, where it does. */
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
