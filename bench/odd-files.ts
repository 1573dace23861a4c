import type { Format } from '../lambdas/core/photo.ts';
import { decodedRgba } from '../test/image/decoded.ts';
import type { OddFile } from '../test/image/odd-file.ts';
import { ODD_GIFS } from '../test/image/odd-gifs.ts';
import { ODD_JPEGS } from '../test/image/odd-jpegs.ts';
import { ODD_PNGS } from '../test/image/odd-pngs.ts';
import { findBrowser, NO_BROWSER } from '../test/web/browser.ts';
import { type ChromiumPictures, chromiumPictures, type Seen } from './chromium-pictures.ts';
import { explanationOf } from './odd-explained.ts';
import type { Table } from './table.ts';

const FILES: Record<Format, OddFile[]> = { jpeg: ODD_JPEGS, png: ODD_PNGS, gif: ODD_GIFS };

/**
 * Of 255. Two ways from a profile to bytes differ by some, mostly where little is opaque; a wrong colour space differs
 * by ten or more.
 */
const MAX_MEAN_DIFFERENCE = 1;
const MAX_DIFFERENCE = 16;

/**
 * Files that are whole but untidy, and files that are not what they claim: what Headshot makes of them, and what
 * Chromium shows. A row for each difference. `docs/image.md` explains each of them, or it is a miss.
 */
export async function oddFiles(): Promise<Table> {
  const table = { name: 'odd-files', columns: ['', 'Headshot', 'Chromium', 'see docs/image.md'] };
  if (findBrowser() === undefined) return { ...table, title: NO_BROWSER, rows: [], goals: [] };
  const chromium = await chromiumPictures();
  const rows: string[][] = [];
  let count = 0;
  for (const format of ['jpeg', 'png', 'gif'] as const)
    for (const file of FILES[format]) {
      count++;
      const found = await disagreement(file, format, chromium);
      if (found !== undefined)
        rows.push([file.name, found.own, found.chromium, explanationOf(file.name) ?? 'NOT EXPLAINED']);
    }
  await chromium.end();
  const unexplained = rows.filter(([, , , why]) => why === 'NOT EXPLAINED').length;
  return {
    ...table,
    title: `${count} odd files: the ${rows.length} of which Headshot and Chromium ${chromium.version} make different things`,
    rows: rows.toSorted((one, other) => (one[3] ?? '').localeCompare(other[3] ?? '')),
    goals: [{ what: 'disagreements that nobody has explained', measured: unexplained, atMost: 0, unit: 'files' }],
  };
}

async function disagreement(
  file: OddFile,
  format: Format,
  chromium: ChromiumPictures,
): Promise<{ own: string; chromium: string } | undefined> {
  const bytes = await file.make();
  const seen = await chromium.seen(bytes, format);
  const own = await decodedRgba(bytes);
  const right = file.tidy && (await chromium.seen(await file.tidy(), format));
  if (typeof own === 'string') return seen && isPicture(seen, right) ? { own, chromium: 'shows it' } : undefined;
  const mine: Seen = { widthPx: own.widthPx, heightPx: own.heightPx, data: own.data };
  // All of the picture, where Chromium shows a part of it, is what was wanted.
  if ((seen && isSame(mine, seen)) || (right && isSame(mine, right))) return undefined;
  if (seen === undefined) return { own: 'takes it', chromium: 'refuses it' };
  return {
    own: messageFor(mine),
    chromium: isClear(seen) ? 'shows nothing' : `${messageFor(seen)}${distanceWords(mine, seen)}`,
  };
}

const messageFor = ({ widthPx, heightPx }: Seen): string => `${widthPx} × ${heightPx}`;

/** Whether Chromium shows the picture exactly, and not a part of it or something like it. */
const isPicture = (seen: Seen, right: Seen | undefined): boolean =>
  right === undefined ? !isClear(seen) : Buffer.compare(seen.data, right.data) === 0;

const isClear = ({ data }: Seen): boolean => data.every((value) => value === 0);

function isSame(one: Seen, other: Seen): boolean {
  if (one.widthPx !== other.widthPx || one.heightPx !== other.heightPx) return false;
  const { mean, most } = distance(one.data, other.data);
  return mean <= MAX_MEAN_DIFFERENCE && most <= MAX_DIFFERENCE;
}

function distanceWords(one: Seen, other: Seen): string {
  if (one.widthPx !== other.widthPx || one.heightPx !== other.heightPx) return '';
  const { mean, most } = distance(one.data, other.data);
  return `, off by ${mean.toFixed(1)} in the mean, ${Math.round(most)} at most`;
}

/** Of RGBA bytes. A colour counts by the smaller alpha, because it is not seen where alpha is 0. */
function distance(one: Uint8Array, other: Uint8Array): { mean: number; most: number } {
  let sum = 0;
  let most = 0;
  for (let at = 0; at < one.length; at++) {
    const alpha = at | 3;
    const weight = at === alpha ? 1 : Math.min(one[alpha] ?? 0, other[alpha] ?? 0) / 255;
    const difference = Math.abs((one[at] ?? 0) - (other[at] ?? 0)) * weight;
    sum += difference;
    most = Math.max(most, difference);
  }
  return { mean: sum / one.length, most };
}
