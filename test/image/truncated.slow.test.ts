import { describe, expect, test } from '@jest/globals';
import { decoded } from './decoded.ts';
import { WHOLE_FILES } from './whole-files.ts';

describe('less the last bytes, 1 to 200 of them: refused, or pixel for pixel the whole file', () => {
  test.each(WHOLE_FILES)('%s', async (_, make, dispensable) => {
    const file = await make();
    const whole = await decoded(file);
    if (typeof whole === 'string') throw new Error(whole);
    for (let cut = 1; cut <= Math.min(200, file.length - 20); cut++) {
      const pixels = await decoded(file.subarray(0, file.length - cut));
      if (cut <= dispensable) expect({ cut, pixels: typeof pixels }).toEqual({ cut, pixels: 'object' });
      if (typeof pixels === 'string') expect({ cut, pixels }).toEqual({ cut, pixels: 'corrupt-image' });
      else expect({ cut, isSame: pixels.data.equals(whole.data) }).toEqual({ cut, isSame: true });
    }
  });
});
