import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { synthesize } from '../../local/assembly.ts';
import { testWorld, type World } from '../world.ts';
import { openBrowser } from './browser.ts';
import { signIn } from './gestures.ts';
import { lyingPortrait } from './portrait.ts';
import { endClean, type Visit, visit } from './visit.ts';

/** A service that was deployed with limits of its own: the page knows them from `/v1/limits` and has no others. */
const LIMITS = { slackMinSidePx: 400, slackMaxSidePx: 600, slackMaxBytes: 50_000 };

let folder: string;
let world: World;
let browser: Browser;
let here: Visit;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headshot-limits-'));
  const settings = Object.entries(LIMITS).map(([name, value]) => [name, String(value)]);
  await synthesize(join(folder, 'cdk.out'), Object.fromEntries(settings));
  [world, browser] = await Promise.all([testWorld(join(folder, 'cdk.out')), openBrowser()]);
}, 120_000);
afterEach(() => endClean(here));
afterAll(async () => {
  await browser?.close();
  await world?.end();
  if (folder) rmSync(folder, { recursive: true });
}, 30_000);

async function start() {
  const user = await world.newUser();
  here = await visit(browser, world.url);
  await signIn(here.page, world.url, user.token);
  return { page: here.page, user };
}

async function send(page: Page, buffer: Buffer): Promise<void> {
  await page.setInputFiles('#file', { name: 'me.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await page.getByRole('button', { name: 'Set as my photo' }).click();
}

test('a photo over its largest side and over its bytes is made to fit both', async () => {
  const { page, user } = await start();
  // 1500 × 1000 with grain: the API refuses it as it is, and at 600 × 600 it has too many bytes in the best quality.
  const buffer = await lyingPortrait(1);
  expect(buffer.length).toBeGreaterThan(LIMITS.slackMaxBytes);
  await page.getByText('At least 400 × 400 pixels.').waitFor();
  const posted = page.waitForRequest('**/api/users.setPhoto');
  await send(page, buffer);
  const bytes = Number(await (await posted).headerValue('content-length'));
  await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
  const answer = await fetch(`${world.url}/v1/photo`, { headers: { authorization: `Bearer ${user.token}` } });
  // The largest square of it, no smaller than the API allows.
  expect(await answer.json()).toMatchObject({ photo: { width_px: 600, height_px: 600 } });
  // Form fields around the file are some hundred bytes.
  expect(bytes).toBeGreaterThan(LIMITS.slackMaxBytes / 4);
  expect(bytes).toBeLessThan(LIMITS.slackMaxBytes + 1_000);
}, 60_000);

test('its smallest side is the one that counts: what is above it is taken, what is below it is refused', async () => {
  const { page } = await start();
  const square = (sidePx: number) =>
    sharp({ create: { width: sidePx, height: sidePx, channels: 3, background: '#a46' } });
  await send(page, await square(399).jpeg().toBuffer());
  await page
    .locator('#send-problem', { hasText: 'Image is 399 by 399 pixels; the minimum is 400 by 400 pixels.' })
    .waitFor();
  await send(page, await square(400).jpeg().toBuffer());
  await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
}, 60_000);
