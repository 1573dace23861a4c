import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { StartRefused } from '../../local/data-folder.ts';
import { CREDENTIALS, emulatorClients } from '../../local/emulator-clients.ts';
import { startLaptop } from '../../local/laptop-run.ts';
import { listenOnLoopback } from '../../local/loopback.ts';
import type { Running } from '../../local/running-file.ts';
import { killableLaptop } from '../killable-laptop.ts';
import { handMade, lambda, NO_CACHING, plainHost, resource, restApi } from './hand-made.ts';

const SOURCE = `
export const handler = async () => { await new Promise((done) => setTimeout(done, 700)); return { statusCode: 200, body: String(process.pid) }; };`;
const RESOURCES = {
  ...plainHost(),
  Jobs: resource('AWS::SQS::Queue', { VisibilityTimeout: 60 }),
  Users: resource('AWS::DynamoDB::Table', {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  }),
  Events: resource('AWS::SNS::Topic'),
  Told: resource('AWS::SNS::Subscription', {
    TopicArn: { Ref: 'Events' },
    Protocol: 'sqs',
    Endpoint: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
    RawMessageDelivery: true,
  }),
  Master: resource('AWS::SecretsManager::Secret', {
    GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
  }),
  Fn: lambda('fn', { Timeout: 5 }),
  ...restApi('Fn', [['ANY', '/']]),
};
const OUTPUTS = {
  Jobs: { Value: { Ref: 'Jobs' } },
  Topic: { Value: { Ref: 'Events' } },
  Secret: { Value: { Ref: 'Master' } },
};
const assemblyDir = handMade(
  {
    ...RESOURCES,
    Host: resource('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        DefaultCacheBehavior: { TargetOriginId: 'api', CachePolicyId: NO_CACHING },
        Origins: [
          {
            Id: 'api',
            DomainName: { 'Fn::Join': ['', [{ Ref: 'Api' }, '.execute-api.us-east-1.amazonaws.com']] },
            OriginPath: '/live',
          },
        ],
      },
    }),
  },
  { fn: SOURCE },
  OUTPUTS,
);

const folders: string[] = [];
const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'headshot-survival-'));
  folders.push(dir);
  return dir;
};
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

const options = (dataDir: string, port = 0) => ({ dataDir, port, assemblyDir, verbose: false, show: () => undefined });

async function runApart(dataDir: string): ReturnType<typeof killableLaptop> {
  const laptop = await killableLaptop(dataDir, assemblyDir);
  started.push(laptop.child);
  return laptop;
}

/** The processes whose command line or working folder names one of the folders. */
const processesOf = (...dirs: string[]): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      const about = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readlinkSync(`/proc/${pid}/cwd`);
      return dirs.some((dir) => about.includes(dir));
    } catch {
      return false;
    }
  });

const secretOf = async (running: Running) => {
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    credentials: CREDENTIALS,
    endpoint: running.aws_endpoints.secretsmanager,
  });
  return client.send(new GetSecretValueCommand({ SecretId: running.outputs.Secret }));
};

test('kill -9 loses nothing, and leaves no process', async () => {
  const dataDir = folder();
  const { child, running } = await runApart(dataDir);
  const first = emulatorClients(running.aws_endpoints);
  await first.s3.send(new PutObjectCommand({ Bucket: 'site', Key: 'a', Body: 'kept' }));
  await first.dynamodb.send(new PutItemCommand({ TableName: 'Users', Item: { id: { S: 'ada' }, n: { N: '7' } } }));
  await first.sqs.send(new SendMessageCommand({ QueueUrl: running.outputs.Jobs, MessageBody: 'sent' }));
  await first.sns.send(new PublishCommand({ TopicArn: running.outputs.Topic, Message: 'published' }));
  const secret = await secretOf(running);
  expect(secret).toMatchObject({ Name: 'Master', ARN: running.outputs.Secret, VersionStages: ['AWSCURRENT'] });
  expect(secret.SecretString).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(dataDir, 'running.json')).mode & 0o777).toBe(0o600);
  const inFlight = fetch(running.url).catch(() => 'cut off');
  await new Promise((later) => setTimeout(later, 400));
  // The run, its emulators, and the function that is at work.
  expect(processesOf(dataDir, assemblyDir)).toHaveLength(3);

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await inFlight).toBe('cut off');

  const second = await startLaptop(options(dataDir));
  const { s3, dynamodb, sqs } = emulatorClients(second.running.aws_endpoints);
  const object = await s3.send(new GetObjectCommand({ Bucket: 'site', Key: 'a' }));
  expect(await object.Body?.transformToString()).toBe('kept');
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'Users', Key: { id: { S: 'ada' } } }));
  expect(Item).toEqual({ id: { S: 'ada' }, n: { N: '7' } });
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: second.running.outputs.Jobs, MaxNumberOfMessages: 10 }),
  );
  expect(Messages.map(({ Body }) => Body).sort()).toEqual(['published', 'sent']);
  expect((await secretOf(second.running)).SecretString).toBe(secret.SecretString);
  await second.stop(1_000);
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
  expect(processesOf(dataDir, assemblyDir)).toEqual([]);
}, 20_000);

test('a stop lets a request finish, takes no other, and gives the folder back', async () => {
  const dataDir = folder();
  const { child, running } = await runApart(dataDir);
  const inFlight = fetch(running.url);
  await new Promise((later) => setTimeout(later, 300));
  child.kill('SIGTERM');
  await new Promise((later) => setTimeout(later, 100));
  await expect(fetch(running.url)).rejects.toThrow();
  expect((await inFlight).status).toBe(200);
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(readdirSync(dataDir).filter((name) => /lock|running/.test(name))).toEqual([]);
}, 20_000);

test('a stop does not wait for a client that went away', async () => {
  const laptop = await startLaptop(options(folder()));
  await expect(fetch(laptop.running.url, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
  const began = Date.now();
  await laptop.stop(20_000);
  expect(Date.now() - began).toBeLessThan(5_000);
}, 15_000);

test('the end of the emulators is told', async () => {
  const dataDir = folder();
  const laptop = await startLaptop(options(dataDir));
  const [emulators] = processesOf(dataDir);
  process.kill(Number(emulators), 'SIGKILL');
  expect(await laptop.died).toMatch(/^the emulators ended \(SIGKILL\)/);
  await laptop.stop(0);
}, 15_000);

test('one address serves every service', async () => {
  const laptop = await startLaptop(options(folder()));
  const { aws_endpoint: one } = laptop.running;
  const everywhere = { s3: one, sqs: one, sns: one, dynamodb: one, secretsmanager: one, cloudfront: one };
  const { s3, dynamodb, sqs } = emulatorClients(everywhere);
  const Body = randomBytes(300_000);
  await s3.send(new PutObjectCommand({ Bucket: 'site', Key: 'a', Body }));
  const object = await s3.send(new GetObjectCommand({ Bucket: 'site', Key: 'a' }));
  expect(Buffer.from((await object.Body?.transformToByteArray()) ?? [])).toEqual(Body);
  await dynamodb.send(new PutItemCommand({ TableName: 'Users', Item: { id: { S: 'ada' } } }));
  await sqs.send(new SendMessageCommand({ QueueUrl: `${one}/000000000000/Jobs`, MessageBody: 'sent' }));
  expect((await secretOf({ ...laptop.running, aws_endpoints: everywhere })).Name).toBe('Master');
  await laptop.stop(1_000);
}, 15_000);

describe('what stands in the way is said in one line', () => {
  test('a second run on the same folder; the first goes on', async () => {
    const dataDir = folder();
    const laptop = await startLaptop(options(dataDir));
    await expect(startLaptop(options(dataDir))).rejects.toThrow(
      new StartRefused(`another run (process ${process.pid}) uses the data folder ${dataDir}`),
    );
    expect((await fetch(laptop.running.url)).status).toBe(200);
    await laptop.stop(1_000);
  }, 15_000);

  test('a lock of a process that is gone, or whose number another process has by now, is taken over', async () => {
    const dataDir = folder();
    writeFileSync(join(dataDir, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));
    const laptop = await startLaptop(options(dataDir));
    await laptop.stop(1_000);
  }, 15_000);

  test('a busy port; the folder stays free', async () => {
    const dataDir = folder();
    const busy = await listenOnLoopback(createServer(), 0);
    await expect(startLaptop(options(dataDir, busy.port))).rejects.toThrow(
      new StartRefused(`port ${busy.port} is in use; choose another with PORT=<number>`),
    );
    await busy.close();
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });

  test('npm start: exit 1 and one line, for a folder that cannot be written', async () => {
    const file = join(folder(), 'a-file');
    writeFileSync(file, '');
    const child = spawn(process.execPath, ['local/start.ts'], {
      cwd: PROJECT_DIR,
      env: { ...process.env, HEADSHOT_DATA: join(file, 'data'), PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    started.push(child);
    let words = '';
    child.stderr.on('data', (chunk) => {
      words += String(chunk);
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(words.trim().split('\n')).toEqual([
      expect.stringContaining(`headshot cannot start: the data folder ${join(file, 'data')} cannot be written`),
    ]);
  }, 15_000);
});
