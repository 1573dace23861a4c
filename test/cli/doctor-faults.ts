import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { bundles, PROJECT } from '../../infra/bundles.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import type { Template } from '../../local/template.ts';
import { assemblyWith } from '../assembly-copy.ts';
import { headshotCommand } from '../headshot-command.ts';
import { logicalIdOf, propertiesOf, takeRight } from '../template-copy.ts';
import { testWorld, type World } from '../world.ts';
import { doctorOutputs } from './doctor-outputs.ts';
import { type AccountState, healthyAccount, recordedAccount } from './recorded-account.ts';

/**
 * `npm run doctor:faults [-- <name>…]`: puts faults into copies of the template, into the laptop run or into the recorded account, one after the
 * other, and prints which line of the doctor finds each, and which others turn red by it. Exit code 1 when one is not found, or when a line
 * turns red without cause.
 */
interface Fault {
  name: string;
  /** The line that must tell of it. */
  line: string;
  /** Which others it makes red or yellow, by their names, and no more. */
  others?: RegExp;
  template?: (template: Template) => void;
  world?: (world: World) => Promise<unknown>;
  account?: (state: AccountState) => void;
  env?: NodeJS.ProcessEnv;
}

const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

type Behaviour = Record<string, unknown> & { PathPattern?: string };
const distributionOf = (template: Template) =>
  propertiesOf(template, 'Host').DistributionConfig as { DefaultCacheBehavior: Behaviour; CacheBehaviors: Behaviour[] };
const photos = (template: Template): Behaviour => {
  const found = distributionOf(template).CacheBehaviors.find(({ PathPattern }) => PathPattern === '/p/*');
  if (found === undefined) throw new Error('the template serves no photos');
  return found;
};
function removeMapping(template: Template, functionId: string, queue: string): void {
  const queueId = logicalIdOf(template, queue);
  const found = Object.entries(template.Resources).find(
    ([id, { Type, Properties }]) =>
      Type === 'AWS::Lambda::EventSourceMapping' &&
      id.startsWith(functionId) &&
      JSON.stringify(Properties).includes(queueId),
  );
  if (found === undefined) throw new Error(`${functionId} has no mapping of ${queue}`);
  delete template.Resources[found[0]];
}

const PHOTOS_SHOWN = /slack-|twitter-(jpeg|png|gif)|photo-|wait|undo|delete|events|times|import/;

const FAULTS: Fault[] = [
  {
    name: 'the worker may not write pictures',
    line: 'doctor-slack-jpeg',
    others: PHOTOS_SHOWN,
    template: (t) => takeRight(t, 'RoleOnJob', 's3:PutObject', 'Photos/*'),
  },
  {
    name: 'the worker may not publish events',
    line: 'doctor-events',
    others: /times-shown|import/,
    template: (t) => takeRight(t, 'RoleOnJob', 'sns:Publish', 'PhotoEvents'),
  },
  {
    name: 'the sweeper may not invalidate',
    line: 'doctor-delete-cdn',
    template: (t) => takeRight(t, 'RoleOnSweep', 'cloudfront:CreateInvalidation', 'Host'),
  },
  {
    name: 'pictures may not be deleted',
    line: 'doctor-delete',
    others: /undo|delete-cdn/,
    template: (t) => takeRight(t, 'RoleOnChange', 's3:DeleteObject', 'Photos/*'),
  },
  {
    name: 'nonces cannot be kept',
    line: 'doctor-replay',
    template: (t) => takeRight(t, 'RoleOnRead', 'dynamodb:PutItem', 'Limits'),
  },
  {
    name: 'readers may not read the master secret',
    line: 'doctor-token',
    others: /v1-refusals|replay|times-answer|times-shown/,
    template: (t) => takeRight(t, 'RoleOnRead', 'secretsmanager:GetSecretValue', 'Master'),
  },
  {
    name: 'compression off',
    line: 'doctor-page-compression',
    template: (t) => {
      distributionOf(t).DefaultCacheBehavior.Compress = false;
    },
  },
  {
    name: 'the wrong cache policy for photos',
    line: 'doctor-photo-cache',
    template: (t) => {
      photos(t).CachePolicyId = CACHING_DISABLED;
    },
  },
  {
    name: 'photos without their headers policy',
    line: 'doctor-photo-headers',
    others: /photo-cors/,
    template: (t) => {
      delete photos(t).ResponseHeadersPolicyId;
    },
  },
  {
    name: 'the page without its headers policy',
    line: 'doctor-page-headers',
    template: (t) => {
      delete distributionOf(t).DefaultCacheBehavior.ResponseHeadersPolicyId;
    },
  },
  {
    name: 'the queue jobs without its mapping',
    line: 'doctor-slack-jpeg',
    others: PHOTOS_SHOWN,
    template: (t) => removeMapping(t, 'OnJob', 'Jobs'),
  },
  {
    name: 'the queue intake without its mapping',
    line: 'doctor-import-folder',
    others: /import-manifest/,
    template: (t) => removeMapping(t, 'OnImport', 'Intake'),
  },
  {
    name: 'the queue sweeps without its mapping',
    line: 'doctor-erase',
    others: /delete-cdn/,
    template: (t) => removeMapping(t, 'OnSweep', 'Sweeps'),
  },
  {
    name: 'a stopped loop',
    line: 'doctor-import-manifest',
    others: /import-manifest/,
    template: (t) => {
      delete propertiesOf(t, 'OnImport').RecursiveLoop;
    },
  },
  {
    name: 'the clock of the machine off by ten minutes',
    line: 'doctor-clock',
    others: /twitter-|replay|times/,
    env: { NODE_OPTIONS: `--import "data:text/javascript,const now=Date.now;Date.now=()=>now()+600000"` },
  },
  {
    name: 'something failed at every try',
    line: 'doctor-dead-letters-empty',
    world: ({ laptop }) =>
      sqsClient().send(
        new SendMessageCommand({ QueueUrl: laptop.running.outputs.QueueJobsDead, MessageBody: 'nobody can read this' }),
      ),
  },
  {
    name: 'the raw bucket made public',
    line: 'doctor-private-raw',
    account: (s) => {
      s.publicStatus.raw = 200;
    },
  },
  {
    name: 'an alarm removed',
    line: 'doctor-alarms',
    account: (s) => {
      delete s.alarms['Mine-AlarmJobsDead'];
    },
  },
  {
    name: "an old function's code",
    line: 'doctor-code',
    account: (s) => {
      s.code.OnRead = Buffer.from('export const handler = 1;');
    },
  },
  {
    name: 'a quota that the queues use up',
    line: 'doctor-concurrency',
    account: (s) => {
      s.concurrency = 10;
    },
  },
];

interface Said {
  seconds: number;
  checks: { name: string; verdict: string; detail: string }[];
}

const wanted = process.argv.slice(2);
process.env.HEADSHOT_TEST_ASSEMBLY = join(mkdtempSync(join(tmpdir(), 'headshot-faults-')), 'assembly');
const built = await bundles().then(() => join(PROJECT, 'dist'));
let missed = 0;
console.log('| fault | line | found | also red or yellow, by it | seconds |\n|---|---|---|---|---|');
for (const fault of FAULTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  const { seconds, checks } = await (fault.account === undefined ? onLaptop(fault) : onAccount(fault.account));
  const off = checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  const found = off.find(({ name }) => name === fault.line);
  const others = off.filter(({ name }) => name !== fault.line).map(({ name }) => name.replace('doctor-', ''));
  const stray = others.filter((name) => !(fault.others?.test(name) ?? false));
  if (found === undefined || stray.length > 0) missed++;
  const also = others.map((name) => (stray.includes(name) ? `**${name}**` : name)).join(' ') || '–';
  console.log(
    `| ${fault.name} | ${fault.line} | ${found?.detail.replaceAll('|', '/').slice(0, 90) ?? '**no**'} | ${also} | ${seconds} |`,
  );
}
rmSync(join(process.env.HEADSHOT_TEST_ASSEMBLY, '..'), { recursive: true, force: true });
console.log(
  missed === 0 ? 'every fault is found by its line, and no other turns red without cause' : `${missed} not so`,
);
process.exit(missed === 0 ? 0 : 1);

async function onLaptop({ template, world: prepare, env }: Fault): Promise<Said> {
  const assembly = await assemblyWith(template ?? (() => undefined));
  const world = await testWorld(assembly.dir);
  try {
    await prepare?.(world);
    const { out, err } = await headshotCommand(['doctor', '--json'], { HEADSHOT_DATA: world.laptop.dataDir, ...env });
    if (out === '') throw new Error(err);
    return JSON.parse(out);
  } finally {
    await world.end();
    assembly.remove();
  }
}

/** What AWS says of a stack; its other services are not there. */
async function onAccount(change: (state: AccountState) => void): Promise<Said> {
  const state = healthyAccount(built);
  change(state);
  const account = await recordedAccount(state);
  try {
    state.outputs = outputsOf(account.url);
    const { out, err } = await headshotCommand(
      ['doctor', '--stack', 'Mine', '--only', 'account', 'privacy', '--drift', '--costs', '--json'],
      {
        AWS_ENDPOINT_URL: account.url,
        AWS_ENDPOINT_URL_S3: account.url,
        HEADSHOT_EXECUTE_API_URL: account.url,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'MYOWNKEY',
        AWS_SECRET_ACCESS_KEY: 'secret',
        HEADSHOT_DATA: mkdtempSync(join(tmpdir(), 'headshot-doctor-')),
      },
    );
    if (out === '') throw new Error(err);
    return JSON.parse(out);
  } finally {
    await account.close();
  }
}

/** A host beside the buckets, not the one that they are at. */
const outputsOf = (url: string): Record<string, string> => ({ Url: `${url}/public`, ...doctorOutputs(url) });
