import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authorization } from '../signed.ts';
import { sharedWorld, type World } from '../world.ts';
import { CLIENTS } from './slack-clients.ts';
import { type CodeRow, ERRORS, WARNINGS } from './slack-errors.ts';
import { BOUNDARY, formOf, MULTIPART, type Stage, stageOf, URLENCODED } from './slack-wire.ts';

/** Slack's API over HTTP, row by row: every error, every warning, every client. */
let world: World;
let stage: Stage;

beforeAll(async () => {
  world = await sharedWorld();
  stage = await stageOf(world);
}, 60_000);
afterAll(() => world?.end(), 30_000);

describe('errors', () => {
  test.each(ERRORS)('$code: $when', async ({ code, send, holds }) => {
    const before = await world.tracesAtRest(stage.user.id);
    const { status, headers, body } = await send(stage);
    expect({ status, body }).toMatchObject({ status: 200, body: { ok: false, error: code, ...holds } });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    // Nothing was kept of what was refused.
    expect(await world.traces(stage.user.id)).toEqual(before);
  });
});

describe('warnings', () => {
  test.each(WARNINGS)('$code: $when', async ({ code, send, holds }) => {
    const { status, body } = await send(stage);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { warning: code, response_metadata: { warnings: [code] }, ...holds },
    });
  });

  test('none for what clients send, and then no key', async () => {
    const { body } = await stage.send({ headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(stage.file) });
    expect(Object.keys(body).sort()).toEqual(['ok', 'profile']);
  });
});

describe('clients', () => {
  test.each(CLIENTS)('$client: $sends', async ({ request, expected }) => {
    const { status, body } = await stage.send(request(stage));
    expect({ status, body }).toMatchObject({ status: 200, body: expected(stage) });
  });
});

describe('what the page says', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/slack.md'), 'utf8');
  const rowsUnder = (heading: string) => {
    const [, section = ''] = page.split(`\n## ${heading}\n`);
    const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
    // Without the table's heading.
    return lines.slice(1);
  };
  const codeLine = ({ code, when, mark }: CodeRow) => `| \`${code}\` | ${when} |${mark && ` ${mark}`} |`;

  test.each([
    ['Errors', ERRORS.map(codeLine)],
    ['Warnings', WARNINGS.map(codeLine)],
    ['Clients', CLIENTS.map(({ client, sends, answer }) => `| ${client} | ${sends} | ${answer} |`)],
  ])('%s: the same rows as the tests', (heading, lines) => {
    expect(rowsUnder(heading)).toEqual(lines);
  });

  test('every error and warning of the page that Slack’s method had is among them', () => {
    // The 19 errors of Slack's page in its order, and its two warnings.
    const listed =
      `bad_image too_large too_many_frames not_authed invalid_auth account_inactive token_revoked no_permission
      org_login_required user_is_bot invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type
      missing_post_type team_added_to_org request_timeout fatal_error`.split(/\s+/);
    expect(listed.length).toBe(19);
    // It needs a broken stack: `slack-faults.test.ts`.
    const shown = new Set([...ERRORS.map(({ code }) => code), 'fatal_error']);
    expect(listed.filter((code) => !shown.has(code))).toEqual([]);
    expect(new Set(WARNINGS.map(({ code }) => code))).toEqual(new Set(['missing_charset', 'superfluous_charset']));
  });
});

describe('headers', () => {
  const ALWAYS = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-cache, no-store, must-revalidate',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': expect.stringContaining('x-slack-req-id, retry-after'),
    'x-slack-req-id': expect.stringMatching(/^[0-9a-f]{32}$/),
  };

  test('of an answer to somebody known: the token’s scopes, and those that the method takes', async () => {
    const { headers } = await stage.send({ method: 'users.info', headers: { ...stage.bearer(), ...URLENCODED } });
    expect(headers).toMatchObject({
      ...ALWAYS,
      'x-oauth-scopes': 'users.profile:read,users.profile:write,users:read,users:read.email',
      'x-accepted-oauth-scopes': 'users:read',
    });
  });

  test('auth.test takes any token, so it names no scopes', async () => {
    const { headers } = await stage.send({ method: 'auth.test', headers: stage.bearer() });
    expect(headers).toMatchObject(ALWAYS);
    expect(headers).not.toHaveProperty('x-accepted-oauth-scopes');
  });

  test('without a token there are none', async () => {
    const { headers } = await stage.send({ method: 'auth.test' });
    expect(headers).toMatchObject(ALWAYS);
    expect(headers).not.toHaveProperty('x-oauth-scopes');
  });

  test.each([
    ['the edge', 4_500_001, false],
    // Over some 4.7 MB API Gateway answers with a 413 of its own.
    ['the function, when no length is told,', 4_500_001, true],
  ])(
    'of what %s answers about a body that is too large: HTTP 200, not kept, and readable from any site',
    async (_name, bytes, isChunked) => {
      const reply = await stage.send({
        headers: { ...stage.bearer(), ...MULTIPART },
        body: Buffer.alloc(bytes),
        isChunked,
      });
      expect(reply).toMatchObject({
        status: 200,
        headers: {
          'content-type': ALWAYS['content-type'],
          'cache-control': expect.stringMatching(/\bno-store\b/),
          'access-control-allow-origin': '*',
        },
        body: { ok: false, error: 'too_large' },
      });
    },
  );

  test('a browser may ask from any site, and send the token in its header', async () => {
    const asked = { origin: 'https://example.com', 'access-control-request-headers': 'authorization' };
    const { status, headers } = await stage.send({ verb: 'OPTIONS', headers: asked });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'authorization, content-type, prefer',
    });
  });
});

describe('arguments', () => {
  test('crops may come in the query; the form goes before it', async () => {
    const sent = { headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(stage.file, { crop_w: '100' }) };
    const { body } = await stage.send({ ...sent, method: 'users.setPhoto?crop_w=200&crop_x=7' });
    expect(body).toMatchObject({ ok: true, profile: { image_1024: expect.stringMatching(/_100\.png$/) } });
  });

  test('an array argument in the query', async () => {
    const sent = { headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(stage.file) };
    const { body } = await stage.send({ ...sent, method: 'users.setPhoto?foo%5B7%5D=1' });
    expect(body).toMatchObject({ ok: false, error: 'invalid_array_arg' });
  });

  test.each([
    ['iso-8859-1', Buffer.from('crop_w=%E9t%E9', 'latin1')],
    ['utf-8', Buffer.from('crop_w=%C3%A9t%C3%A9')],
  ])('text of %s is read as such', async (charset, text) => {
    const headers = { ...stage.bearer(), 'content-type': `application/x-www-form-urlencoded; charset=${charset}` };
    const { body } = await stage.send({ headers, body: Buffer.concat([text, Buffer.from('&image=x')]) });
    // é is 233: one byte in iso-8859-1, two in utf-8.
    expect(body).toMatchObject({ response_metadata: { messages: [expect.stringContaining('in range: été')] } });
  });

  test('HEAD reads and never deletes', async () => {
    const head = await stage.send({ verb: 'HEAD', method: 'users.profile.get', headers: stage.bearer() });
    expect(head).toMatchObject({ status: 200, headers: { 'x-oauth-scopes': expect.any(String) }, body: {} });
    await stage.send({ headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(stage.file) });
    const before = await world.tracesAtRest(stage.user.id);
    await stage.send({ verb: 'HEAD', method: 'users.deletePhoto', headers: stage.bearer() });
    expect(await world.traces(stage.user.id)).toEqual(before);
    expect(before.user?.photo).toBeDefined();
  });
});

describe('states that are set can be taken back', () => {
  const test200 = async (token: string) =>
    (await stage.send({ method: 'auth.test', headers: stage.bearer(token) })).body;

  test('a network that holds the caller lets them in', async () => {
    const { teamId, token } = await stage.outsider();
    await stage.cli('teams', 'networks', teamId, '127.0.0.0/8', '::1');
    expect(await test200(token)).toMatchObject({ ok: true, team_id: teamId });
  });

  test('token, bot, team and app', async () => {
    const { teamId, screenName } = await stage.outsider();
    const { app_id } = await stage.cli('apps', 'create', '--name', 'Restored');
    const issue = (...options: string[]) =>
      stage.cli('users', 'slack-token', screenName, '--app', String(app_id), ...options);
    const token = String((await issue('--revoke', '--expires-in', '0')).token);
    expect(await test200(token)).toMatchObject({ error: 'token_revoked' });
    await issue('--restore');
    expect(await test200(token)).toMatchObject({ error: 'token_expired' });
    await issue('--expires-in', '3600');
    await stage.cli('apps', 'remove', String(app_id));
    expect(await test200(token)).toMatchObject({ error: 'token_revoked' });
    await stage.cli('apps', 'restore', String(app_id));
    await stage.cli('teams', 'state', teamId, 'deactivated');
    expect(await test200(token)).toMatchObject({ error: 'account_inactive' });
    await stage.cli('teams', 'state', teamId, 'active');
    const left = (await test200(token)).expires_in;
    expect(left).toBeGreaterThan(3_500);
    expect(left).toBeLessThanOrEqual(3_600);
  }, 60_000);

  test('a bot reads, is told to be one, and is a person again', async () => {
    const { screenName, slackId, token } = await stage.outsider();
    await stage.cli('users', 'make-bot', screenName);
    expect(await test200(token)).toMatchObject({ ok: true, bot_id: `B${slackId.slice(1)}` });
    const info = await stage.send({ method: `users.info?user=${slackId}`, verb: 'GET', headers: stage.bearer(token) });
    expect(info.body).toMatchObject({ ok: true, user: { is_bot: true } });
    await stage.cli('users', 'make-person', screenName);
    const sent = { headers: { ...stage.bearer(token), ...MULTIPART }, body: formOf(stage.file) };
    expect((await stage.send(sent)).body).toMatchObject({ ok: true });
  });
});

describe('the same states at the other APIs', () => {
  const v1 = async (token: string) => {
    const answer = await fetch(`${world.url}/v1/uploads/none`, { headers: stage.bearer(token) });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  const twitter = async (keys: (typeof stage.user)['twitter']) => {
    const url = `${world.url}/1.1/account/verify_credentials.json`;
    const answer = await fetch(url, { headers: { authorization: authorization({ keys, verb: 'GET', url }) } });
    const body = (await answer.json()) as { errors?: { code: number }[] };
    return [answer.status, body.errors?.[0]?.code];
  };

  test('a deactivated team', async () => {
    const { teamId, token, twitter: keys } = await stage.outsider();
    expect([await v1(token), await twitter(keys)]).toEqual([
      [404, 'unknown-upload'],
      [200, undefined],
    ]);
    await stage.cli('teams', 'state', teamId, 'deactivated');
    expect([await v1(token), await twitter(keys)]).toEqual([
      [403, 'inactive-team'],
      [403, 64],
    ]);
  });

  test('networks', async () => {
    const { teamId, token, twitter: keys } = await stage.outsider();
    await stage.cli('teams', 'networks', teamId, '192.0.2.0/24');
    expect([await v1(token), await twitter(keys)]).toEqual([
      [403, 'network-not-allowed'],
      [401, 32],
    ]);
    await stage.cli('teams', 'networks', teamId);
    expect(await twitter(keys)).toEqual([200, undefined]);
  });

  test('the default app removed', async () => {
    const { token, twitter: keys } = stage.user;
    await stage.cli('apps', 'remove', 'default');
    expect([await v1(token), await twitter(keys)]).toEqual([
      [401, 'removed-application'],
      [401, 416],
    ]);
    await stage.cli('apps', 'restore', 'default');
    expect([await v1(token), await twitter(keys)]).toEqual([
      [404, 'unknown-upload'],
      [200, undefined],
    ]);
  });
});

describe('somebody without a photo', () => {
  test('has a drawing in six sizes, a hash that begins with g, and nothing of a photo', async () => {
    const { token } = await world.newUser();
    const { body } = await stage.send({ method: 'users.profile.get', verb: 'GET', headers: stage.bearer(token) });
    const profile = body.profile as Record<string, string>;
    expect(Object.keys(profile).filter((key) => key.startsWith('image_'))).toEqual(
      [24, 32, 48, 72, 192, 512].map((size) => `image_${size}`),
    );
    expect(profile).not.toHaveProperty('is_custom_image');
    expect(profile.avatar_hash).toMatch(/^g[0-9a-f]{11}$/);
    const picture = await fetch(profile.image_72 ?? '');
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  });
});

test('a form of another boundary than its type says is not one', async () => {
  const headers = { ...stage.bearer(), 'content-type': `multipart/form-data; boundary=not-${BOUNDARY}` };
  expect((await stage.send({ headers, body: formOf(stage.file) })).body).toMatchObject({ error: 'invalid_form_data' });
});
