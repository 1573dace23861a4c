import { describe, expect, test } from '@jest/globals';
import { partOfDay, partPrefixes, SWEEP_PARTS } from '../../lambdas/core/sweep-cursor.ts';

const PARTS = Array.from({ length: SWEEP_PARTS }, (_, part) => part);
const partsOf = (key: string) => PARTS.filter((part) => partPrefixes(part).some((prefix) => key.startsWith(prefix)));

describe('the parts of a sweep', () => {
  test.each(['1/x', '12/x', '9/', '99/', '20/x', '281474976710655/x', '9007199254740991/x'])(
    '%s is in one of them',
    (key) => {
      expect(partsOf(key)).toHaveLength(1);
    },
  );

  test('take turns: each once in any seven days, and one all day long', () => {
    const midnightMs = Date.UTC(2026, 10, 25);
    const week = PARTS.map((day) => partOfDay(midnightMs + day * 86_400_000));
    expect(week.toSorted()).toEqual(PARTS);
    expect(partOfDay(midnightMs + 86_399_999)).toBe(partOfDay(midnightMs));
    expect(partOfDay(midnightMs + 7 * 86_400_000)).toBe(partOfDay(midnightMs));
  });

  test('are about as large as each other', () => {
    // By hand, for ids from 10^9 to 2^48: each pair of first digits from 10 to 27 has 3.9 % of them, 28 about 1.9 %,
    // any other 0.4 %.
    const shares = PARTS.map((part) =>
      partPrefixes(part).reduce((sum, prefix) => {
        if (prefix.endsWith('/')) return sum;
        return sum + (Number(prefix) < 28 ? 3.9 : Number(prefix) === 28 ? 1.9 : 0.4);
      }, 0),
    );
    expect(Math.min(...shares)).toBeGreaterThan(10);
    expect(Math.max(...shares)).toBeLessThan(18);
  });
});
