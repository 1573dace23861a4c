import { createHash } from 'node:crypto';

/** Twitter's limit for screen names. */
const MAX_SCREEN_NAME_LENGTH = 15;

/**
 * Screen names to try for a user who chose none, the nicest first: their name as far as it is Latin, or the local part
 * of their e-mail address. Then the same with digits made from the id. The last is certain to be free. The same user
 * always gets the same list.
 */
export function screenNamesFor(id: string, name: string | undefined, email: string | undefined): string[] {
  const base = latin(name) || latin(email?.split('@', 1)[0]) || 'user';
  const digest = createHash('sha256').update(id).digest('hex');
  return [
    base.slice(0, MAX_SCREEN_NAME_LENGTH),
    ...[4, 8].map((digits) => `${base.slice(0, MAX_SCREEN_NAME_LENGTH - digits - 1)}_${digest.slice(0, digits)}`),
    `user_${Number(id).toString(36)}`,
  ];
}

/** Letters without accents, digits, and `_` for everything between. */
const latin = (text = ''): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
