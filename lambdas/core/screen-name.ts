import { createHash } from 'node:crypto';

/** Twitter's rule for screen names. */
export const MAX_SCREEN_NAME_LENGTH = 15;

/**
 * Screen names to try for somebody who chose none, the nicest first: their name in its letters as far as they are Latin, or else what stands
 * before the @ of their e-mail address; then the same with something of the id, so that the last ones are nobody else's. The same user is
 * given the same names each time.
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

/** Letters without their accents, digits, and `_` for whatever is between them. */
const latin = (text = ''): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
