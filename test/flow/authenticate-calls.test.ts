import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { twitterKeys } from '../../lambdas/core/credential.ts';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { accept } from '../../lambdas/flow/accept.ts';
import { authenticateSlackCall, slackMemory } from '../../lambdas/flow/authenticate-slack-call.ts';
import { authenticateTwitterCall } from '../../lambdas/flow/authenticate-twitter-call.ts';
import { issueCredentials } from '../../lambdas/flow/issue-credentials.ts';
import { turnedAway } from '../../lambdas/flow/turned-away.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { sharedWorld, type World } from '../world.ts';

/**
 * What is begun before the caller is fully known, or beside something that may fail: in each order, and with each
 * failure.
 */
let world: World;

beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

const SECRET = 'a master secret of the tests';
const stores = () => ({ ...world.stores, masterSecrets: async () => [SECRET] });
const issue = async (teamId?: string) => {
  const user = await world.newUser(teamId);
  return { ...user, token: (await issueCredentials(user, SECRET, world.stores.credentials)).slackToken };
};

describe("a call of Slack's API is taken while the caller is looked up", () => {
  const callsOf = (memory = slackMemory()) => {
    const begun: string[] = [];
    return {
      begun,
      async call(token: string) {
        const onKnown = () => void begun.push(token);
        const nowMs = Date.now();
        const asked = { token, viewerAddress: '127.0.0.1', nowSeconds: nowMs / 1_000, method: 'users.setPhoto' };
        const done = await authenticateSlackCall({ ...asked, tier: 'tier2', onKnown }, nowMs, stores(), memory);
        return done.ok ? (await done.value.rateLimit).allowed : done.refusal.code;
      },
    };
  };

  test('and given back when they are refused; for a minute nothing of theirs is begun then', async () => {
    const teamId = await world.newTeam();
    await world.stores.teams.setLimits(teamId, { tier2: { perMinute: 1, burst: 2 } });
    const [user, away] = [await issue(teamId), await issue(teamId)];
    await world.stores.users.setState(away.id, 'deactivated');
    const { call, begun } = callsOf();
    // A guessed token begins nothing.
    expect(await call(`${user.token.slice(0, -1)}x`)).toBe('unknown-credential');
    expect(await call(user.token)).toBe(true);
    for (let turn = 0; turn < 5; turn++) expect(await call(away.token)).toBe('inactive-user');
    expect(begun).toEqual([user.token, away.token]);
    // The bucket held two.
    expect([await call(user.token), await call(user.token)]).toEqual([true, false]);
  });

  test('by the limits that the team has now, whatever is remembered', async () => {
    const teamId = await world.newTeam();
    const { token } = await issue(teamId);
    const { call } = callsOf();
    expect(await call(token)).toBe(true);
    await world.stores.teams.setLimits(teamId, { tier2: { perMinute: 1, burst: 1 } });
    expect(await call(token)).toBe(false);
  });
});

describe("a request to Twitter's API: its nonce is used up beside what is taken from the window", () => {
  const LIMIT = 10;
  type Limits = World['stores']['limits'];
  const late = <A extends unknown[], T>(work: (...all: A) => Promise<T>) => {
    return async (...all: A): Promise<T> => {
      await new Promise((done) => setTimeout(done, 30));
      return work(...all);
    };
  };
  const fails = async (): Promise<never> => {
    throw new Error('the connection broke');
  };

  async function requestsOf() {
    const user = await world.newUser();
    await issueCredentials(user, SECRET, world.stores.credentials);
    const keys = twitterKeys(SECRET, user.id);
    const windowSeconds = 900;
    return async (nonce: string, changed: Partial<Limits> = {}) => {
      const nowMs = Date.now();
      const signed = {
        consumerKey: keys.consumerKey,
        token: keys.accessToken,
        timestampSeconds: 1_800_000_000,
        nonce,
        requestId: randomUUID(),
        viewerAddress: '127.0.0.1',
        verify: () => true,
      };
      const asked = { signed: { ...signed, timestampSeconds: Math.floor(nowMs / 1_000) }, endpoint: 'users/show' };
      const limits = { ...world.stores.limits, ...changed };
      const done = await authenticateTwitterCall(
        { ...asked, limit: LIMIT, windowSeconds },
        nowMs,
        { ...stores(), limits },
        turnedAway(),
      );
      return done.ok ? done.value.rateLimit.remaining : done.refusal.code;
    };
  }

  const orders: [string, () => Partial<Limits>][] = [
    ['the nonce first', () => ({ takeFromWindow: late(world.stores.limits.takeFromWindow) })],
    ['the window first', () => ({ useNonce: late(world.stores.limits.useNonce) })],
  ];
  test.each(orders)('%s: a replay is refused, and gives back what it took', async (_, order) => {
    const ask = await requestsOf();
    // A nonce counts together with the timestamp, so both must be the same.
    const nonce = randomUUID();
    const used: Partial<Limits> = { useNonce: async () => false };
    expect(await ask(nonce, order())).toBe(LIMIT - 1);
    expect(await ask(nonce, { ...order(), ...used })).toBe('replayed-nonce');
    expect(await ask(randomUUID(), order())).toBe(LIMIT - 2);
  });

  test('whoever dies at either has lost a request at the most', async () => {
    const ask = await requestsOf();
    await expect(ask(randomUUID(), { takeFromWindow: fails })).rejects.toThrow('the connection broke');
    await expect(ask(randomUUID(), { useNonce: fails })).rejects.toThrow('the connection broke');
    expect(await ask(randomUUID())).toBe(LIMIT - 2);
  });
});

test('of two tries of one upload, the one that gets no number leaves the file of the other', async () => {
  const user = await world.newUser();
  const { raw, users, uploads } = world.stores;
  const record = await users.get(user.id);
  if (record === undefined) throw new Error('no user');
  const jobs = { send: async () => undefined, unfinished: async () => 0 };
  const uploadId = randomUUID();
  const upload = {
    uploadId,
    userId: user.id,
    source: 'v1',
    policy: UPLOAD_POLICIES.v1,
    bytes: await png({ picture: solid(40, 40, GREEN) }),
    repeatable: { digest: 'd'.repeat(64), row: undefined, user: record },
    acceptedAt: new Date().toISOString(),
    retentionDays: 15,
  } as const;
  // While the first upload has its number and file but no row yet, the user is away and the second is refused.
  const add: typeof uploads.add = async (...all) => {
    await users.setState(user.id, 'deactivated');
    expect(await accept(upload, { raw, users, uploads, jobs })).toMatchObject({ refusal: { code: 'inactive-user' } });
    return uploads.add(...all);
  };
  expect(await accept(upload, { raw, users, uploads: { ...uploads, add }, jobs })).toMatchObject({ ok: true });
  expect(await world.keysOf('BucketRaw', `raw/${user.id}/`)).toHaveLength(1);
});
