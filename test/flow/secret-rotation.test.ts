import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digest, twitterKeys } from '../../lambdas/core/credential.ts';
import { hmacSha1 } from '../../lambdas/edge/oauth.ts';
import { authenticate } from '../../lambdas/flow/authenticate.ts';
import { authenticateSigned } from '../../lambdas/flow/authenticate-signed.ts';
import { issueCredentials, issueSlackToken, setTwitterAccess } from '../../lambdas/flow/issue-credentials.ts';
import { testWorld, type World } from '../world.ts';

/** Who is let in while the master secret has these versions. The stores are real; the test chooses the versions. */
let world: World;
let made = 0;
beforeAll(async () => {
  world = await testWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

const nowSeconds = Date.now() / 1000;
const stores = (...secrets: string[]) => ({ ...world.stores, masterSecrets: async () => secrets });

const bySlack = async (token: string, ...secrets: string[]) => {
  const outcome = await authenticate({ token, viewerAddress: '127.0.0.1', nowSeconds }, stores(...secrets));
  return outcome.ok ? outcome.value.scopes : outcome.refusal.code;
};

/** A signature over some base string with the keys of these versions. */
const byTwitter = async (userId: string, appSecret: string, ownSecret: string, ...secrets: string[]) => {
  const { consumerKey, consumerSecret } = twitterKeys(appSecret, userId);
  const { accessToken, accessTokenSecret } = twitterKeys(ownSecret, userId);
  const signature = hmacSha1('base', consumerSecret, accessTokenSecret);
  const claim = {
    timestampSeconds: nowSeconds,
    nonce: String(++made),
    requestId: `r${made}`,
    viewerAddress: '127.0.0.1',
  };
  const verify = (consumer: string, own: string) => hmacSha1('base', consumer, own) === signature;
  const outcome = await authenticateSigned(
    { consumerKey, token: accessToken, ...claim, verify },
    nowSeconds,
    stores(...secrets),
  );
  return outcome.ok ? outcome.value.scopes : outcome.refusal.code;
};

const READ_WRITE = ['read', 'write'];

describe('both APIs', () => {
  test('two versions verify, a third does not, though all three are on record', async () => {
    const { id, teamId } = await world.newUser();
    const issue = (secret: string) => issueCredentials({ id, teamId }, secret, world.stores.credentials);
    const tokens = { one: await issue('one'), two: await issue('two'), three: await issue('three') };
    for (const [secret, expected] of [
      ['one', 'unknown-credential'],
      ['two', expect.arrayContaining(['users.profile:write'])],
      ['three', expect.arrayContaining(['users.profile:write'])],
    ] as const) {
      expect([secret, await bySlack(tokens[secret].slackToken, 'three', 'two')]).toEqual([secret, expected]);
      const atTwitter = secret === 'one' ? 'unknown-credential' : READ_WRITE;
      expect([secret, await byTwitter(id, secret, secret, 'three', 'two')]).toEqual([secret, atTwitter]);
    }
    // The app's keys and the user's change at different times.
    expect(await byTwitter(id, 'two', 'three', 'three', 'two')).toEqual(READ_WRITE);
    expect(await byTwitter(id, 'three', 'two', 'three', 'two')).toEqual(READ_WRITE);
    expect(await byTwitter(id, 'one', 'three', 'three', 'two')).toBe('unknown-credential');
  });

  test('a key of one version does not go with the secret of another', async () => {
    const { id, teamId } = await world.newUser();
    for (const secret of ['one', 'two']) await issueCredentials({ id, teamId }, secret, world.stores.credentials);
    const mixed = { ...twitterKeys('two', id), accessToken: twitterKeys('one', id).accessToken };
    const claim = { timestampSeconds: nowSeconds, nonce: 'mixed', requestId: 'mixed', viewerAddress: '127.0.0.1' };
    const outcome = await authenticateSigned(
      {
        consumerKey: mixed.consumerKey,
        token: mixed.accessToken,
        ...claim,
        verify: (consumer, own) => consumer === mixed.consumerSecret && own === mixed.accessTokenSecret,
      },
      nowSeconds,
      stores('two', 'one'),
    );
    expect(outcome).toEqual({ ok: false, refusal: { code: 'bad-signature' } });
  });
});

test('a token of a version that a process does not know yet makes it ask again; a guess does not', async () => {
  const { id, teamId } = await world.newUser();
  const { slackToken } = await issueCredentials({ id, teamId }, 'new', world.stores.credentials);
  const upload: (number | undefined)[] = [];
  const masterSecrets = async (maxAgeSeconds?: number) => {
    upload.push(maxAgeSeconds);
    return maxAgeSeconds === undefined ? ['old'] : ['new', 'old'];
  };
  const ask = (token: string) =>
    authenticate({ token, viewerAddress: '127.0.0.1', nowSeconds }, { ...world.stores, masterSecrets });
  expect(await ask(slackToken)).toMatchObject({ ok: true });
  expect(upload).toEqual([undefined, 1]);
  expect(await ask(`${slackToken.slice(0, -1)}x`)).toMatchObject({ ok: false });
  expect(upload).toHaveLength(2);
});

describe('a new version gives nobody a right back', () => {
  test('a read-only Twitter token stays one', async () => {
    const { id, teamId } = await world.newUser();
    await issueCredentials({ id, teamId }, 'one', world.stores.credentials);
    await setTwitterAccess({ id, teamId }, 'read-only', 'one', world.stores.credentials);
    await issueCredentials({ id, teamId }, 'two', world.stores.credentials, 'one');
    expect(await byTwitter(id, 'two', 'two', 'two', 'one')).toEqual(['read']);
  });

  test('made read-only in between, both are', async () => {
    const { id, teamId } = await world.newUser();
    await issueCredentials({ id, teamId }, 'one', world.stores.credentials);
    await setTwitterAccess({ id, teamId }, 'read-only', 'two', world.stores.credentials, 'one');
    expect(await byTwitter(id, 'one', 'one', 'two', 'one')).toEqual(['read']);
    expect(await byTwitter(id, 'two', 'two', 'two', 'one')).toEqual(['read']);
  });

  test('scopes, revocation and expiry of a Slack token', async () => {
    const { id, teamId } = await world.newUser();
    const { credentials } = world.stores;
    const owner = { userId: id, teamId, kind: 'bot', appId: 'default' } as const;
    const before = digest(await issueSlackToken(owner, 'one', credentials));
    await credentials.setScopes(before, ['users:read']);
    await credentials.setRevoked(before, 1_700_000_000);
    await credentials.setValidUntil(before, 1_800_000_000);
    const after = digest(await issueSlackToken(owner, 'two', credentials, 'one'));
    expect(await credentials.byDigest(after)).toEqual({ ...(await credentials.byDigest(before)), digest: after });
  });
});
