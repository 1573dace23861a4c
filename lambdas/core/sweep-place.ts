/** What the daily sweep goes through, in this order. */
export const SWEEP_STEPS = ['users', 'photos', 'raw', 'uploads', 'batches', 'limits'] as const;
export type SweepStep = (typeof SWEEP_STEPS)[number];

/** Where a sweep is: a step, and what was seen of it last. Neither: at the beginning. */
export interface SweepPlace {
  step?: SweepStep;
  after?: string;
}

/** The step behind this one; undefined behind the last. */
export const nextStep = (step: SweepStep): SweepStep | undefined => SWEEP_STEPS[SWEEP_STEPS.indexOf(step) + 1];
