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

/** The step behind this one; undefined behind the last. */
export const nextStep = (step: SweepStep): SweepStep | undefined => SWEEP_STEPS[SWEEP_STEPS.indexOf(step) + 1];

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
