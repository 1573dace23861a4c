import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import type { Template } from '../../local/template.ts';
import { logicalIdOf, propertiesOf, takeRight } from '../template-copy.ts';
import type { World } from '../world.ts';
import type { AccountState } from './recorded-account.ts';

/** Something that is wrong in a copy of the template, in the laptop run, in the machine or in the recorded account. */
export interface Fault {
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

/** Whatever needs a photo that is shown. */
const PHOTOS_SHOWN =
  /^((slack|twitter)-(jpeg|png|gif)|v1-(jpeg|png|gif|webp|avif|heic)|photo-.*|wait|undo|delete|delete-cdn|events|times-.*|import-.*)$/;

export const FAULTS: Fault[] = [
  {
    name: 'the worker may not write pictures',
    line: 'doctor-slack-jpeg',
    others: PHOTOS_SHOWN,
    template: (t) => takeRight(t, 'RoleOnJob', 's3:PutObject', 'Photos/*'),
  },
  {
    name: 'the worker may not publish events',
    line: 'doctor-events',
    // The job fails after its photo is shown, and waits for its next try: so waits end early (there are more jobs than workers), rows say queued, and
    // a photo that was not waited for is shown between a look at the history and the undo.
    others: /^(times-.*|import-.*|twitter-.*|wait|undo)$/,
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
    others: /^(undo|delete-cdn)$/,
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
    others: /^(replay|times-.*)$/,
    template: (t) => takeRight(t, 'RoleOnRead', 'secretsmanager:GetSecretValue', 'Master'),
  },
  {
    name: 'a repeated upload is not looked up',
    line: 'doctor-idempotency',
    template: (t) => takeRight(t, 'RoleOnChange', 'dynamodb:GetItem', 'Uploads'),
  },
  {
    name: 'sites that the functions do not know of',
    line: 'doctor-v1-cors',
    template: (t) => {
      t.Outputs.AllowedOrigins = { Value: 'https://app.example.com' };
    },
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
    others: /^photo-cors$/,
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
    others: /^import-manifest$/,
    template: (t) => removeMapping(t, 'OnImport', 'Intake'),
  },
  {
    name: 'the queue sweeps without its mapping',
    line: 'doctor-erase',
    others: /^delete-cdn$/,
    template: (t) => removeMapping(t, 'OnSweep', 'Sweeps'),
  },
  {
    name: 'a stopped loop',
    line: 'doctor-import-manifest',
    template: (t) => {
      delete propertiesOf(t, 'OnImport').RecursiveLoop;
    },
  },
  {
    name: 'the clock of the machine off by ten minutes',
    line: 'doctor-clock',
    others: /^(twitter-.*|replay)$/,
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
  {
    name: 'the mapping of a deployed queue switched off',
    line: 'doctor-mappings',
    account: (s) => {
      s.mappings.OnSweep = [{ queue: 'sweeps', state: 'Disabled', maximum: 2 }];
    },
  },
  {
    name: 'the throttle of uploads taken off',
    line: 'doctor-throttles',
    account: (s) => {
      delete s.stageThrottles['~1v1~1photo/ANY'];
    },
  },
  {
    name: 'a right that the operator lacks',
    line: 'doctor-budget',
    account: (s) => {
      s.denied = ['budgets:ViewBudget'];
    },
  },
];
