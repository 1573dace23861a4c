import { isKeyBehind } from './key-order.ts';

/** What a sweep goes through, in this order. */
export const SWEEP_STEPS = ['users', 'photos', 'raw', 'uploads', 'batches', 'limits'] as const;
export type SweepStep = (typeof SWEEP_STEPS)[number];

/** Where a sweep is: a step, and what was seen of it last. Neither: at the beginning. */
export interface SweepCursor {
  step?: SweepStep;
  after?: string;
  /** Of the whole but the users only this part is looked at: 0 to `SWEEP_PARTS` - 1. Absent: everything. */
  part?: number;
}

/** A place within a step. */
export type PlaceInStep = SweepCursor & { step: SweepStep };

/**
 * Where a sweep goes on behind a page: after `nextAfter` in the same step, or at the beginning of the next step where that was the last
 * page. Undefined when everything was seen. A sweep goes on by messages to itself, so it must end: steps come in one order, keys of a
 * bucket in S3's; a table's pages come in DynamoDB's own.
 * @throws Error when `nextAfter` is not behind `after`
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

/** Steps whose places are keys of objects. */
const OF_BUCKETS: readonly SweepStep[] = ['photos', 'raw'];

/**
 * The parts that take turns, one a day: looking at each stored thing costs money, and what nothing names may lie for a week.
 * Users are looked at every day, as an erasure must not wait.
 */
export const SWEEP_PARTS = 7;

const DAY_MS = 86_400_000;

/** The part whose turn it is, at a time in milliseconds since 1970. */
export const partOfDay = (nowMs: number): number => Math.floor(nowMs / DAY_MS) % SWEEP_PARTS;

/**
 * What the keys of a part begin with: the first two characters of a user's id and the slash behind it; an id has no leading
 * zero. Each part has every seventh pair, which of the ids that the service gives out is an eighth to a sixth.
 */
export const partPrefixes = (part: number): string[] =>
  ID_BEGINNINGS.filter((_, index) => index % SWEEP_PARTS === part);

const ID_BEGINNINGS = [...'123456789'].flatMap((first) => [...'/0123456789'].map((second) => `${first}${second}`));
