import { methodKey, type Throttle } from '../../lambdas/store/account.ts';
import { output } from '../target.ts';
import { type Check, type Finding, fail, ok, warn, worstOf } from './check.ts';
import type { DoctorContext } from './context.ts';
import { functionsOf, ofType, plainId } from './stack-resources.ts';

const STAGE_NAME = 'live';

/** How much the account and the stack let through, and what they stop. */
export const CAPACITY: Check[] = (
  [
    {
      name: 'doctor-concurrency',
      meaning: 'The account runs fewer functions at once than the stack shares out, so people may be turned away.',
      next: 'Ask for more: Service Quotas, Lambda, "Concurrent executions". Or deploy with the `accountConcurrency` that there is, ten at the least.',
      async run(context) {
        const quota = await context.account.concurrency();
        let maxima = 0;
        for (const { id } of await functionsOf(context))
          for (const { ScalingConfig } of await context.account.mappings(id))
            maxima += ScalingConfig?.MaximumConcurrency ?? quota;
        const left = quota - maxima;
        const shared = Number(output(context.target, 'AccountConcurrency'));
        // A request that waits for its photo keeps its place until then.
        const said = `${quota} at once: ${maxima} for the queues, ${Math.max(left, 0)} for requests and their waits`;
        if (left <= 0) return fail(said);
        if (left < shared - maxima) return warn(`${said}, of the ${shared - maxima} that they were given`);
        return ok(quota > shared ? `${said}; deploy with \`accountConcurrency=${quota}\` to share out the rest` : said);
      },
    },
    {
      name: 'doctor-mappings',
      meaning: 'A queue has no function, or a disabled one: its messages wait for ever.',
      next: 'Lambda, the function, Triggers: enable it. Or deploy again.',
      async run(context) {
        const arns: string[] = [];
        const findings: Finding[] = [];
        for (const { id, logicalId } of await functionsOf(context))
          for (const { EventSourceArn, State } of await context.account.mappings(id)) {
            arns.push(EventSourceArn);
            if (State !== 'Enabled') findings.push(fail(`${plainId(logicalId)}: ${State}`));
          }
        const hooks = context.target.outputs.QueueHooks === undefined ? [] : ['Hooks'];
        for (const queue of ['Jobs', 'Bulk', 'Intake', 'Sweeps', ...hooks]) {
          const name = output(context.target, `Queue${queue}`).split('/').at(-1);
          if (!arns.some((arn) => arn.endsWith(`:${name}`))) findings.push(fail(`nothing works on the queue ${queue}`));
        }
        return worstOf(findings, `${arns.length} enabled`);
      },
    },
    {
      name: 'doctor-recursion',
      meaning:
        'Lambda stops OnImport or OnSweep after some 16 messages to themselves, so long manifests and sweeps end half-way.',
      next: 'Deploy again. By hand: Lambda, the function, Configuration, Concurrency and recursion detection, "Allow recursive loops".',
      async run(context) {
        const { Resources } = await context.account.template();
        const findings: Finding[] = [];
        for (const { id, logicalId } of await functionsOf(context)) {
          const wanted = Resources[logicalId]?.Properties?.RecursiveLoop ?? 'Terminate';
          const found = await context.account.recursion(id);
          if (found !== wanted) findings.push(fail(`${plainId(logicalId)}: ${found}, not ${wanted}`));
        }
        return worstOf(findings, 'as the template has it');
      },
    },
    {
      name: 'doctor-throttles',
      meaning:
        "API Gateway's throttle is not the template's: people are turned away, or a flood takes the account's functions.",
      next: 'Deploy again. By hand: API Gateway, the API, Stages, `live`. The account\'s: Service Quotas, API Gateway, "Throttle rate".',
      async run(context) {
        const findings: Finding[] = [];
        const { rate: accountRate } = await context.account.accountThrottle();
        let count = 0;
        for (const { id, logicalId } of await ofType(context, 'AWS::ApiGateway::RestApi')) {
          const found = await context.account.stageThrottles(id, STAGE_NAME);
          for (const [method, wanted] of await templateThrottles(context, logicalId)) {
            count++;
            const there = found.get(method);
            const name = `${plainId(logicalId)} ${method}`;
            if (there === undefined) findings.push(fail(`${name}: no throttle, not ${throttleText(wanted)}`));
            else if (there.rate !== wanted.rate || there.burst !== wanted.burst)
              findings.push(fail(`${name}: ${throttleText(there)}, not ${throttleText(wanted)}`));
            if (accountRate < wanted.rate)
              findings.push(warn(`${name}: ${throttleText(wanted)}, of the account's ${accountRate}`));
          }
        }
        return worstOf(findings, `${count} as the template has them; the account's: ${accountRate} a second`);
      },
    },
  ] satisfies Omit<Check, 'group'>[]
).map((check) => ({ ...check, group: 'account', isOnlyOnAws: true }));

const throttleText = ({ rate, burst }: Throttle): string => `${rate} a second, ${burst} at once`;

/** Of a stage, in CloudFormation. */
interface MethodSetting {
  ResourcePath: string;
  HttpMethod: string;
  ThrottlingRateLimit?: number;
  ThrottlingBurstLimit?: number;
}

/** What an API's stage lets through to its methods, by the template. */
async function templateThrottles({ account }: DoctorContext, apiLogicalId: string): Promise<[string, Throttle][]> {
  const { Resources } = await account.template();
  const stages = Object.values(Resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::ApiGateway::Stage' && JSON.stringify(Properties?.RestApiId) === `{"Ref":"${apiLogicalId}"}`,
  );
  const settings = stages.flatMap(({ Properties }) => (Properties?.MethodSettings ?? []) as MethodSetting[]);
  return settings.flatMap(
    ({ ResourcePath, HttpMethod, ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst = 0 }): [string, Throttle][] =>
      rate === undefined ? [] : [[methodKey(`${ResourcePath}/${HttpMethod}`), { rate, burst }]],
  );
}
