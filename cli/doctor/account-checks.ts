import { output } from '../target.ts';
import { type Check, type Finding, fail, ok, warn, worstOf } from './check.ts';
import { deployedDigest, localDigest } from './code-digest.ts';
import { functionsOf, ofType, plainId } from './stack-resources.ts';

const DAY_MS = 86_400_000;
const DRIFT_POLL_MS = 5_000;

/**
 * When Lambda deprecates a runtime (its guide, "Lambda runtimes"). One that is missing here is newer than this list.
 */
export const DEPRECATED_AT: Record<string, string> = {
  'nodejs18.x': '2025-09-01',
  'nodejs20.x': '2026-04-30',
  'nodejs22.x': '2027-04-30',
  'nodejs24.x': '2028-04-30',
};
const WARN_DEPRECATION_DAYS = 180;

/** After this a master secret should be rotated: `headshot secrets rotate`. */
const MAX_SECRET_AGE_DAYS = 365;

/** The alarm of the dead-letter queue that gets the message of `doctor-dead-letters`. */
const DOCTORS_ALARM = 'IntakeDead';

/** What AWS says of the account and the stack. Where a permission is missing, the finding names it. */
export const ACCOUNT: Check[] = (
  [
    {
      name: 'doctor-alarms',
      meaning: 'An alarm is missing, does nothing, or rings.',
      next: 'Rings: its section on this page. Does nothing: enable its actions. Missing: deploy again.',
      async run(context) {
        const expected = await ofType(context, 'AWS::CloudWatch::Alarm');
        const there = await context.account.alarms(expected.map(({ id }) => id));
        let ownState = '';
        const findings = expected.map(({ id, logicalId }): Finding => {
          const alarm = there.get(id);
          const name = plainId(logicalId).replace(/^Alarm/, '');
          if (alarm === undefined) return fail(`${name} is not there`);
          if (!alarm.isActing) return warn(`${name} tells nobody: its actions are off`);
          // The message of `doctor-dead-letters`, of this run or of one a minute ago. `doctor-dead-letters-empty` tells
          // what is in the queue now.
          if (name === DOCTORS_ALARM) ownState = `; ${name}, whose queue had the doctor's message: ${alarm.state}`;
          else if (alarm.state === 'ALARM') return warn(`${name} rings`);
          return ok('');
        });
        return expected.length === 0
          ? fail('the stack has none')
          : worstOf(findings, `${expected.length} are there, none rings for others${ownState}`);
      },
    },
    {
      name: 'doctor-alarm-mail',
      meaning: 'Nobody is told when an alarm rings.',
      next: "Deploy with `-c alarmEmail=…` and confirm AWS's mail (look in the spam), or subscribe something else to the topic `TopicAlarms`.",
      async run({ account, target }) {
        const found = await account.subscriptions(output(target, 'TopicAlarms'));
        if (found.length === 0) return warn('nobody has subscribed');
        const waiting = found.filter(({ isConfirmed }) => !isConfirmed);
        return waiting.length > 0 ? warn(`${waiting.length} not confirmed`) : ok(`${found.length} confirmed`);
      },
    },
    {
      name: 'doctor-logs',
      meaning: 'A log group is missing, or keeps lines for ever, which costs more each month.',
      next: 'Deploy again; `logRetentionDays` says how long.',
      async run(context) {
        const groups = await ofType(context, 'AWS::Logs::LogGroup');
        const findings: Finding[] = [];
        for (const { id, logicalId } of groups) {
          const days = await context.account.retention(id);
          if (days === undefined) findings.push(fail(`${plainId(logicalId)} is not there`));
          if (days === 'forever') findings.push(warn(`${plainId(logicalId)} keeps everything`));
        }
        return worstOf(findings, `${groups.length} groups with an end`);
      },
    },
    {
      name: 'doctor-budget',
      meaning: 'Nobody is told when the account costs more than expected.',
      next: 'Deploy with `-c monthlyBudget=…` and `-c alarmEmail=…`, or make a budget under Billing, Budgets.',
      async run({ account }) {
        const names = await account.budgets();
        return names.length === 0 ? warn('the account has none') : ok(names.join(', '));
      },
    },
    {
      name: 'doctor-code',
      meaning: 'A function runs other code than this checkout.',
      next: '`git status` and `npx cdk diff`, then deploy.',
      async run(context) {
        const findings: Finding[] = [];
        const functions = await functionsOf(context);
        for (const { id, logicalId } of functions) {
          const { Code } = await context.account.function(id);
          const [there, here] = [await deployedDigest(Code.Location), await localDigest(plainId(logicalId))];
          if (there !== here)
            findings.push(fail(`${plainId(logicalId)}: ${there.slice(0, 12)}, here ${here.slice(0, 12)}`));
        }
        return worstOf(findings, `${functions.length} functions as in this checkout`);
      },
    },
    {
      name: 'doctor-runtime',
      meaning: 'A runtime gets no more security fixes, or soon will not.',
      next: 'Update Headshot (docs/deploy.md, "Updating") and deploy.',
      async run(context) {
        const findings: Finding[] = [];
        const names = new Set<string>();
        for (const { id, logicalId } of await functionsOf(context)) {
          const { Runtime } = (await context.account.function(id)).Configuration;
          names.add(Runtime);
          const days = (Date.parse(DEPRECATED_AT[Runtime] ?? '9999-01-01') - Date.now()) / DAY_MS;
          const said = `${plainId(logicalId)}: ${Runtime}, deprecated on ${DEPRECATED_AT[Runtime]}`;
          if (days < 0) findings.push(fail(said));
          else if (days < WARN_DEPRECATION_DAYS) findings.push(warn(said));
        }
        return worstOf(findings, [...names].join(', '));
      },
    },
    {
      name: 'doctor-secrets',
      meaning: 'The master secret is more than a year old.',
      next: '`headshot secrets rotate`, then the rest of "Rotating the master secret" on this page.',
      async run({ account, target }) {
        const days: Record<string, number> = {};
        for (const name of ['Master', 'Origin']) {
          const at = await account.secretChangedAt(output(target, `Secret${name}`));
          if (at === undefined) return fail(`nobody knows how old ${name} is`);
          days[name] = Math.floor((Date.now() - at.getTime()) / DAY_MS);
        }
        // Only CloudFront and the functions know the other one; no person ever has it.
        const said = `${days.Master} days old; the CDN's ${days.Origin}`;
        return (days.Master ?? 0) > MAX_SECRET_AGE_DAYS ? warn(said) : ok(said);
      },
    },
    {
      name: 'doctor-drift',
      option: 'drift',
      meaning: 'Somebody changed the stack by hand; the next deployment may undo it, or fail.',
      next: 'CloudFormation, the stack, "View drift results". Put it back, or into the code.',
      async run({ account }) {
        const { status, drifted } = await account.drift(DRIFT_POLL_MS);
        if (status === 'IN_SYNC') return ok('as the template has it');
        return status === 'DRIFTED' ? fail(`${drifted} resources`) : warn(status);
      },
    },
    {
      name: 'doctor-costs',
      option: 'costs',
      meaning: "This month's costs of the stack are not known.",
      next: 'Billing, Cost allocation tags: activate `aws:cloudformation:stack-name`. It takes a day.',
      async run({ account }) {
        const dollars = await account.cost(new Date());
        return dollars === 0 ? warn('nothing bears the tag') : ok(`${dollars.toFixed(2)} dollars so far this month`);
      },
    },
  ] satisfies (Omit<Check, 'group'> & { option?: 'drift' | 'costs' })[]
).map((check) => ({ ...check, group: 'account', isOnlyOnAws: true }));
