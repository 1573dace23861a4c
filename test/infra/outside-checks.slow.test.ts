import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly.ts';
import { sharedAssembly } from '../laptop.ts';
import { onThisMachine } from '../on-this-machine.ts';

/**
 * Checks by programs that the project does not bring: a linter that has CloudFormation's own schemas, and another
 * emulator of AWS than the laptop run's. Without its program a test is skipped, and its name says why.
 */
const linter = onThisMachine('cfn-lint');
const emulator = onThisMachine('moto_server');
const named = (what: string, path?: string) => `${what} (${path ?? 'not run: it is not on this machine'})`;
const ifThere = (path?: string) => (path === undefined ? test.skip : test);

ifThere(linter)(
  named('cfn-lint finds nothing in the template', linter),
  async () => {
    // W3005: the CDK repeats in DependsOn what a reference says already.
    const found = execFileSync(linter ?? '', ['--ignore-checks', 'W3005', '--', await templateFile()], {
      encoding: 'utf8',
    });
    expect(found).toBe('');
  },
  120_000,
);

ifThere(emulator)(
  named('moto_server stands the template up', emulator),
  async () => {
    const port = await freePort();
    const server = spawn(emulator ?? '', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    try {
      // By this name, because it misreads the template's URL with 127.0.0.1.
      const endpoint = `http://localhost:${port}`;
      await eventually(async () => (await fetch(endpoint)).status > 0);
      await expectStandsUp(endpoint);
    } finally {
      server.kill('SIGKILL');
    }
  },
  120_000,
);

const ACCOUNT_ID = '123456789012';
const REGION = 'us-east-1';

/** Creates the stack by CloudFormation's API, and expects its tables and queues to be as the template says. */
async function expectStandsUp(endpoint: string): Promise<void> {
  const config = { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const bucket = `cdk-hnb659fds-assets-${ACCOUNT_ID}-${REGION}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const put = (key: string, body: Uint8Array | string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  const document = JSON.parse(readFileSync(await templateFile(), 'utf8'));
  const assets = [...JSON.stringify(document).matchAll(/"(?:S3Key|SourceObjectKeys)":\[?"([0-9a-f]{64}\.zip)"/g)];
  // It checks that code is there, and does not open it.
  for (const [, key = ''] of assets) await put(key, EMPTY_ZIP);

  // Left out: what needs a bootstrapped account, functions that answer CloudFormation (it runs none), and what
  // CloudFront names, because it has no CloudFront.
  const { Parameters, Rules, Outputs, ...rest } = document;
  const resources = Object.entries<{ Type: string }>(document.Resources);
  const kept = resources.filter(([, { Type }]) => !Type.startsWith('Custom::'));
  const shown = Object.entries(Outputs).filter(([name]) => /^(Table|Queue|Bucket)/.test(name));
  const deployable = { ...rest, Resources: Object.fromEntries(kept), Outputs: Object.fromEntries(shown) };
  await put('template.json', JSON.stringify(deployable));

  const cloudFormation = new CloudFormationClient(config);
  const stack = { StackName: 'Headshot' };
  await cloudFormation.send(
    new CreateStackCommand({
      ...stack,
      TemplateURL: `${endpoint}/${bucket}/template.json`,
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const described = async () => (await cloudFormation.send(new DescribeStacksCommand(stack))).Stacks?.[0];
  await eventually(async () => !/IN_PROGRESS/.test((await described())?.StackStatus ?? 'IN_PROGRESS'));
  expect((await described())?.StackStatus).toBe('CREATE_COMPLETE');

  const outputs = new Map((await described())?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const table = await new DynamoDBClient(config).send(
    new DescribeTableCommand({ TableName: outputs.get('TableUsers') }),
  );
  expect(table.Table?.KeySchema).toEqual([{ AttributeName: 'id', KeyType: 'HASH' }]);
  const queue = await new SQSClient(config).send(
    new GetQueueAttributesCommand({ QueueUrl: outputs.get('QueueJobs'), AttributeNames: ['All'] }),
  );
  expect(JSON.parse(queue.Attributes?.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: 6 });
  expect(queue.Attributes?.VisibilityTimeout).toBe('60');
}

/** A zip archive with nothing in it: only its end record. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

async function templateFile(): Promise<string> {
  const folder = (await sharedAssembly()) ?? '';
  return join(folder, `${readAssembly(folder).stackName}.template.json`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function eventually(isSo: () => Promise<boolean>, tries = 200): Promise<void> {
  for (let left = tries; left > 0; left--) {
    if (await isSo().catch(() => false)) return;
    await setTimeout(250);
  }
  throw new Error('it did not come about in 50 s');
}
