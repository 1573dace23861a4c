import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { projectAssembly } from '../../local/kept-assembly.ts';
import { heicFile } from '../heic/heic-files.ts';
import { testWorld, type World } from '../world.ts';
import { openBrowser } from './browser.ts';
import { choose, signIn } from './gestures.ts';
import { endClean, type Visit, visit } from './visit.ts';

/** A service deployed with limits of its own: the page learns them from `/v1/limits` and has no others. */
let folder: string;
let world: World;
let browser: Browser;
let here: Visit;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headshot-limits-'));
  await projectAssembly(join(folder, 'cdk.out'), { heic: 'false' });
  [world, browser] = await Promise.all([testWorld({ assemblyDir: join(folder, 'cdk.out') }), openBrowser()]);
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
  const posted: string[] = [];
  here.page.on('request', (request) => request.method() === 'POST' && posted.push(new URL(request.url()).pathname));
  await here.page.getByText('Up to 25 MB it goes as it is').waitFor();
  return { page: here.page, user, posted };
}

test('what the service does not take is refused when it is chosen, and nothing is sent', async () => {
  const { page, posted } = await start();
  const buffer = heicFile('quadrants');
  await page.setInputFiles('#file', { name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer });
  await page
    .locator('#choose-problem', { hasText: 'This browser cannot read HEIC photos. Choose it in Safari' })
    .waitFor();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
  expect(posted).toEqual([]);
}, 60_000);

test('a photo with more pixels than the service takes is made to fit, without another word', async () => {
  const { page, user } = await start();
  // 52 megapixels; 50 are allowed.
  const solid = { create: { width: 8_000, height: 6_500, channels: 3, background: '#a46' } } as const;
  const buffer = await sharp(solid).jpeg().toBuffer();
  await choose(page, { name: 'me.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByRole('button', { name: 'Set as my photo' }).click();
  await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
  const answer = await fetch(`${world.url}/v1/photo`, { headers: { authorization: `Bearer ${user.token}` } });
  expect(await answer.json()).toMatchObject({ photo: { width_px: 1024, height_px: 1024 } });
}, 60_000);
