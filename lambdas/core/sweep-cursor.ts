import { isKeyBehind } from './key-order.ts';

/** The steps of a sweep, in order. */
export const SWEEP_STEPS = ['users', 'photos', 'raw', 'uploads', 'batches', 'limits'] as const;
export type SweepStep = (typeof SWEEP_STEPS)[number];

/** Where a sweep is: the step, and the last thing it has seen there. Without them: at the start. */
export interface SweepCursor {
  step?: SweepStep;
  after?: string;
  /** Limits all steps but the users to one part: 0 to `SWEEP_PARTS` - 1. Absent: everything. */
  part?: number;
}

export type PlaceInStep = SweepCursor & { step: SweepStep };

/**
 * Where a sweep continues after a page: after `nextAfter` in the same step, or at the start of the next step if that
 * was the last page. Undefined at the end. A sweep continues by messages to itself, so it has to end: the steps have an
 * order, and so have keys in a bucket. The pages of a table come in DynamoDB's own order.
 * @throws Error when `nextAfter` does not come after `after`
 */
export function placeAfter({ step, after, part }: PlaceInStep, nextAfter: string | undefined): PlaceInStep | undefined {
  const ofPart = part !== undefined && { part };
  if (nextAfter === undefined) {
    const next = SWEEP_STEPS[SWEEP_STEPS.indexOf(step) + 1];
    return next && { step: next, ...ofPart };
  }
  const isFurther = OF_BUCKETS.includes(step) ? isKeyBehind(nextAfter, after) : nextAfter !== after;
  if (!isFurther) throw new Error(`a sweep of ${step} would stand still at ${nextAfter}`);
  return { step, after: nextAfter, ...ofPart };
}

/** Steps that go through the keys of a bucket. */
const OF_BUCKETS: readonly SweepStep[] = ['photos', 'raw'];

/**
 * One part is swept each day: every look costs money, and what nothing names may lie for a week.
 * Users are swept every day, because an erasure must not wait.
 */
export const SWEEP_PARTS = 7;

const DAY_MS = 86_400_000;

/** The part whose turn it is. `nowMs`: milliseconds since 1970. */
export const partOfDay = (nowMs: number): number => Math.floor(nowMs / DAY_MS) % SWEEP_PARTS;

/**
 * The prefixes of a part: the first two characters of a user's id and its slash. Ids have no leading zero. Each part
 * has every seventh pair, which is an eighth to a sixth of the ids.
 */
export const partPrefixes = (part: number): string[] =>
  ID_BEGINNINGS.filter((_, index) => index % SWEEP_PARTS === part);

const ID_BEGINNINGS = [...'123456789'].flatMap((first) => [...'/0123456789'].map((second) => `${first}${second}`));
