import { timingSafeEqual } from 'node:crypto';

/** Compares two secrets in a time that does not depend on how much of the given one is right. */
export function constantTimeEqual(given: string | undefined, secret: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
