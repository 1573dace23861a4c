import type { CDPSession, Page } from 'playwright-core';

/** What a person does to the page, by the browser's own events where there are such. */

/** Signs in with a token, as on a deployed service. */
export async function signIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
}

export interface PhotoFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Chooses a photo by the file input, and waits for its frame. */
export async function choose(page: Page, file: PhotoFile): Promise<void> {
  await page.setInputFiles('#file', file);
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
}

/** Limits how fast the page sends; -1 lifts the limit. */
export const limitUpload = (cdp: CDPSession, bytesASecond: number) =>
  cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesASecond,
  });

/** Drops a file from the disk onto the stage. */
export async function drop(page: Page, cdp: CDPSession, file: string): Promise<void> {
  const { x, y } = await middleOf(page, '#stage');
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await cdp.send('Input.dispatchDragEvent', { type, x, y, data });
  }
}

/** Puts a PNG on the clipboard and presses the keys that paste. */
export async function paste(page: Page, png: Buffer): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${png.toString('base64')}'), (letter) => letter.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
  })()`);
  await page.keyboard.press('ControlOrMeta+v');
}

/** Drags the photo under the frame with the mouse. */
export async function dragPhoto(page: Page, byX: number, byY: number): Promise<void> {
  const { x, y } = await middleOf(page, '#framing-crop');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + byX, y + byY, { steps: 6 });
  await page.mouse.up();
}

/** Two fingers on the frame, from one distance to another, in CSS pixels. */
export async function pinch(page: Page, cdp: CDPSession, fromPx: number, toPx: number): Promise<void> {
  const { x, y } = await middleOf(page, '#framing-crop');
  const fingers = (apartPx: number) => [
    { x: x - apartPx / 2, y, id: 0 },
    { x: x + apartPx / 2, y, id: 1 },
  ];
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(fromPx) });
  for (let step = 1; step <= 6; step++) {
    const touchPoints = fingers(fromPx + ((toPx - fromPx) * step) / 6);
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints });
  }
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

/** One finger moves the photo. */
export async function swipe(page: Page, cdp: CDPSession, byX: number): Promise<void> {
  const { x, y } = await middleOf(page, '#framing-crop');
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  for (let step = 1; step <= 6; step++) {
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: x + (byX * step) / 6, y }] });
  }
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

interface FramedSquare {
  x: number;
  y: number;
  side: number;
}

/** What is framed, in the photo's upright pixels, once the page has come to rest; null for the whole photo. */
export async function framed(page: Page): Promise<FramedSquare | null> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return page.evaluate<FramedSquare | null>('JSON.parse(sessionStorage.getItem("headshot.square"))');
}

async function middleOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not to be seen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
