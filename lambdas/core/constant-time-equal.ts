import { timingSafeEqual } from 'node:crypto';

/** Whether two secrets are the same, in a time that says nothing about how much of the given one is right. */
export function constantTimeEqual(given: string | undefined, secret: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
