import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, sharedWorld, type World } from '../world.ts';
import { formOf, MULTIPART, type Stage, stageOf, URLENCODED } from './slack-wire.ts';

/** Slack's rate limits over HTTP, on teams of their own. */
let world: World;
let stage: Stage;

beforeAll(async () => {
  world = await sharedWorld();
  stage = await stageOf(world);
}, 60_000);
afterAll(() => world?.end(), 30_000);

const upload = (token: string, image = stage.file) =>
  stage.send({
    headers: { ...stage.bearer(token), ...MULTIPART, prefer: 'respond-async' },
    body: formOf(image),
  });
const remove = (token: string) =>
  stage.send({ method: 'users.deletePhoto', headers: { ...stage.bearer(token), ...URLENCODED } });

test('64 uploads at once with one token: 20 and one for every 3 s pass, the rest get 429, and nothing that passed is lost', async () => {
  const user = await stage.outsider();
  const startMs = performance.now();
  const replies = await Promise.all(Array.from({ length: 64 }, () => upload(user.token)));
  const elapsedSeconds = (performance.now() - startMs) / 1_000;
  const passed = replies.filter(({ status }) => status === 200);
  const refused = replies.filter(({ status }) => status !== 200);
  expect(passed.length).toBeGreaterThanOrEqual(20);
  expect(passed.length).toBeLessThanOrEqual(20 + Math.ceil(elapsedSeconds / 3));
  for (const { status, headers, body } of refused) {
    expect([status, headers['retry-after'], body]).toEqual([429, '3', { ok: false, error: 'ratelimited' }]);
  }

  expect(passed.every(({ body }) => body.ok)).toBe(true);
  const ids = passed.map(({ headers }) => String(headers['x-upload-id']));
  expect(new Set(ids).size).toBe(passed.length);
  const rows = () => Promise.all(ids.map((id) => world.stores.uploads.get(id)));
  const ended = await eventually(rows, (seen) => seen.every((row) => row?.state !== 'queued'), 60_000);
  expect(ended.filter((row) => row?.state !== 'published' && row?.state !== 'superseded')).toEqual([]);
  expect(ended.map((row) => row?.number).sort((a, b) => Number(a) - Number(b))).toEqual(
    ids.map((_, index) => index + 1),
  );
  expect(await world.stores.users.get(user.id)).toMatchObject({ seq: ids.length, shown: ids.length });
}, 120_000);

describe('what is counted together', () => {
  test('a method, a team and an app; refused pictures too', async () => {
    const user = await stage.outsider();
    await stage.cli('teams', 'limits', user.teamId, '--tier2', '1', '--tier2-burst', '2');
    const colleague = await world.newUser(user.teamId);
    expect((await upload(user.token, Buffer.from('no picture'))).body).toMatchObject({ error: 'bad_image' });
    expect((await upload(colleague.token)).body).toMatchObject({ ok: true });
    // One a minute, so at most 60 s until there is another.
    expect(await upload(user.token)).toMatchObject({
      status: 429,
      headers: {
        'retry-after': '60',
        'x-oauth-scopes': expect.stringContaining('users.profile:write'),
        'access-control-expose-headers': expect.stringContaining('retry-after'),
      },
      body: { ok: false, error: 'ratelimited' },
    });
    // Another method, another app, another team.
    expect((await remove(user.token)).body).toEqual({ ok: true });
    const { app_id } = await stage.cli('apps', 'create', '--name', 'Another');
    const issued = await stage.cli('users', 'slack-token', user.screenName, '--app', String(app_id));
    expect((await upload(String(issued.token))).body).toMatchObject({ ok: true });
    expect((await upload((await stage.outsider()).token)).body).toMatchObject({ ok: true });
  });

  test('tier 4 and auth.test by their own numbers', async () => {
    const { teamId, token } = await stage.outsider();
    await stage.cli('teams', 'limits', teamId, '--tier4-burst', '1', '--special-burst', '1');
    for (const method of ['users.profile.get', 'auth.test']) {
      const call = () => stage.send({ method, headers: { ...stage.bearer(token), ...URLENCODED } });
      expect((await call()).body).toMatchObject({ ok: true });
      // 100 and 600 a minute: one more within a second.
      const replies = await Promise.all([call(), call(), call(), call(), call(), call(), call(), call()]);
      const refused = replies.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.map(({ headers }) => headers['retry-after'])).toEqual(refused.map(() => '1'));
    }
  });

  test('a team’s own limits, and back', async () => {
    const { teamId } = await stage.outsider();
    const slack = { tier2: { per_minute: 20, burst: 20 }, special: { per_minute: 600, burst: 600 } };
    const changed = await stage.cli('teams', 'limits', teamId, '--tier4', '7');
    expect(changed.limits).toEqual({ ...slack, tier4: { per_minute: 7, burst: 1_000 } });
    const back = await stage.cli('teams', 'limits', teamId, '--defaults');
    expect(back.limits).toEqual({ ...slack, tier4: { per_minute: 100, burst: 1_000 } });
  });
});
