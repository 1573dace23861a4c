import { join } from 'node:path';
import sharp from 'sharp';
import { avatarWorld } from '../avatar-world.ts';
import { openBrowser } from './browser.ts';
import { faces, showFaces } from './faces.ts';

/** Part of `npm run screenshots`: sixty faces on another site's page, into `docs/`. */
const FILE = join(import.meta.dirname, '../../docs/avatars.webp');

const [world, browser] = await Promise.all([avatarWorld(), openBrowser()]);
try {
  const page = await browser.newPage({ viewport: { width: 972, height: 700 } });
  await showFaces(page, await faces(world));
  await sharp(await page.screenshot())
    .webp({ quality: 82, effort: 6, smartSubsample: true })
    .toFile(FILE);
} finally {
  await browser.close();
  await world.end();
}
