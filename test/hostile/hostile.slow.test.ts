import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SOURCE_FORMATS } from '../../lambdas/core/source-format.ts';
import { HOSTILE } from './hostile-files.ts';
import { type HostileProcess, hostileProcess } from './hostile-process.ts';
import { LARGE } from './large-files.ts';
import { SMALL, TO_CUT } from './small-files.ts';

/** For all the work of one process: a few hundred files made to hurt, and some thousand broken ones. */
const BOUND_MS = 180_000;

/** What may be missing of a file of which every pixel is there: an end marker, checksums (`test/image/truncated.test.ts`). */
const LAST_BYTES = 24;

/** What a broken file may be refused with. */
const REFUSALS = [
  'corrupt-image',
  'unknown-format',
  'too-many-pixels',
  'too-much-memory',
  'too-many-frames',
  'too-large',
];

describe.each(SOURCE_FORMATS)('%s', (format) => {
  let child: HostileProcess;
  beforeAll(() => {
    child = hostileProcess(BOUND_MS);
  });
  afterAll(() => child.end());

  test.each([...HOSTILE[format], ...LARGE[format]])('$name: $expected', async ({ make, expected }) => {
    expect((await child.tries(await make())).outcome).toBe(expected);
  });

  test.each(Object.entries(TO_CUT[format]))(
    '%s, cut at every 64th byte but in its last bytes, is refused',
    async (_, make) => {
      const file = await make();
      expect((await child.tries(file)).outcome).toBe('picture');
      for (let length = 64; length < file.length - LAST_BYTES; length += 64) {
        const { outcome } = await child.tries(file.subarray(0, length));
        expect({ length, outcome }).toEqual({ length, outcome: 'refused: corrupt-image' });
      }
    },
  );

  test('a small file with one bit turned over is refused for a reason that fits, or is a picture', async () => {
    const file = await SMALL[format]();
    expect((await child.tries(file)).outcome).toBe('picture');
    const wrong: { bit: number; outcome: string }[] = [];
    // One bit of nearly every byte, in turn; each of a HEIC starts a thread, so of every eighth. `npm run fuzz` turns over any.
    for (let bit = 0; bit < 8 * file.length; bit += format === 'heic' ? 65 : 9) {
      const { outcome } = await child.tries(flipped(file, bit));
      if (outcome !== 'picture' && !REFUSALS.includes(outcome.replace('refused: ', ''))) wrong.push({ bit, outcome });
    }
    expect(wrong).toEqual([]);
  });
});

function flipped(file: Buffer, bit: number): Buffer {
  const copy = Buffer.from(file);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
