import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LoopbackServer } from '../../local/loopback.ts';
import { openSecrets } from '../../local/secret-values.ts';
import { startSecretsManager } from '../../local/secrets-manager-api.ts';
import type { Template } from '../../local/template.ts';

/** Secrets Manager's rules for versions and labels, by the real SDK. Expected values: its API reference. */
const folder = mkdtempSync(join(tmpdir(), 'headshot-secrets-'));
const file = join(folder, 'secrets.json');
const template: Template = {
  Resources: {
    Master: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: { PasswordLength: 64 } } },
  },
  Parameters: {},
  Outputs: {},
};
let server: LoopbackServer;
let client: SecretsManagerClient;

async function start(): Promise<void> {
  server = await startSecretsManager(openSecrets(file, template));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SecretsManagerClient({ region: 'us-east-1', endpoint: server.url, credentials });
}
beforeEach(async () => {
  rmSync(file, { force: true });
  await start();
});
afterEach(async () => {
  client.destroy();
  await server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (by: { VersionStage?: string; VersionId?: string } = {}) =>
  client.send(new GetSecretValueCommand({ SecretId: 'Master', ...by }));
const put = (SecretString: string, ClientRequestToken?: string) =>
  client.send(
    new PutSecretValueCommand({ SecretId: 'Master', SecretString, ...(ClientRequestToken && { ClientRequestToken }) }),
  );
const move = (VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'Master',
      VersionStage,
      ...(RemoveFromVersionId && { RemoveFromVersionId }),
      ...(MoveToVersionId && { MoveToVersionId }),
    }),
  );

test('a new value is the current one, the one that was is the previous, the one before that is gone', async () => {
  const first = await get();
  await expect(get({ VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const second = await put('second');
  expect(second.VersionStages).toEqual(['AWSCURRENT']);
  expect(await get()).toMatchObject({ SecretString: 'second', VersionId: second.VersionId });
  expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({
    SecretString: first.SecretString,
    VersionId: first.VersionId,
    VersionStages: ['AWSPREVIOUS'],
  });
  await put('third');
  expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'second' });
  await expect(get({ VersionId: first.VersionId ?? '' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('the same call twice adds one version; the same token with another value is refused', async () => {
  const token = 'a-token-of-32-characters-or-more!';
  expect((await put('second', token)).VersionId).toBe(token);
  expect((await put('second', token)).VersionId).toBe(token);
  expect(await get({ VersionStage: 'AWSPREVIOUS' })).not.toMatchObject({ SecretString: 'second' });
  await expect(put('other', token)).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

test('the previous label can be taken off; then there is no previous version', async () => {
  const first = await get();
  await put('second');
  await move('AWSPREVIOUS', first.VersionId);
  await expect(get({ VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await get()).toMatchObject({ SecretString: 'second' });
});

test('moving the current label back makes the other the previous one', async () => {
  const first = await get();
  const second = await put('second');
  await move('AWSCURRENT', second.VersionId, first.VersionId);
  expect(await get()).toMatchObject({ VersionId: first.VersionId });
  expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ VersionId: second.VersionId });
});

describe('refused', () => {
  test.each<[name: string, ask: () => Promise<unknown>, error: string]>([
    [
      'a secret that is not there',
      () => client.send(new GetSecretValueCommand({ SecretId: 'x' })),
      'ResourceNotFoundException',
    ],
    ['an empty value', () => put(''), 'InvalidParameterException'],
    [
      'taking the current label off',
      async () => move('AWSCURRENT', (await get()).VersionId),
      'InvalidParameterException',
    ],
    ['a version that is not there', () => move('AWSPREVIOUS', 'nothing'), 'ResourceNotFoundException'],
    [
      'a label of another version, without saying from which',
      async () => {
        const first = await get();
        await put('second');
        return move('AWSCURRENT', undefined, first.VersionId);
      },
      'InvalidParameterException',
    ],
    [
      'another action',
      () => client.send(new CreateSecretCommand({ Name: 'another', SecretString: 'x' })),
      'UnknownOperationException',
    ],
  ])('%s', async (_name, ask, name) => {
    await expect(ask()).rejects.toMatchObject({ name });
  });
});

test('what was put is there after the next start, for its owner only, also over a file left half-way', async () => {
  writeFileSync(`${file}.new`, '{', { mode: 0o644 });
  await put('second');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  client.destroy();
  await server.close();
  await start();
  expect(await get()).toMatchObject({ SecretString: 'second' });
  expect(JSON.parse(readFileSync(file, 'utf8')).Master.versions).toHaveLength(2);
});

test('a file of before there were rotations is read', async () => {
  const version = { value: 'of old', versionId: 'v1', createdAt: '2026-01-01T00:00:00.000Z' };
  writeFileSync(file, JSON.stringify({ Master: version }), { mode: 0o600 });
  await server.close();
  await start();
  expect(await get()).toMatchObject({ SecretString: 'of old', VersionId: 'v1', VersionStages: ['AWSCURRENT'] });
});
