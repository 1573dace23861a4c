import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Response } from 'playwright-core';
import { PROJECT } from '../../infra/bundles.ts';
import { sharedWorld, type World } from '../world.ts';
import { openBrowser } from './browser.ts';
import { STATES, tour } from './tour.ts';
import { visit } from './visit.ts';

/** What holds in every state of the page, light and dark, from the narrowest phone to a desktop. */
let world: World;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([sharedWorld(), openBrowser()]);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await world?.end();
}, 30_000);

/** A tenth of what Web Vitals call good: less than a line of text that moves. */
const MAX_SHIFT = 0.01;

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** WCAG 2.2, 1.4.10: no scrolling in two directions down to this width. */
const NARROWEST = { width: 320, height: 568 };

describe.each([
  ['a desktop, light', { viewport: DESKTOP, colorScheme: 'light' }],
  ['a desktop, dark', { viewport: DESKTOP, colorScheme: 'dark' }],
  ['a phone, light', { viewport: PHONE, colorScheme: 'light', hasTouch: true, isMobile: true }],
  ['the narrowest phone, dark', { viewport: NARROWEST, colorScheme: 'dark' }],
] as const)('on %s', (_name, screen) => {
  test('every state has no violation of WCAG, no shift, no sideways scrolling, and asks nobody else', async () => {
    const here = await visit(browser, world.url, { ...screen, reducedMotion: 'reduce' });
    const found: Record<string, unknown> = {};
    await tour(here.page, here.cdp, world, async (state) => {
      const { sum, moved } = await here.layoutShift();
      found[state] = {
        moved: sum <= MAX_SHIFT ? [] : moved,
        axe: await here.axe(),
        overflowPx: await here.overflowPx(),
        wrongs: await here.wrongs(),
      };
    });
    await here.end();
    const well = { moved: [], axe: [], overflowPx: 0, wrongs: [] };
    expect(found).toEqual(Object.fromEntries(STATES.map((state) => [state, well])));
  }, 120_000);
});

/** CloudFront's guide, "Serve compressed files". */
const LEAST_COMPRESSED_BYTES = 1_000;

test('it comes compressed, as CloudFront would send it', async () => {
  const here = await browser.newPage();
  const answers: Response[] = [];
  here.on('response', (answer) => answers.push(answer));
  await here.goto(world.url);
  // CloudFront does not compress what is shorter.
  const lengths = await Promise.all(answers.map(async (answer) => (await answer.body()).length));
  const encodings = await Promise.all(
    answers
      .filter((_, at) => (lengths[at] ?? 0) >= LEAST_COMPRESSED_BYTES)
      .map(async (answer) => [answer.request().resourceType(), await answer.headerValue('content-encoding')]),
  );
  await here.close();
  expect(Object.fromEntries(encodings)).toMatchObject({ document: 'br', script: 'br', stylesheet: 'br' });
}, 60_000);

test('its script is at most 60 KB, compressed', () => {
  const folder = join(PROJECT, 'dist/web/assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const bytes = scripts.map((name) => gzipSync(readFileSync(join(folder, name))).length);
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(60 * 1024);
});

test('its policy allows nothing inline, and the browser obeys it', async () => {
  const { page, end } = await visit(browser, world.url);
  const answer = await page.goto(world.url);
  expect(answer?.headers()['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  expect(answer?.headers()['content-security-policy']).not.toContain('unsafe');
  const ran = await page.evaluate<unknown>(`new Promise((done) => {
    const script = document.createElement('script');
    script.textContent = 'window.ranInline = true';
    document.addEventListener('securitypolicyviolation', () => done(window.ranInline ?? 'refused'), { once: true });
    document.body.append(script);
  })`);
  expect(ran).toBe('refused');
  await end();
});
