import { print } from '../print.ts';
import type { Target } from '../target.ts';
import type { CheckResult, Group, Verdict } from './check.ts';
import { CHECKS } from './checks.ts';
import { cleanUp } from './cleanup.ts';
import { doctorContext } from './context.ts';
import { runChecks } from './run-checks.ts';

export interface DoctorOptions {
  json?: boolean;
  keep?: boolean;
  drift?: boolean;
  costs?: boolean;
  only?: Group[];
}

/** Removes what an earlier run has left, runs the checks, tidies up, and reports. Returns the exit code. */
export async function runDoctor(target: Target, stackName: string | undefined, given: DoctorOptions): Promise<number> {
  const context = doctorContext(target, stackName);
  const problems = await cleanUp(context);
  const checks = CHECKS.filter(
    ({ group, option, name }) =>
      (option === undefined || given[option]) &&
      (given.only === undefined || given.only.includes(group) || (needsUsers(given.only) && name === 'doctor-users')),
  );
  const startMs = performance.now();
  const results = await runChecks(checks, context, (result) => given.json || printResult(result));
  if (!given.keep) problems.push(...(await cleanUp(context)));
  const seconds = Math.round((performance.now() - startMs) / 100) / 10;
  const counts = countsOf(results);
  if (given.json) {
    print({ url: context.url, seconds, counts, checks: results, not_removed: problems }, given);
  } else {
    for (const problem of problems) console.log(`! not removed: ${problem}`);
    const elsewhere = counts.only_on_aws > 0 ? `; ${counts.only_on_aws} can be answered only on AWS` : '';
    console.log(`${counts.ok} ✓, ${counts.warn} !, ${counts.fail} ✗ in ${seconds} s${elsewhere}`);
  }
  return counts.fail > 0 ? 1 : 0;
}

/** All groups but the account's use users of the doctor's own. */
const needsUsers = (only: Group[]): boolean => only.some((group) => group !== 'account' && group !== 'privacy');

const MARK: Record<Verdict, string> = { ok: '✓', warn: '!', fail: '✗', only_on_aws: '·' };
const NAME_WIDTH = Math.max(...CHECKS.map(({ name }) => name.length));

function printResult({ name, verdict, ms, detail, meaning, next, docs }: CheckResult): void {
  console.log(`${MARK[verdict]} ${name.padEnd(NAME_WIDTH)} ${(ms / 1000).toFixed(1).padStart(5)} s  ${detail}`);
  if (meaning === undefined) return;
  console.log(`    means: ${meaning}`);
  console.log(`    next:  ${next} (${docs})`);
}

function countsOf(results: CheckResult[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = { ok: 0, warn: 0, fail: 0, only_on_aws: 0 };
  for (const { verdict } of results) counts[verdict]++;
  return counts;
}
