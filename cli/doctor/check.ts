import type { DoctorContext } from './context.ts';

/** `only_on_aws`: a laptop cannot answer it. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'only_on_aws';

/** What a check found, in a few words. */
export interface Finding {
  verdict: Verdict;
  detail: string;
}

export const GROUPS = [
  'photos',
  'refusals',
  'cdn',
  'changes',
  'imports',
  'queues',
  'privacy',
  'times',
  'account',
] as const;
export type Group = (typeof GROUPS)[number];

/** A question, and a line of the report. Its name is a section of docs/operations.md. */
export interface Check {
  name: string;
  group: Group;
  /** What it means when the answer is not ✓. */
  meaning: string;
  /** What to do then. */
  next: string;
  /** It asks AWS's services about the account, or about what a laptop does not have. */
  isOnlyOnAws?: true;
  /** Only runs with this option, because it takes minutes or costs money. */
  option?: 'drift' | 'costs';
  run: (context: DoctorContext) => Promise<Finding>;
}

export interface CheckResult {
  name: string;
  group: Group;
  verdict: Verdict;
  ms: number;
  detail: string;
  meaning?: string;
  next?: string;
  docs?: string;
}

export const ok = (detail: string): Finding => ({ verdict: 'ok', detail });
export const warn = (detail: string): Finding => ({ verdict: 'warn', detail });
export const fail = (detail: string): Finding => ({ verdict: 'fail', detail });

/** The first finding that is worse than ✓; otherwise ✓, with what was found. */
export function worstOf(findings: Finding[], fine: string): Finding {
  return (
    findings.find(({ verdict }) => verdict === 'fail') ?? findings.find(({ verdict }) => verdict === 'warn') ?? ok(fine)
  );
}

/** The section of a check or an alarm. */
export const docsOf = (name: string): string => `docs/operations.md#${name.toLowerCase()}`;
