import { type Format, MEDIA_TYPE } from '../lambdas/core/photo.ts';
import { openBrowser } from '../test/web/browser.ts';

/** What a person sees of a picture: its upright size, and its pixels in sRGB, RGBA. */
export interface Seen {
  widthPx: number;
  heightPx: number;
  data: Uint8Array;
}

export interface ChromiumPictures {
  version: string;
  /** Undefined when the browser shows a broken picture's icon. */
  seen(bytes: Buffer, format: Format): Promise<Seen | undefined>;
  end(): Promise<void>;
}

/** A page in Chromium that shows pictures and reads their pixels. */
export async function chromiumPictures(): Promise<ChromiumPictures> {
  const browser = await openBrowser();
  const page = await browser.newPage();
  return {
    version: browser.version(),
    async seen(bytes, format) {
      const asked = [bytes.toString('base64'), MEDIA_TYPE[format]].map((text) => JSON.stringify(text));
      const found = await page.evaluate<Looked | undefined>(`(${LOOK})(${asked.join()})`);
      return found && { widthPx: found.widthPx, heightPx: found.heightPx, data: Buffer.from(found.base64, 'base64') };
    },
    end: () => browser.close(),
  };
}

interface Looked {
  widthPx: number;
  heightPx: number;
  base64: string;
}

/**
 * Runs in the page: takes base64 and a media type, returns sides and base64. It is text, because nothing here is
 * compiled for a browser.
 */
const LOOK = `async (base64, type) => {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const picture = new Image();
  try {
    await new Promise((shown, broken) => Object.assign(picture, { onload: shown, onerror: broken, src: url }));
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(url);
  }
  // Waits until it is decoded as far as possible; damage does not matter here.
  await picture.decode().catch(() => undefined);
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return { widthPx: canvas.width, heightPx: canvas.height, base64: btoa(text) };
}`;
