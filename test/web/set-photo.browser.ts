import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { heicFile } from '../heic/heic-files.ts';
import { eventually, sharedWorld, type World } from '../world.ts';
import { openBrowser } from './browser.ts';
import { choose, dragPhoto, drop, framed, limitUpload, paste, pinch, signIn, swipe } from './gestures.ts';
import { unlikeness } from './likeness.ts';
import { lyingPortrait, portrait } from './portrait.ts';
import { endClean, type Visit, visit } from './visit.ts';

/** A photo's way from the person to its final URL: every way in, every way to frame. */
let world: World;
let browser: Browser;
let here: Visit;
let folder: string;
let phonePhoto: Buffer;
let phonePhotoFile: string;
let smallPhoto: Buffer;

/** Blocks of the right square differ by less; of a crop that is off by a twentieth of its side, by more. */
const LIKE = 8;

beforeAll(async () => {
  [world, browser, phonePhoto, smallPhoto] = await Promise.all([
    sharedWorld(),
    openBrowser(),
    // 6000 × 4000, upright by EXIF only.
    lyingPortrait(4),
    portrait(1),
  ]);
  folder = mkdtempSync(join(tmpdir(), 'headshot-web-'));
  phonePhotoFile = join(folder, 'phone.jpg');
  writeFileSync(phonePhotoFile, phonePhoto);
}, 120_000);

afterEach(() => endClean(here));

afterAll(async () => {
  await browser?.close();
  await world?.end();
  if (folder) rmSync(folder, { recursive: true });
}, 30_000);

async function start(options?: Parameters<typeof visit>[2]) {
  const user = await world.newUser();
  here = await visit(browser, world.url, options);
  const asked: string[] = [];
  here.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await signIn(here.page, world.url, user.token);
  return { ...here, user, asked };
}

/** With a box of free space at its end (ISO/IEC 14496-12, 8.1.2), to make it so long. */
function heicOf(bytes: number): Buffer {
  const file = heicFile('quadrants');
  const free = Buffer.alloc(bytes - file.length);
  free.writeUInt32BE(free.length);
  free.write('free', 4, 'latin1');
  return Buffer.concat([file, free]);
}

const small = () => ({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: smallPhoto });

const pick = (page: Visit['page'], file = small()): Promise<void> => choose(page, file);

async function send(page: Visit['page']): Promise<void> {
  await page.getByRole('button', { name: 'Set as my photo' }).click();
  await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
}

async function shown(token: string): Promise<{ urls: Record<string, string>; width_px: number; height_px: number }> {
  const answer = await fetch(`${world.url}/v1/photo`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { photo: never }).photo;
}

const bytesAt = async (url = ''): Promise<Buffer> => Buffer.from(await (await fetch(url)).arrayBuffer());

describe('a photo of 24 megapixels and more than 9 megabytes, upright by EXIF only', () => {
  test('is dropped, framed by keyboard and mouse, sent, and shown as it was framed', async () => {
    expect(phonePhoto.length).toBeGreaterThan(9_000_000);
    expect(await sharp(phonePhoto).metadata()).toMatchObject({ width: 4000, height: 6000, orientation: 6 });
    const { page, cdp, user, asked } = await start();

    await drop(page, cdp, phonePhotoFile);
    await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
    await page.getByText('6000 × 4000 pixels').waitFor();
    // The largest square, in the middle: (6000 - 4000) / 2.
    const largest = await framed(page);
    expect(largest).toMatchObject({ y: 0, side: 4000 });
    expect(Math.abs((largest?.x ?? 0) - 1000)).toBeLessThanOrEqual(2);

    for (let press = 0; press < 4; press++) await page.keyboard.press('+');
    const nearer = await framed(page);
    expect(nearer?.side).toBeLessThan(3000);
    for (const key of ['Shift+ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    const moved = await framed(page);
    expect(moved?.side).toBe(nearer?.side);
    // The photo moves right, so the frame sees more of its left.
    expect(moved?.x).toBeLessThan((nearer?.x ?? 0) - 100);
    expect(moved?.y).toBeLessThan(nearer?.y ?? 0);
    await dragPhoto(page, 90, -40);
    const dragged = await framed(page);
    expect(dragged?.x).toBeLessThan((moved?.x ?? 0) - 100);
    expect(dragged?.y).toBeGreaterThan((moved?.y ?? 0) + 100);

    if (!dragged) throw new Error('nothing is framed');
    const frame = await page.locator('.cropper-crop-box').boundingBox();
    if (!frame) throw new Error('no frame');
    const preview = await page.evaluate<string>('document.querySelector("#previews .round canvas").toDataURL()');
    const seen = await page.screenshot({
      clip: { x: frame.x + 2, y: frame.y + 2, width: frame.width - 4, height: frame.height - 4 },
    });

    await send(page);
    expect(asked).toContain('/v1/limits');
    // Too large for one request: it went straight to S3, as it is.
    expect(asked).toContain('/v1/photo/uploads');
    expect(asked).not.toContain('/v1/photo?');
    expect(asked.some((path) => path.startsWith('/v1/uploads/'))).toBe(true);
    await page.getByText(/^Shown to everybody after \d+\.\d seconds\.$/).waitFor();

    const photo = await shown(user.token);
    expect(photo).toMatchObject({ width_px: 1024, height_px: 1024 });
    expect(await page.locator('#published-picture').getAttribute('src')).toBe(photo.urls.original);
    expect(await page.evaluate('document.getElementById("published-picture").naturalWidth')).toBe(1024);

    const published = await bytesAt(photo.urls['192']);
    const upright = await sharp(phonePhoto).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const cut = ({ x, y, side }: { x: number; y: number; side: number }) =>
      sharp(upright.data, { raw: upright.info })
        .extract({ left: x, top: y, width: side, height: side })
        .resize(192)
        .png()
        .toBuffer();
    expect(await unlikeness(await cut(dragged), published)).toBeLessThan(LIKE);
    expect(await unlikeness(Buffer.from(preview.split(',')[1] ?? '', 'base64'), published)).toBeLessThan(LIKE);
    // The ring where the round photo ends covers some of it.
    expect(await unlikeness(seen, published)).toBeLessThan(2 * LIKE);

    const wrong = {
      'a twentieth to the left': await cut({ ...dragged, x: dragged.x - Math.round(dragged.side / 20) }),
      'a twentieth higher': await cut({ ...dragged, y: dragged.y - Math.round(dragged.side / 20) }),
      'a tenth nearer': await cut({ ...dragged, side: Math.round(dragged.side * 0.9) }),
      mirrored: await sharp(await cut(dragged))
        .flop()
        .toBuffer(),
      'on its side': await sharp(await cut(dragged))
        .rotate(90)
        .toBuffer(),
    };
    for (const [name, picture] of Object.entries(wrong)) {
      expect([name, (await unlikeness(picture, published)) > 2 * LIKE]).toEqual([name, true]);
    }
  }, 120_000);
});

describe('ways in', () => {
  test('paste', async () => {
    const { page } = await start();
    await paste(page, await sharp(smallPhoto).resize(900).png().toBuffer());
    await page.getByText('900 × 600 pixels').waitFor();
    await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  });

  test('pick, with the keyboard alone, up to the new photo', async () => {
    const { page } = await start();
    const opens = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a photo' }).focus();
    await page.keyboard.press('Enter');
    await (await opens).setFiles(small());
    await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
    // The frame has the focus. From there the tools and the button are a few steps away.
    await expectFocus(page, 'framing-crop');
    await page.keyboard.press('+');
    for (let press = 0; press < 12 && (await focused(page)) !== 'send'; press++) await page.keyboard.press('Tab');
    await expectFocus(page, 'send');
    const said = await collectAnnouncements(page);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
    await expectFocus(page, 'title');
    expect(await said()).toEqual([
      'Sending your photo.',
      'Sent. The service is at work.',
      expect.stringMatching(/^Your new photo is shown\. It took \d+\.\d seconds\.$/),
    ]);
  });

  test('the camera', async () => {
    const { page } = await start();
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByRole('button', { name: 'Take photo' }).click();
    await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await send(page);
  });

  test('a WebP under the name of a JPEG is made into what the service takes', async () => {
    const { page, user } = await start();
    const buffer = await sharp(smallPhoto).resize(900).webp().toBuffer();
    await pick(page, { ...small(), buffer });
    await send(page);
    expect((await shown(user.token)).urls.original).toMatch(/\.(jpg|png)$/);
  });

  test('a HEIC, which this browser cannot show, is set as it is, with words', async () => {
    const { page, user } = await start();
    await pick(page, { name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer: heicFile('quadrants') });
    await page.getByText('This browser cannot show HEIC photos.').waitFor();
    await send(page);
    const photo = await shown(user.token);
    expect(photo).toMatchObject({ width_px: 128, height_px: 64 });
    expect(photo.urls.original).toMatch(/\.jpg$/);
  });

  test('a HEIC that is too large for one request goes by ticket, as it is', async () => {
    const { page, user, asked } = await start();
    await pick(page, { name: 'IMG_0003.HEIC', mimeType: 'image/heic', buffer: heicOf(5_000_000) });
    await send(page);
    expect(asked).toContain('/v1/photo/uploads');
    expect(await shown(user.token)).toMatchObject({ width_px: 128, height_px: 64 });
  });

  test('a HEIC beyond what the service takes is refused with the figure when it is chosen', async () => {
    const { page, asked } = await start();
    await page.setInputFiles('#file', { name: 'IMG_0002.HEIC', mimeType: 'image/heic', buffer: heicOf(25_000_001) });
    await page.locator('#choose-problem', { hasText: 'at most 25 MB' }).waitFor();
    expect(asked).not.toContain('/v1/photo/uploads');
  });

  test('a file that is no photo is refused where it was dropped', async () => {
    const { page, cdp } = await start();
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'no photo');
    await drop(page, cdp, file);
    await page.locator('#choose-problem', { hasText: 'This file is not a photo.' }).waitFor();
  });
});

describe('framing', () => {
  test('the wheel zooms, within the photo and its pixels', async () => {
    const { page } = await start();
    await pick(page);
    const box = await page.locator('#framing-crop').boundingBox();
    if (!box) throw new Error('no stage');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    for (let turn = 0; turn < 4; turn++) await page.mouse.wheel(0, -120);
    const near = await framed(page);
    expect(near?.side).toBeLessThan(1000);
    for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, 240);
    expect(await framed(page)).toMatchObject({ side: 1000 });
  });

  test('fingers move and zoom it', async () => {
    const { page, cdp } = await start({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await pick(page);
    const before = await framed(page);
    await swipe(page, cdp, 50);
    const moved = await framed(page);
    expect(moved?.x).toBeLessThan((before?.x ?? 0) - 50);
    await pinch(page, cdp, 80, 200);
    const nearer = await framed(page);
    expect(nearer?.side).toBeLessThan(800);
    await pinch(page, cdp, 200, 120);
    expect((await framed(page))?.side).toBeGreaterThan(nearer?.side ?? 0);
  });

  test('buttons and the slider do what dragging does', async () => {
    const { page } = await start();
    await pick(page);
    const before = await framed(page);
    await page.getByRole('button', { name: 'Right', exact: true }).click();
    expect((await framed(page))?.x).toBeLessThan(before?.x ?? 0);
    await page.getByRole('slider', { name: 'Zoom' }).fill('60');
    expect((await framed(page))?.side).toBeLessThan(500);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.locator('#framing-crop').press('0');
    expect((await framed(page))?.side).toBe(1000);
  });

  test('quarter turns, by keys and buttons: what was framed stays framed, and is published so', async () => {
    const { page, user } = await start();
    await pick(page);
    await page.locator('#framing-crop').press('+');
    await page.locator('#framing-crop').press('ArrowRight');
    const before = await framed(page);
    await page.locator('#framing-crop').press('r');
    await page.getByText('1000 × 1500 pixels').waitFor();
    if (!before) throw new Error('nothing is framed');
    await expectFramed(page, { x: 1000 - before.y - before.side, y: before.x, side: before.side });
    await page.getByRole('button', { name: 'Turn right' }).click();
    await page.getByText('1500 × 1000 pixels').waitFor();
    await expectFramed(page, {
      x: 1500 - before.x - before.side,
      y: 1000 - before.y - before.side,
      side: before.side,
    });
    await page.getByRole('button', { name: 'Turn left' }).click();
    await page.getByText('1000 × 1500 pixels').waitFor();
    await page.locator('#announcer', { hasText: 'Turned to the left.' }).waitFor();
    await page.locator('#framing-crop').press('Shift+R');
    await page.getByText('1500 × 1000 pixels').waitFor();
    await expectFramed(page, before);
    await page.locator('#framing-crop').press('R');
    await page.getByText('1000 × 1500 pixels').waitFor();
    await send(page);
    const published = await bytesAt((await shown(user.token)).urls['192']);
    const expected = await sharp(
      await sharp(smallPhoto)
        .extract({ left: before.x, top: before.y, width: before.side, height: before.side })
        .png()
        .toBuffer(),
    )
      .rotate(270)
      .resize(192)
      .png()
      .toBuffer();
    expect(await unlikeness(expected, published)).toBeLessThan(LIKE);
    expect(await unlikeness(await sharp(expected).rotate(180).toBuffer(), published)).toBeGreaterThan(2 * LIKE);
  }, 60_000);

  test('a picture that is no JPEG is turned, too, and a large JPEG that is upright by EXIF only goes as it is', async () => {
    const { page, user, asked } = await start();
    const buffer = await sharp(smallPhoto).resize(900).png().toBuffer();
    await pick(page, { name: 'me.png', mimeType: 'image/png', buffer });
    await page.locator('#framing-crop').press('r');
    await page.getByText('600 × 900 pixels').waitFor();
    await send(page);
    expect((await shown(user.token)).urls.original).toMatch(/\.png$/);

    await page.getByRole('button', { name: 'Set another' }).click();
    await pick(page, { ...small(), buffer: phonePhoto });
    await page.locator('#framing-crop').press('R');
    await page.getByText('4000 × 6000 pixels').waitFor();
    const square = await framed(page);
    if (!square) throw new Error('nothing is framed');
    await send(page);
    expect(asked).toContain('/v1/photo/uploads');
    const published = await bytesAt((await shown(user.token)).urls['192']);
    const turned = await sharp(phonePhoto).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const left = await sharp(turned.data, { raw: turned.info }).rotate(270).raw().toBuffer({ resolveWithObject: true });
    const expected = await sharp(left.data, { raw: left.info })
      .extract({ left: square.x, top: square.y, width: square.side, height: square.side })
      .resize(192)
      .png()
      .toBuffer();
    expect(await unlikeness(expected, published)).toBeLessThan(LIKE);
  }, 90_000);

  test('"fit whole" is published with bars', async () => {
    const { page, user } = await start();
    await pick(page);
    await page.getByLabel('Fit whole').check();
    expect(await framed(page)).toBeNull();
    const preview = await page.evaluate<string>('document.querySelector("#previews .round canvas").toDataURL()');
    await send(page);
    const photo = await shown(user.token);
    const published = await bytesAt(photo.urls['192']);
    // Where a bar ends, a single pixel makes 200 / 16 = 12.
    expect(await unlikeness(Buffer.from(preview.split(',')[1] ?? '', 'base64'), published)).toBeLessThan(2 * LIKE);
    // 1500 × 1000 in a square of 192: bars of 32 above and below.
    const { data } = await sharp(published)
      .extract({ left: 0, top: 0, width: 192, height: 28 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(Math.max(...data)).toBeLessThan(12);
  });

  test('on a screen of 320 × 640 the actions are one row, and all that frames is above it', async () => {
    const { page } = await start({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
    await pick(page);
    const boxOf = async (selector: string) => (await page.locator(selector).boundingBox()) ?? { y: 0, height: 0 };
    const bar = await boxOf('.actions');
    const [first, second] = [await boxOf('#send'), await boxOf('#discard')];
    expect(first.y).toBe(second.y);
    for (const tool of ['#stage', '#nudge', '#turn', '#zoom-tools']) {
      const { y, height } = await boxOf(tool);
      expect([tool, height > 0 && y >= 0 && y + height <= bar.y]).toEqual([tool, true]);
    }
    await page.getByRole('slider', { name: 'Zoom' }).fill('40');
    expect(await page.evaluate('scrollY')).toBe(0);
  });

  test('previews are 192, 48 and 24 pixels, round and square', async () => {
    const { page } = await start();
    await pick(page);
    const previews = await page.evaluate(`[...document.querySelectorAll('#previews canvas')].map((canvas) => [
      canvas.getBoundingClientRect().width, canvas.getBoundingClientRect().height, getComputedStyle(canvas).borderRadius])`);
    expect(previews).toEqual(
      [192, 48, 24].map((side) => [side, side, '50%']).concat([192, 48, 24].map((side) => [side, side, '12%'])),
    );
  });
});

test('progress is that of the bytes, and stopping stops it', async () => {
  const { page, cdp, user } = await start();
  await pick(page, { ...small(), buffer: phonePhoto });
  await page.evaluate(`{
    const bar = document.getElementById('progress');
    window.progressSeen = [];
    new MutationObserver(() => progressSeen.push(bar.value)).observe(bar, { attributes: true });
  }`);
  await limitUpload(cdp, 100_000);
  await page.getByRole('button', { name: 'Set as my photo' }).click();
  await page.locator('#progress-label', { hasText: /Sending, [1-9]\d?%/ }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await expectFocus(page, 'send');
  const seen = (await page.evaluate<number[]>('progressSeen')).filter((value) => value > 0 && value < 100);
  expect(seen.length).toBeGreaterThan(0);
  await limitUpload(cdp, -1);
  expect(await shown(user.token)).toBeNull();
  await send(page);
  expect(await shown(user.token)).not.toBeNull();
}, 90_000);

test('the photos before, undo, and delete', async () => {
  const { page, user } = await start();
  const urls: string[] = [];
  for (let photo = 0; photo < 3; photo++) {
    await pick(page);
    await page.locator('#framing-crop').press('+');
    await send(page);
    urls.push((await shown(user.token)).urls.original ?? '');
    if (photo < 2) await page.getByRole('button', { name: 'Set another' }).click();
  }
  await expect(page.locator('#history-list img').count()).resolves.toBe(2);

  // The older of the two before it. Nothing is lost by that.
  await page.locator('#history-list button').nth(1).click();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
  expect((await shown(user.token)).urls.original).toBe(urls[0]);
  await expect(page.locator('#history-list img').count()).resolves.toBe(2);
  await expectFocus(page, 'current-title');
  await page.locator('#history-list button').first().press('Enter');
  await page.locator('#announcer', { hasText: 'That photo is shown again.' }).waitFor();
  await eventually(
    async () => (await shown(user.token)).urls.original,
    (seen) => seen === urls[2],
  );
  expect((await shown(user.token)).urls.original).toBe(urls[2]);

  await page.getByRole('button', { name: 'Undo' }).click();
  // The photo on the stage is not "your new photo" any more.
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
  await eventually(
    () => page.locator('#history-list img').count(),
    (count) => count === 1,
  );
  const before = (await shown(user.token)).urls.original;
  expect(before).toBe(urls[0]);

  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  expect((await shown(user.token)).urls.original).toBe(before);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('No photo yet').waitFor();
  expect(await shown(user.token)).toBeNull();
  await expectFocus(page, 'current-title');
}, 90_000);

/** The screen rounds fractions of pixels on the way there and back. */
async function expectFramed(page: Visit['page'], wanted: { x: number; y: number; side: number }): Promise<void> {
  const isNear = (seen: typeof wanted | null) =>
    seen !== null && (['x', 'y', 'side'] as const).every((part) => Math.abs(seen[part] - wanted[part]) <= 3);
  const seen = await eventually(() => framed(page), isNear, 3_000);
  expect([seen, isNear(seen)]).toEqual([seen, true]);
}

const focused = (page: Visit['page']): Promise<string> => page.evaluate<string>('document.activeElement.id');

async function expectFocus(page: Visit['page'], id: string): Promise<void> {
  await page.waitForFunction(`document.activeElement.id === '${id}'`);
}

/** Begins to record what is read out; the returned function gives it. */
async function collectAnnouncements(page: Visit['page']): Promise<() => Promise<string[]>> {
  await page.evaluate(`{
    const place = document.getElementById('announcer');
    window.said = [];
    new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
  }`);
  return () => page.evaluate<string[]>('said');
}
