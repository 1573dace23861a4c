import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { s3Client } from '../../lambdas/store/aws-clients.ts';
import { type ImportWorld, importsIn, said } from '../import-world.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { eventually, sharedWorld } from '../world.ts';

/** Empty files and folder markers, as people's tools leave them, put by the AWS CLI and by plain HTTP. */
let world: ImportWorld;
let folder: string;
let bucket: string;

beforeAll(async () => {
  world = importsIn(await sharedWorld());
  folder = mkdtempSync(join(tmpdir(), 'headshot-cli-'));
  bucket = world.laptop.running.outputs.BucketImports ?? '';
}, 60_000);
afterAll(async () => {
  await world?.end();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

/** As the AWS CLI and AWS's console put an empty object: with neither a body nor a content type. */
const putNothing = (key: string) =>
  fetch(`${world.laptop.running.aws_endpoints.s3}/${bucket}/${key}`, { method: 'PUT' });

describe('an object of no bytes, put without a type', () => {
  test.each(['imports/empty/by-hand.jpg', 'imports/folder/'])('%s is stored, read and listed', async (Key) => {
    expect((await putNothing(Key)).status).toBe(200);
    const s3 = s3Client();
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
    expect(head).toMatchObject({ ContentLength: 0, ContentType: 'binary/octet-stream' });
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await got.Body?.transformToByteArray()).toHaveLength(0);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: Key }));
    expect(Contents).toMatchObject([{ Key, Size: 0 }]);
  });
});

/** The project does not bring `aws`. */
const hasCli = spawnSync('aws', ['--version']).status === 0;
(hasCli ? describe : describe.skip)('aws s3 sync', () => {
  const aws = (...args: string[]) =>
    promisify(execFile)('aws', ['--endpoint-url', world.laptop.running.aws_endpoint, ...args], {
      env: { ...process.env, ...KEYS },
    });
  const write = (path: string, content: Uint8Array | string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  test('of a folder with a photo and an empty file, beside a marker: one is taken, one is a row that says why', async () => {
    await world.createUser('cli_ada');
    await world.createUser('cli_empty');
    write('people/cli_ada.jpg', await jpeg({ picture: photoLike(64, 64, 1) }));
    write('people/cli_empty.jpg', '');
    await aws('s3api', 'put-object', '--bucket', bucket, '--key', 'imports/cli/');
    const { stdout } = await aws('s3', 'sync', join(folder, 'people'), `s3://${bucket}/imports/cli/`);
    expect(stdout.match(/^upload: /gm)).toHaveLength(2);

    const lines = await world.settled('cli', 2);
    expect(lines.map(said).sort()).toEqual([
      'cli_ada.jpg | cli_ada | published',
      'cli_empty.jpg | cli_empty | refused | no_image',
    ]);
    // The marker is nobody's photo: nothing is left of it.
    expect(
      await eventually(
        () => world.depthOf('QueueIntake'),
        (depth) => depth === 0,
      ),
    ).toBe(0);
    expect(await world.depthOf('QueueIntakeDead')).toBe(0);
    const { stdout: again } = await aws('s3', 'sync', join(folder, 'people'), `s3://${bucket}/imports/cli/`);
    expect(again).toBe('');
  }, 60_000);
});
