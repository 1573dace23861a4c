import { describe, expect, test } from '@jest/globals';
import { screenNamesFor } from '../../lambdas/core/screen-name.ts';

describe('screen names for who chose none', () => {
  test.each<[name: string | undefined, email: string | undefined, first: string]>([
    ['Ada Lovelace', undefined, 'ada_lovelace'],
    ['Ada Lovelace, Countess of', 'x@example.com', 'ada_lovelace_co'],
    ['Zoë Müller-Lüdenscheidt', undefined, 'zoe_muller_lude'],
    ['  --Ada!!  ', undefined, 'ada'],
    ['ﬁne', undefined, 'fine'],
    ['李雷', 'li.lei+work@example.com', 'li_lei_work'],
    ['李雷', undefined, 'user'],
    [undefined, 'ada@example.com', 'ada'],
    [undefined, undefined, 'user'],
    ['🙂', '🙂@example.com', 'user'],
  ])('%j and %j: %s first', (name, email, first) => {
    const names = screenNamesFor('281474976710655', name, email);
    expect(names[0]).toBe(first);
    for (const one of names) expect(one).toMatch(/^\w{1,15}$/);
    expect(new Set(names).size).toBe(names.length);
  });

  test('are the same each time, and end with one that has the id', () => {
    expect(screenNamesFor('1000000000', 'Ada', undefined)).toEqual(screenNamesFor('1000000000', 'Ada', undefined));
    // 1,000,000,000 in base 36.
    expect(screenNamesFor('1000000000', 'Ada', undefined).at(-1)).toBe('user_gjdgxs');
  });
});
