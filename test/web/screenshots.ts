import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { worldHere } from '../world.ts';
import { openBrowser } from './browser.ts';
import { tour } from './tour.ts';
import { visit } from './visit.ts';

/**
 * `npm run screenshots`: every state of the page, light and dark, on a desktop and on a phone, into `docs/page/`. The
 * states are real ones, of a real laptop run. With a folder as argument: into that one, and at more widths.
 */
const [ownFolder] = process.argv.slice(2);
const FOLDER = ownFolder ?? join(import.meta.dirname, '../../docs/page');
const SCREENS: Record<string, BrowserContextOptions> =
  ownFolder === undefined
    ? {
        desktop: { viewport: { width: 1120, height: 780 } },
        phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
      }
    : {
        320: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
        768: { viewport: { width: 768, height: 1024 }, hasTouch: true, isMobile: true },
        1280: { viewport: { width: 1280, height: 800 } },
      };
const SCHEMES = ['light', 'dark'] as const;

const [world, browser] = await Promise.all([worldHere(), openBrowser()]);
mkdirSync(FOLDER, { recursive: true });
try {
  for (const [screen, options] of Object.entries(SCREENS)) {
    for (const colorScheme of SCHEMES) {
      const { page, cdp, end } = await visit(browser, world.url, { ...options, colorScheme, reducedMotion: 'reduce' });
      await tour(page, cdp, world, (state) => shoot(page, `${state}-${screen}-${colorScheme}`));
      await end();
    }
  }
} finally {
  await browser.close();
  await world.end();
}

async function shoot(page: Page, name: string): Promise<void> {
  const taken = await page.screenshot({ caret: 'hide' });
  await sharp(taken)
    .webp({ quality: 82, effort: 6, smartSubsample: true })
    .toFile(join(FOLDER, `${name}.webp`));
}
