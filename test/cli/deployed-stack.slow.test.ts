import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versionOf } from '../../lambdas/core/change.ts';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { accept } from '../../lambdas/flow/accept.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { headshotHere } from '../headshot-here.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { eventually, testWorld, type World } from '../world.ts';

/**
 * `--stack`: the command's own SDK asks a CloudFormation that speaks the real protocol (query in, XML out). The
 * endpoints in the environment lead it to the emulators of a laptop run for everything else.
 */
let world: World;
let cloudFormation: Server;
let answerWith: (stackName: string | null) => { status: number; body: string };
const asked: { action: string | null; authorization: string }[] = [];

beforeAll(async () => {
  world = await testWorld();
  cloudFormation = createServer(async (request, response) => {
    const form = new URLSearchParams((await request.toArray()).join(''));
    asked.push({ action: form.get('Action'), authorization: request.headers.authorization ?? '' });
    const { status, body } = answerWith(form.get('StackName'));
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((done) => cloudFormation.listen(0, '127.0.0.1', done));
}, 60_000);
afterAll(async () => {
  cloudFormation?.close();
  await world?.end();
}, 30_000);

/** CloudFormation's answer to DescribeStacks, by its API reference. */
const described = (name: string, outputs: Record<string, string>) => ({
  status: 200,
  body: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
    <StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime>
    <Outputs>${Object.entries(outputs)
      .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
      .join('')}</Outputs>
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
});

const doesNotExist = (name: string | null) => ({
  status: 400,
  body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
    <Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`,
});

const headshot = (words: string[], more: Record<string, string> = {}) => {
  const address = cloudFormation.address();
  const endpoints = Object.entries(world.laptop.running.aws_endpoints).map(([service, url]) => [
    `AWS_ENDPOINT_URL_${service === 'secretsmanager' ? 'SECRETS_MANAGER' : service.toUpperCase()}`,
    url,
  ]);
  return headshotHere(words, {
    ...Object.fromEntries(endpoints),
    AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'MYOWNKEY',
    AWS_SECRET_ACCESS_KEY: 'secret',
    // There is no laptop run.
    HEADSHOT_DATA: '/nowhere',
    ...more,
  });
};

describe('--stack', () => {
  beforeAll(() => {
    const { outputs } = world.laptop.running;
    answerWith = (name) => (name === 'Mine' ? described('Mine', outputs) : doesNotExist(name));
  });

  test('every command works on the named stack, wherever the option stands', async () => {
    const made = await headshot(['--stack', 'Mine', 'users', 'create', '--screen-name', 'far', '--json']);
    expect(made).toMatchObject({ code: 0, err: '' });
    const { slack, user_id } = JSON.parse(made.out);
    const answer = await fetch(`${world.url}/api/auth.test`, { headers: { authorization: `Bearer ${slack.token}` } });
    expect(await answer.json()).toMatchObject({ ok: true });
    const listed = await headshot(['users', 'list', '--json', '--stack', 'Mine']);
    expect(JSON.parse(listed.out)).toContainEqual(expect.objectContaining({ user_id, screen_name: 'far' }));
    expect(asked.at(-1)).toEqual({
      action: 'DescribeStacks',
      authorization: expect.stringMatching(/Credential=MYOWNKEY\/\d{8}\/us-east-1\/cloudformation\//),
    });
  });

  test("a Headshot in a stack of somebody's own is found, one of several by its id", async () => {
    const { outputs } = world.laptop.running;
    const below = (id: string, hash: string) =>
      Object.entries(outputs).map(([name, value]) => [`${id}${name}${hash}`, value] as const);
    const theirs = { Url: 'https://theirs.example.com', ...Object.fromEntries(below('Photos', '1A2B3C4D')) };
    const several = { ...theirs, ...Object.fromEntries(below('Faces', '5E6F7A8B')) };
    answerWith = (name) => described(String(name), name === 'Several' ? several : theirs);
    for (const stack of ['Web', 'Several/Photos']) {
      const { code, out } = await headshot(['info', '--stack', stack, '--json']);
      expect({ code, url: JSON.parse(out).url }).toEqual({ code: 0, url: world.url });
    }
    const unclear = await headshot(['users', 'list', '--stack', 'Several']);
    expect(unclear).toMatchObject({
      code: 1,
      err: 'headshot: the stack Several has several; name one: Several/Photos, Several/Faces\n',
    });
    const doctor = await headshot(['doctor', '--stack', 'Web']);
    expect(doctor).toMatchObject({ code: 1, err: expect.stringMatching(/doctor knows stacks that are one Headshot/) });
    answerWith = (name) => (name === 'Mine' ? described('Mine', outputs) : doesNotExist(name));
  });

  test('info names what is deployed, and no emulators', async () => {
    const { out } = await headshot(['info', '--stack', 'Mine', '--json']);
    const info = JSON.parse(out);
    expect(info).toMatchObject({ url: world.url, region: 'us-east-1' });
    expect(info.buckets.photos).toBe(world.laptop.running.outputs.BucketPhotos);
    expect(Object.keys(info)).not.toContain('aws_endpoint');
  });

  test('no such stack, no region, no credentials: one line, exit 1', async () => {
    expect(await headshot(['info', '--stack', 'Yours'])).toEqual({
      code: 1,
      out: '',
      err: 'headshot: there is no stack Yours in this account and region; AWS_PROFILE and AWS_REGION choose others\n',
    });
    const nowhere = await headshot(['info', '--stack', 'Mine'], { AWS_REGION: '' });
    expect(nowhere).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^headshot: cannot ask AWS .*[Rr]egion.*\n$/),
    });
    const nobody = await headshot(['info', '--stack', 'Mine'], {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: '/nowhere',
    });
    expect(nobody).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^headshot: cannot ask AWS .*credentials.*\n$/),
    });
  });
});

describe('empty', () => {
  const deployedWith = (Production: string) => {
    const { outputs } = world.laptop.running;
    answerWith = () => described('Mine', { ...outputs, Production });
  };

  test('refuses without --yes, on a production stack, and on a laptop; nothing is gone then', async () => {
    await world.stores.photos.put('1/kept', Buffer.from('photo'), 'image/png');
    deployedWith('false');
    expect(await headshot(['empty', '--stack', 'Mine'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^headshot: this deletes everything in .* for good; confirm with --yes\n$/),
    });
    deployedWith('true');
    expect(await headshot(['empty', '--stack', 'Mine', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^headshot: this stack keeps its data \(production=true\)/),
    });
    expect((await headshot(['empty', '--yes'], { HEADSHOT_DATA: world.laptop.dataDir })).code).toBe(1);
    expect(await world.keysOf('BucketPhotos', '1/kept')).toEqual(['1/kept']);
  });

  test('leaves every bucket empty, so that S3 lets CloudFormation delete it', async () => {
    deployedWith('false');
    const user = await world.newUser();
    await setPhoto(world.url, user.token, await png({ picture: solid(512, 512, GREEN) }));
    const photos = () => world.keysOf('BucketPhotos', `${user.id}/`);
    expect((await eventually(photos, (keys) => keys.length > 0)).length).toBeGreaterThan(0);

    const buckets = Object.keys(world.laptop.running.outputs).filter((name) => name.startsWith('Bucket'));
    const said = await headshot(['empty', '--stack', 'Mine', '--yes', '--json']);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(said.out).emptied).toHaveLength(buckets.length);
    for (const bucket of buckets) expect(await world.keysOf(bucket, '')).toEqual([]);
  });
});

/** Must come last: after a rotation, users that this file makes would have tokens of the old secret. */
describe('what an operator mends far away', () => {
  beforeAll(() => {
    answerWith = () => described('Mine', world.laptop.running.outputs);
  });
  const far = async (...words: string[]) => {
    const { code, out, err } = await headshot([...words, '--stack', 'Mine', '--json']);
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out);
  };

  test('dlq: what failed is listed, all of it is sent again by one command, and the rest is given up', async () => {
    const [ada, grace] = [await world.newUser(), await world.newUser()];
    const sqs = sqsClient();
    const { QueueJobsDead = '', QueueSweepsDead = '', QueueIntakeDead = '' } = world.laptop.running.outputs;
    const uploadId = randomUUID();
    const accepted = await accept(
      {
        uploadId,
        userId: ada.id,
        source: 'slack',
        policy: UPLOAD_POLICIES.slack,
        bytes: await png({ picture: solid(512, 512, GREEN) }),
        acceptedAt: new Date().toISOString(),
        retentionDays: 15,
      },
      { ...world.stores, jobs: jobQueue(sqs, QueueJobsDead) },
    );
    expect(accepted.ok).toBe(true);
    await world.stores.users.markErased(grace.id);
    const erasure = JSON.stringify({ kind: 'erase', user_id: grace.id });
    await sqs.send(new SendMessageCommand({ QueueUrl: QueueSweepsDead, MessageBody: erasure }));

    const listed: { queue: string; message_id: string }[] = await far('dlq', 'list');
    expect(listed).toHaveLength(2);
    expect(listed).toContainEqual(expect.objectContaining({ queue: 'jobs', upload_id: uploadId, user_id: ada.id }));
    expect(listed).toContainEqual(expect.objectContaining({ queue: 'sweeps', kind: 'erase', user_id: grace.id }));

    const sent: { queue: string; message_id: string }[] = await far('dlq', 'redrive', '--all');
    const names = (all: typeof listed) => all.map(({ queue, message_id }) => `${queue} ${message_id}`).sort();
    expect(names(sent)).toEqual(names(listed));
    const shown = await eventually(
      () => world.stores.users.get(ada.id),
      (user) => user?.photo !== undefined,
      20_000,
    );
    expect(shown?.photo?.version).toBe(versionOf(uploadId));
    expect([await world.depthOf('QueueJobsDead'), await world.depthOf('QueueSweepsDead')]).toEqual([0, 0]);
    expect(await far('dlq', 'redrive', '--all')).toEqual([]);

    const id = await sqs.send(new SendMessageCommand({ QueueUrl: QueueIntakeDead, MessageBody: 'nothing to read' }));
    expect(await far('dlq', 'show', id.MessageId ?? '')).toMatchObject({ queue: 'intake', body: 'nothing to read' });
    expect(await far('dlq', 'discard', id.MessageId ?? '', '--yes')).toEqual([
      { queue: 'intake', message_id: id.MessageId },
    ]);
    expect(await world.depthOf('QueueIntakeDead')).toBe(0);
  }, 90_000);

  test('secrets: rotated and finished; who has no new token by then is let in no more', async () => {
    const old = await world.newUser();
    const answer = async (token: string) => {
      const said = await fetch(`${world.url}/api/auth.test`, { headers: { authorization: `Bearer ${token}` } });
      return ((await said.json()) as { ok: boolean }).ok;
    };
    const before = await far('secrets', 'status');
    expect(before).toMatchObject({ previous: null, still_on_previous: [] });
    const rotated = await far('secrets', 'rotate');
    expect(rotated.previous).toEqual(before.current);
    expect(rotated.still_on_previous).toContainEqual(expect.objectContaining({ user_id: old.id, token: 'slack' }));

    const { slack } = await far('users', 'token', old.id);
    expect(slack.token).not.toBe(old.token);
    expect([await answer(old.token), await answer(slack.token)]).toEqual([true, true]);
    expect(await headshot(['secrets', 'finish', '--stack', 'Mine'])).toMatchObject({ code: 1, out: '' });
    expect(await far('secrets', 'finish', '--yes')).toMatchObject({ current: rotated.current, previous: null });
    expect([await answer(old.token), await answer(slack.token)]).toEqual([false, true]);
  }, 60_000);
});
