import { expect, test } from '@jest/globals';
import { decodedRgba } from './decoded.ts';
import type { OddFile } from './odd-file.ts';
import { ODD_GIFS } from './odd-gifs.ts';
import { ODD_JPEGS } from './odd-jpegs.ts';
import { ODD_PNGS } from './odd-pngs.ts';

/**
 * The check before accepting and the decode must say the same of each file; `decodedRgba` throws where they do not.
 * Whether it is right, `npm run bench -- odd-files` tells.
 */
test.each<[string, OddFile[]]>([
  ['JPEGs', ODD_JPEGS],
  ['PNGs', ODD_PNGS],
  ['GIFs', ODD_GIFS],
])(
  'odd %s are taken, or refused as damaged or unknown',
  async (_, files) => {
    const outcomes = new Set<string>();
    for (const { make } of files) {
      const seen = await decodedRgba(await make());
      outcomes.add(typeof seen === 'string' ? seen : 'taken');
    }
    expect([...outcomes].filter((outcome) => !['taken', 'corrupt-image', 'unknown-format'].includes(outcome))).toEqual(
      [],
    );
    expect(outcomes.has('taken')).toBe(true);
  },
  120_000,
);
