import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { secretVersions } from '../../lambdas/store/secret-versions.ts';
import { secretStore } from '../../lambdas/store/secrets.ts';
import type { LoopbackServer } from '../../local/loopback.ts';
import { openSecrets } from '../../local/secret-values.ts';
import { startSecretsManager } from '../../local/secrets-manager-api.ts';

/** What a function remembers of a secret while its owner rotates it. The test sets the clock. */
const folder = mkdtempSync(join(tmpdir(), 'headshot-remembered-'));
let server: LoopbackServer;
let client: SecretsManagerClient;
beforeAll(async () => {
  const Resources = { Master: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'one' } } };
  server = await startSecretsManager(
    openSecrets(join(folder, 'secrets.json'), { Resources, Parameters: {}, Outputs: {} }),
  );
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SecretsManagerClient({ region: 'us-east-1', endpoint: server.url, credentials });
});
afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(folder, { recursive: true });
});

test('five minutes, unless fresher ones are asked for; an ended version is forgotten by then', async () => {
  let nowMs = 0;
  const remembered = secretStore(client, () => nowMs);
  const owner = secretVersions(client, 'Master');
  expect(await remembered.versions('Master')).toEqual(['one']);
  await owner.add('two');
  nowMs = 299_000;
  expect(await remembered.versions('Master')).toEqual(['one']);
  expect(await remembered.versions('Master', 1)).toEqual(['two', 'one']);
  const previous = await owner.previous();
  expect(previous).toMatchObject({ value: 'one' });
  await owner.endPrevious(previous?.id ?? '');
  expect(await owner.previous()).toBeUndefined();
  // Asked again within the second, it is not read again.
  expect(await remembered.versions('Master', 1)).toEqual(['two', 'one']);
  nowMs += 299_999;
  expect(await remembered.versions('Master')).toEqual(['two', 'one']);
  nowMs += 1;
  expect(await remembered.versions('Master')).toEqual(['two']);
});
