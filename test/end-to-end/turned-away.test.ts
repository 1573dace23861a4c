import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digest } from '../../lambdas/core/credential.ts';
import type { Endpoints } from '../../local/resource-types.ts';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import { ask, bearer } from '../requests.ts';
import { authorization } from '../signed.ts';
import { type World, worldHere } from '../world.ts';

/** What requests beyond one person's limit cost, counted between the functions and the tables. */
let world: World;
let proxy: FaultProxy;
let calls: string[] = [];

beforeAll(async () => {
  world = await worldHere(undefined, {
    async functionEndpoints(endpoints: Endpoints) {
      proxy = await startFaultProxy(endpoints);
      proxy.begin((call) => {
        calls.push(call.operation);
        return undefined;
      });
      return { ...endpoints, dynamodb: proxy.url };
    },
  });
}, 60_000);
afterAll(async () => {
  await world?.end();
  await proxy?.close();
}, 30_000);

/** Sends so many requests, one after the other: their statuses, and the calls of tables during the last. */
async function inARow(count: number, send: () => Promise<{ status: number }>) {
  const statuses: number[] = [];
  for (let request = 0; request < count; request++) {
    calls = [];
    statuses.push((await send()).status);
  }
  return { statuses, calls };
}

test("Slack's API: one read for each request beyond the limit, and nothing is written", async () => {
  const teamId = await world.newTeam();
  await world.stores.teams.setLimits(teamId, { tier2: { perMinute: 1, burst: 2 } });
  const user = await world.newUser(teamId);
  const colleague = await world.newUser(teamId);
  const send = (token: string) => () =>
    ask(world.url, '/api/users.setPhoto', { method: 'POST', headers: bearer(token), body: new FormData() });
  const row = await inARow(4, send(user.token));
  expect(row.statuses).toEqual([200, 200, 429, 429]);
  expect(row.calls).toEqual(['GetItem']);
  // Somebody who was not turned away yet is looked up.
  expect((await inARow(1, send(colleague.token))).calls.length).toBeGreaterThan(1);
  // A revoked token is refused as such, whatever is remembered of its user.
  await world.stores.credentials.setRevoked(digest(user.token), Math.floor(Date.now() / 1_000));
  const revoked = await ask(world.url, '/api/users.setPhoto', {
    method: 'POST',
    headers: bearer(user.token),
    body: new FormData(),
  });
  expect([revoked.status, revoked.body.error]).toEqual([200, 'token_revoked']);
}, 30_000);

test("Twitter's API: the same, and only for whoever signs", async () => {
  const user = await world.newUser();
  const path = '/1.1/account/update_profile_image.json';
  const send = (keys: typeof user.twitter) => () =>
    ask(world.url, path, {
      method: 'POST',
      headers: { authorization: authorization({ keys, verb: 'POST', url: world.url + path }) },
    });
  // 60 in a window of 15 minutes. None of these has a picture. Once in a while a window ends meanwhile.
  const row = await inARow(62, send(user.twitter));
  expect(row.statuses.slice(-2)).toEqual([429, 429]);
  expect(row.calls).toEqual(['GetItem']);
  const forged = await inARow(1, send({ ...user.twitter, accessTokenSecret: 'guess' }));
  expect(forged.statuses).toEqual([401]);
}, 60_000);
