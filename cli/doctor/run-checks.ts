import { type Check, type CheckResult, docsOf, type Finding } from './check.ts';
import { type DoctorContext, MissingStep } from './context.ts';

/** Runs the checks one after the other, because they build on each other, and reports each when it is done. */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  onResult: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const startMs = performance.now();
    const found =
      check.isOnlyOnAws && context.isLaptop
        ? { verdict: 'only_on_aws' as const, detail: 'only on AWS' }
        : await check.run(context).catch(findingOf);
    const result = resultOf(check, found, Math.round(performance.now() - startMs));
    results.push(result);
    onResult(result);
  }
  return results;
}

const resultOf = ({ name, group, meaning, next }: Check, { verdict, detail }: Finding, ms: number): CheckResult => ({
  name,
  group,
  verdict,
  ms,
  detail,
  ...((verdict === 'warn' || verdict === 'fail') && { meaning, next, docs: docsOf(name) }),
});

/** What a check threw: another check's result that is missing, a missing permission, or a fault. */
export function findingOf(error: unknown): Finding {
  if (error instanceof MissingStep) return { verdict: 'warn', detail: `not looked at: ${error.message}` };
  if (!(error instanceof Error)) return { verdict: 'fail', detail: String(error) };
  const action = deniedAction(error);
  if (action !== undefined) return { verdict: 'warn', detail: `you lack the right ${action}` };
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return {
    verdict: 'fail',
    detail: `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}${cause}`.slice(0, 300),
  };
}

/** The action in the message with which a service says that a permission is missing. */
function deniedAction({ name, message }: Error): string | undefined {
  if (!/AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized|Forbidden/i.test(name)) return undefined;
  return /perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ?? `(${name}: ${message.slice(0, 120)})`;
}
