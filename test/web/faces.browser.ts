import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type AvatarWorld, avatarWorld } from '../avatar-world.ts';
import { openBrowser } from './browser.ts';
import { FACES, faces, showFaces } from './faces.ts';

/** Another site's page of sixty faces, in a real browser. */
let world: AvatarWorld;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([avatarWorld(), openBrowser()]);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await world?.end();
}, 30_000);

test('every face is there but those that were asked to be missing', async () => {
  const all = await faces(world);
  expect(all).toHaveLength(FACES);
  const page = await browser.newPage();
  const types = new Map<string, string>();
  page.on('response', (answered) => types.set(answered.url(), answered.headers()['content-type'] ?? ''));
  await showFaces(page, all);
  const widths: number[] = await page.evaluate('[...document.images].map(({ naturalWidth }) => naturalWidth)');
  for (const [at, { url, label, isPhoto }] of all.entries()) {
    expect({ label, width: widths[at] }).toEqual({ label, width: label === '404' ? 0 : 192 });
    // Of what is not a picture the browser reports nothing.
    if (label === '404') continue;
    const type = isPhoto ? /^image\/jpeg$/ : label === 'initials' ? /^image\/svg\+xml$/ : /^image\/png$/;
    // As the browser spells it.
    expect([label, types.get(new URL(url).href)]).toEqual([label, expect.stringMatching(type)]);
  }
});
