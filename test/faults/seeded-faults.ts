import { randomOf } from '../../fuzz/random.ts';
import type { Decide, Fault } from './fault-proxy.ts';

/** What may happen to any call of any service, and is over at a retry. */
export const ANYWHERE = [
  'drop-request',
  'drop-answer',
  'reset-mid-body',
  'throttle',
  'unavailable',
  'throughput',
] as const;

/**
 * Faults for a share (0 to 1) of all calls. What happens to an operation's n-th call follows from the seed alone,
 * whatever other calls come between.
 */
export function seededFaults(seed: number, share: number): Decide {
  return ({ service, operation, nth, attempt }) => {
    const random = randomOf(seed ^ hash(`${service}.${operation}`) ^ Math.imul(nth * 8 + attempt, 2_654_435_761));
    // The LCG's first number is too close to its seed.
    random.below(2);
    if (random.below(1_000_000) >= share * 1_000_000) return undefined;
    return { kind: random.pick(ANYWHERE) } satisfies Fault;
  };
}

/** FNV-1a, 32 bits. */
const hash = (text: string): number =>
  [...text].reduce((state, letter) => Math.imul(state ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261) >>> 0;
