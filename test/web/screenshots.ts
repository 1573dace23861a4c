import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { png, solid } from '../pictures.ts';
import { testWorld, type World } from '../world.ts';
import { openBrowser } from './browser.ts';
import { portrait } from './portrait.ts';

/**
 * `npm run screenshots`: every state of the page, light and dark, on a desk and on a phone, into `docs/screenshots/`.
 * The states are the real page's on a real laptop run; only the answers 429 and a slow service are put on.
 */
const FOLDER = join(import.meta.dirname, '../../docs/screenshots');
const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const SCHEMES = ['light', 'dark'] as const;

const world = await testWorld();
const browser = await openBrowser();
const picture = { name: 'me.jpg', mimeType: 'image/jpeg', buffer: await portrait(2) };
mkdirSync(FOLDER, { recursive: true });

try {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce', locale: 'en-GB' });
      const page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
      page.on('pageerror', (error) => console.error(error));
      await tour(page, world, (state) => shoot(page, `${state}-${screen}-${colorScheme}`));
      await context.close();
    }
  }
} finally {
  await browser.close();
  await world.end();
}

async function tour(page: Page, { url, newUser }: World, shot: (state: string) => Promise<void>): Promise<void> {
  const user = await newUser();
  await page.goto(url);
  await page.getByLabel('Token').waitFor();
  await page.getByLabel('Token').fill('xoxp-wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').filter({ hasText: 'token' }).waitFor();
  await shot('sign-in');

  await page.getByLabel('Token').fill(user.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('No photo yet').waitFor();
  await shot('empty');

  await page.setInputFiles('#file', picture);
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await page.getByRole('button', { name: 'Zoom in' }).click({ clickCount: 2 });
  for (let step = 0; step < 6; step++) await page.keyboard.press('Escape');
  await page.locator('#framing-crop').press('Shift+ArrowRight');
  await page.locator('#framing-crop').press('Shift+ArrowRight');
  await shot('framing');

  await page.getByLabel('Fit whole').check();
  await shot('whole');
  await page.getByLabel('Crop', { exact: true }).check();

  await page.route('**/api/users.setPhoto', (route) =>
    route.fulfill({ status: 429, headers: { 'retry-after': '24' }, json: { ok: false, error: 'ratelimited' } }),
  );
  await page.getByRole('button', { name: 'Set as my photo' }).click();
  await page.locator('#send-problem', { hasText: 'Try again in' }).waitFor();
  await shot('limited');
  await page.unroute('**/api/users.setPhoto');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.setInputFiles('#file', picture);
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();

  await page.context().setOffline(true);
  await page.locator('#offline').waitFor();
  await shot('offline');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Discard' }).click();

  const small = await png({ picture: solid(400, 400, [110, 140, 170]) });
  await page.setInputFiles('#file', { name: 'small.png', mimeType: 'image/png', buffer: small });
  await page.getByRole('button', { name: 'Set as my photo' }).click();
  await page.locator('#send-problem', { hasText: 'minimum' }).waitFor();
  await shot('refused');
  await page.getByRole('button', { name: 'Discard' }).click();

  await page.setInputFiles('#file', picture);
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await page.locator('#framing-crop').press('Shift+ArrowRight');
  await page.locator('#framing-crop').press('Shift+ArrowRight');
  await page.route('**/v1/uploads/*', (route) => route.fulfill({ json: { state: 'queued' } }));
  await page.getByRole('button', { name: 'Set as my photo' }).click();
  await page.locator('#progress-label', { hasText: 'at work' }).waitFor();
  await shot('sending');
  await page.unroute('**/v1/uploads/*');
  await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
  await shot('published');

  await page.getByRole('button', { name: 'Set another' }).click();
  await setBefore(page, url, user.token, picture.buffer);
  await page.reload();
  await page.getByRole('heading', { name: 'Before this one' }).waitFor();
  await shot('home');
  await page.getByRole('button', { name: 'Delete' }).click();
  await shot('delete');
}

/** Some more photos, so that there is a history. */
async function setBefore(page: Page, url: string, token: string, file: Buffer): Promise<void> {
  const side = sharp(file).resize(1024, 683);
  for (const [left, top] of [
    [0, 0],
    [340, 60],
    [120, 40],
  ] as const) {
    const image = await side.clone().extract({ left, top, width: 600, height: 600 }).jpeg().toBuffer();
    await page.request.post(`${url}/api/users.setPhoto`, {
      headers: { authorization: `Bearer ${token}` },
      multipart: { image: { name: 'a.jpg', mimeType: 'image/jpeg', buffer: image } },
    });
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(150);
  const taken = await page.screenshot({ fullPage: true, caret: 'hide' });
  await sharp(taken)
    .png({ palette: true, colours: 128, effort: 8 })
    .toFile(join(FOLDER, `${name}.png`));
}
