import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { useTarget } from '../../cli/choose-target.ts';
import { ACCOUNT, DEPRECATED_AT } from '../../cli/doctor/account-checks.ts';
import { CAPACITY } from '../../cli/doctor/capacity-checks.ts';
import { fileInZip } from '../../cli/doctor/code-digest.ts';
import { doctorContext } from '../../cli/doctor/context.ts';
import { PRIVACY } from '../../cli/doctor/privacy.ts';
import { runChecks } from '../../cli/doctor/run-checks.ts';
import { bundles, PROJECT } from '../../infra/bundles.ts';
import { doctorOutputs } from './doctor-outputs.ts';
import { type AccountState, healthyAccount, type RecordedAccount, recordedAccount, zipOf } from './recorded-account.ts';

/** Every verdict of the checks that AWS's own services answer, by the real callers over the real protocols. */
const DIST = join(PROJECT, 'dist');
const checks = [...CAPACITY, ...ACCOUNT, ...PRIVACY.filter(({ isOnlyOnAws }) => isOnlyOnAws)];
const healthy = () => healthyAccount(DIST);
let account: RecordedAccount;

beforeAll(async () => {
  await bundles();
  account = await recordedAccount(healthy());
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.url,
    AWS_ENDPOINT_URL_S3: account.url,
    HEADSHOT_EXECUTE_API_URL: account.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'MYOWNKEY',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
}, 60_000);
afterAll(() => account?.close());
beforeEach(() => {
  account.state = healthy();
  account.calls.length = 0;
});

const target = {
  url: 'https://photos.example.com',
  region: 'eu-central-1',
  outputs: doctorOutputs('https://sqs.eu-central-1.amazonaws.com'),
};

async function verdicts(change: (state: AccountState) => void): Promise<Record<string, string>> {
  change(account.state);
  useTarget(target);
  const results = await runChecks(checks, doctorContext(target, 'Mine'), () => undefined);
  return Object.fromEntries(results.map(({ name, verdict, detail }) => [name, `${verdict}: ${detail}`]));
}

const FINE = Object.fromEntries(checks.map(({ name }) => [name, expect.stringMatching(/^ok: /)]));

test('nothing is wrong: every check says so, and asks AWS with a signature', async () => {
  expect(await verdicts(() => undefined)).toEqual(FINE);
  expect(new Set(account.calls)).toEqual(new Set(Object.values(RIGHTS).flat()));
});

const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const soon = () => new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);

/** What is changed in the account, which line tells of it, and what it says. All others stay as they are. */
const CASES: [what: string, check: string, says: RegExp, change: (state: AccountState) => void][] = [
  [
    'a quota below the maxima',
    'doctor-concurrency',
    /^fail: 10 at once: 11 for the queues, 0 for requests/,
    (s) => {
      s.concurrency = 10;
    },
  ],
  [
    'a quota below what was shared out',
    'doctor-concurrency',
    /^warn: 12 at once: 11 for the queues, 1 for requests and their waits, of the 2 that they were given$/,
    (s) => {
      s.concurrency = 12;
    },
  ],
  [
    'a mapping that is gone',
    'doctor-mappings',
    /^fail: nothing works on the queue Sweeps$/,
    (s) => {
      delete s.mappings.OnSweep;
    },
  ],
  [
    'a mapping that is off',
    'doctor-mappings',
    /^fail: OnImport: Disabled$/,
    (s) => {
      s.mappings.OnImport = [{ queue: 'intake', state: 'Disabled', maximum: 2 }];
    },
  ],
  [
    'loops that are stopped',
    'doctor-recursion',
    /^fail: OnImport: Terminate, not Allow$/,
    (s) => {
      s.recursion.OnImport = 'Terminate';
    },
  ],
  [
    'an alarm removed',
    'doctor-alarms',
    /^fail: JobsDead is not there$/,
    (s) => {
      delete s.alarms['Mine-AlarmJobsDead'];
    },
  ],
  [
    'an alarm that rings',
    'doctor-alarms',
    /^warn: JobsAge rings$/,
    (s) => {
      s.alarms['Mine-AlarmJobsAge'] = { state: 'ALARM', isActing: true };
    },
  ],
  [
    'an alarm without its actions',
    'doctor-alarms',
    /^warn: Faults tells nobody/,
    (s) => {
      s.alarms['Mine-AlarmFaults'] = { state: 'OK', isActing: false };
    },
  ],
  [
    'no alarms at all',
    'doctor-alarms',
    /^fail: the stack has none$/,
    (s) => {
      s.stackAlarms = [];
    },
  ],
  [
    'a mail that was not confirmed',
    'doctor-alarm-mail',
    /^warn: 1 not confirmed$/,
    (s) => {
      s.subscriptions = ['PendingConfirmation'];
    },
  ],
  [
    'nobody who hears alarms',
    'doctor-alarm-mail',
    /^warn: nobody has subscribed$/,
    (s) => {
      s.subscriptions = [];
    },
  ],
  [
    'a log group that is gone',
    'doctor-logs',
    /^fail: LogsOnJob is not there$/,
    (s) => {
      delete s.logGroups['Mine-LogsOnJob'];
    },
  ],
  [
    'a log group without an end',
    'doctor-logs',
    /^warn: LogsOnRead keeps everything$/,
    (s) => {
      s.logGroups['Mine-LogsOnRead'] = 0;
    },
  ],
  [
    'no budget',
    'doctor-budget',
    /^warn: the account has none$/,
    (s) => {
      s.budgets = [];
    },
  ],
  [
    'a stage that is shut',
    'doctor-throttles',
    /^fail: ApiSlack v1\/photo\/ANY: 0 a second, 0 at once, not 6 a second, 4 at once$/,
    (s) => {
      s.stageThrottles['~1v1~1photo/ANY'] = { rate: 0, burst: 0 };
    },
  ],
  [
    'a stage whose throttle somebody took off',
    'doctor-throttles',
    /^fail: ApiSlack \*\/\*: no throttle, not 20 a second, 200 at once$/,
    (s) => {
      delete s.stageThrottles['*/*'];
    },
  ],
  [
    'a narrow account',
    'doctor-throttles',
    /^warn: ApiSlack \*\/\*: 20 a second, 200 at once, of the account's 10$/,
    (s) => {
      s.accountThrottle = { rate: 10, burst: 50 };
    },
  ],
  [
    "an old function's code",
    'doctor-code',
    /^fail: OnRead: [0-9a-f]{12}, here [0-9a-f]{12}$/,
    (s) => {
      s.code.OnRead = Buffer.from('export const handler = 1;');
    },
  ],
  [
    'a runtime that ended',
    'doctor-runtime',
    /^fail: OnJob: nodejs-gone/,
    (s) => {
      DEPRECATED_AT['nodejs-gone'] = yesterday();
      s.runtimes.OnJob = 'nodejs-gone';
    },
  ],
  [
    'a runtime that ends soon',
    'doctor-runtime',
    /^warn: OnJob: nodejs-soon/,
    (s) => {
      DEPRECATED_AT['nodejs-soon'] = soon();
      s.runtimes.OnJob = 'nodejs-soon';
    },
  ],
  [
    'an old master secret',
    'doctor-secrets',
    /^warn: 400 days old; the CDN's 400$/,
    (s) => {
      s.secretChangedAtSeconds.master = Date.now() / 1000 - 400 * 86_400;
    },
  ],
  [
    'a secret that nobody knows the age of',
    'doctor-secrets',
    /^fail: nobody knows how old Origin is$/,
    (s) => {
      delete s.secretChangedAtSeconds.origin;
    },
  ],
  [
    'a change by hand',
    'doctor-drift',
    /^fail: 2 resources$/,
    (s) => {
      s.drift = { status: 'DRIFTED', detection: 'DETECTION_COMPLETE', drifted: 2 };
    },
  ],
  [
    'drift that cannot be told',
    'doctor-drift',
    /^warn: UNKNOWN$/,
    (s) => {
      s.drift = { status: 'UNKNOWN', detection: 'DETECTION_FAILED', drifted: 0 };
    },
  ],
  [
    'no costs by the tag',
    'doctor-costs',
    /^warn: nothing bears the tag$/,
    (s) => {
      s.costDollars = 0;
    },
  ],
  [
    'the raw bucket made public',
    'doctor-private-raw',
    /^fail: 200 without credentials$/,
    (s) => {
      s.publicStatus.raw = 200;
    },
  ],
  [
    'the imports bucket made public',
    'doctor-private-imports',
    /^fail: 200 without credentials$/,
    (s) => {
      s.publicStatus.imports = 200;
    },
  ],
  [
    'pictures to be read by everybody',
    'doctor-private-photos',
    /^fail: 404 without credentials$/,
    (s) => {
      s.publicStatus.photos = 404;
    },
  ],
  [
    'an API that takes anybody',
    'doctor-private-api',
    /^fail: ApiSlack: 200 without credentials$/,
    (s) => {
      s.directApi = { status: 200, body: '{}' };
    },
  ],
  [
    "an API that believes in a caller's host",
    'doctor-private-api',
    /^fail: ApiSlack: it believes in doctor.invalid$/,
    (s) => {
      s.directApi = { status: 401, body: 'https://doctor.invalid/' };
    },
  ],
];

test.each(CASES)('%s: %s', async (_what, check, says, change) => {
  expect(await verdicts(change)).toEqual({ ...FINE, [check]: expect.stringMatching(says) });
});

/** What each check needs to be allowed. */
const RIGHTS: Record<string, string[]> = {
  'doctor-concurrency': [
    'lambda:GetAccountSettings',
    'lambda:ListEventSourceMappings',
    'cloudformation:ListStackResources',
  ],
  'doctor-mappings': ['lambda:ListEventSourceMappings'],
  'doctor-recursion': ['lambda:GetFunctionRecursionConfig', 'cloudformation:GetTemplate'],
  'doctor-alarms': ['cloudwatch:DescribeAlarms'],
  'doctor-alarm-mail': ['sns:ListSubscriptionsByTopic'],
  'doctor-logs': ['logs:DescribeLogGroups'],
  'doctor-budget': ['budgets:ViewBudget'],
  'doctor-throttles': ['apigateway:GET'],
  'doctor-code': ['lambda:GetFunction'],
  'doctor-runtime': ['lambda:GetFunction'],
  'doctor-secrets': ['secretsmanager:DescribeSecret'],
  'doctor-drift': ['cloudformation:DetectStackDrift', 'cloudformation:DescribeStackDriftDetectionStatus'],
  'doctor-costs': ['ce:GetCostAndUsage'],
};

describe('a right that the operator lacks is `!` with its name', () => {
  test.each(Object.entries(RIGHTS).flatMap(([check, rights]) => rights.map((right) => [check, right] as const)))(
    '%s: %s',
    async (check, right) => {
      const found = await verdicts((state) => {
        state.denied = [right];
      });
      expect(found[check]).toBe(`warn: you lack the right ${right}`);
    },
  );
});

test('the alarm of the queue that gets a message of the doctor rings by it, and its state is told', async () => {
  const found = await verdicts((state) => {
    state.alarms['Mine-AlarmIntakeDead'] = { state: 'ALARM', isActing: true };
  });
  expect(found).toEqual({ ...FINE, 'doctor-alarms': expect.stringMatching(/^ok: .*IntakeDead.*: ALARM$/) });
});

test('a quota that grew after the deployment can be shared out', async () => {
  const found = await verdicts(() => undefined);
  expect(found['doctor-concurrency']).toBe(
    'ok: 1000 at once: 11 for the queues, 989 for requests and their waits; deploy with `accountConcurrency=1000` to share out the rest',
  );
});

test('docs/deploy.md names every right that is asked for', () => {
  const page = readFileSync(join(PROJECT, 'docs/deploy.md'), 'utf8');
  const section = page.slice(page.indexOf('## 7. Does all of it work?'), page.indexOf('## Settings'));
  for (const right of new Set(Object.values(RIGHTS).flat())) {
    const [service = '', action = ''] = right.split(':');
    expect(section).toMatch(new RegExp(`\\b${service}:[^:]*\\b${action}\\b`));
  }
});

test('a laptop run is not asked what only AWS can answer', async () => {
  const results = await runChecks(checks, { ...doctorContext(target, 'Mine'), isLaptop: true }, () => undefined);
  expect(new Set(results.map(({ verdict, detail }) => `${verdict}: ${detail}`))).toEqual(
    new Set(['only_on_aws: only on AWS']),
  );
  expect(account.calls).toEqual([]);
});

test('a zip archive gives up the file of a name, and none of another', () => {
  const zip = zipOf('index.mjs', Buffer.from('code'));
  expect(fileInZip(zip, 'index.mjs')?.toString()).toBe('code');
  expect(fileInZip(zip, 'index.js')).toBeUndefined();
  expect(() => fileInZip(Buffer.from('nothing'), 'index.mjs')).toThrow('no zip archive');
});
