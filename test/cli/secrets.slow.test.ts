import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeRunning } from '../../local/running-file.ts';
import { headshotCommand } from '../headshot-command.ts';
import { authorization } from '../signed.ts';
import { testWorld, type World } from '../world.ts';

/** An operator rotates the master secret while people use both APIs. */
let world: World;
beforeAll(async () => {
  world = await testWorld();
  writeRunning(world.laptop.dataDir, world.laptop.running);
}, 60_000);
afterAll(() => world?.end(), 30_000);

const headshot = (...words: string[]) => headshotCommand(words, { HEADSHOT_DATA: world.laptop.dataDir });
const json = async (...words: string[]) => JSON.parse((await headshot(...words, '--json')).out);

interface Shown {
  slack: { token: string };
  twitter: Record<'consumer_key' | 'consumer_secret' | 'access_token' | 'access_token_secret', string>;
}

/** How each API answers these credentials: `ok` and 200, or why not. */
async function apis({ slack, twitter }: Shown): Promise<[slack: unknown, twitter: number]> {
  const atSlack = await fetch(`${world.url}/api/auth.test`, { headers: { authorization: `Bearer ${slack.token}` } });
  const said = (await atSlack.json()) as { ok: boolean; error?: string };
  const url = `${world.url}/1.1/account/verify_credentials.json`;
  const keys = {
    consumerKey: twitter.consumer_key,
    consumerSecret: twitter.consumer_secret,
    accessToken: twitter.access_token,
    accessTokenSecret: twitter.access_token_secret,
  };
  const atTwitter = await fetch(url, { headers: { authorization: authorization({ keys, verb: 'GET', url }) } });
  return [said.ok ? 'ok' : said.error, atTwitter.status];
}

const WELCOME = ['ok', 200];
const NOBODY = ['invalid_auth', 401];
const mode = () => (statSync(join(world.laptop.dataDir, 'secrets.json')).mode & 0o777).toString(8);

test('rotate, replace, rotate again, finish', async () => {
  const first: Shown = await json('users', 'create', '--screen-name', 'ada');
  const sleeper: Shown = await json('users', 'create', '--screen-name', 'sleeper');
  expect(await apis(first)).toEqual(WELCOME);
  expect(await json('secrets', 'status')).toMatchObject({ previous: null, still_on_previous: [] });
  expect(await headshot('secrets', 'finish')).toMatchObject({
    code: 1,
    err: 'headshot: there is no previous version to end; begin a rotation with: headshot secrets rotate\n',
  });

  const before = await json('secrets', 'status');
  const rotated = await json('secrets', 'rotate');
  expect(rotated).toMatchObject({ previous: before.current, tokens: { current: 0, previous: 5 } });
  expect(rotated.current.version).not.toBe(before.current.version);
  expect(mode()).toBe('600');
  expect(await apis(first)).toEqual(WELCOME);

  const second: Shown = await json('users', 'token', 'ada');
  for (const [name, was] of Object.entries({ ...first.twitter, slack: first.slack.token })) {
    expect({ ...second.twitter, slack: second.slack.token }).not.toMatchObject({ [name]: was });
  }
  expect(await apis(second)).toEqual(WELCOME);
  expect(await apis(first)).toEqual(WELCOME);
  const status = await json('secrets', 'status');
  expect(status.tokens).toEqual({ current: 3, previous: 5 });
  const today = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const row = (name: string, token: string, replaced: boolean, last_used_at: unknown) =>
    expect.objectContaining({ name, token, replaced, last_used_at });
  expect(status.still_on_previous).toEqual([
    row('ada', 'slack', true, today),
    row('ada', 'twitter access token', true, today),
    row('app default', 'twitter consumer key', true, today),
    row('sleeper', 'slack', false, null),
    row('sleeper', 'twitter access token', false, null),
  ]);
  expect((await headshot('secrets', 'status')).out).toMatch(/^sleeper +slack +no +-$/m);

  for (const words of [['rotate'], ['finish']]) {
    const refused = await headshot('secrets', ...words);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('tokens in use that would stop working: 5;'),
    ]);
  }
  expect(await json('secrets', 'status')).toMatchObject({ current: rotated.current, previous: rotated.previous });

  expect(await json('secrets', 'rotate', '--yes')).toMatchObject({
    previous: rotated.current,
    tokens: { current: 0, previous: 3 },
  });
  for (const shown of [first, sleeper]) expect(await apis(shown)).toEqual(NOBODY);
  expect(await apis(second)).toEqual(WELCOME);

  expect(await json('secrets', 'finish', '--yes')).toMatchObject({
    previous: null,
    tokens: { current: 0, previous: 0 },
  });
  expect(await apis(second)).toEqual(NOBODY);
  for (const name of ['ada', 'sleeper']) expect(await apis(await json('users', 'token', name))).toEqual(WELCOME);
  expect(mode()).toBe('600');
}, 120_000);

test.each([['status'], ['rotate'], ['finish']])('secrets %s --help', async (word) => {
  const { code, out } = await headshot('secrets', word, '--help');
  expect([code, out.split(/ [<[]/)[0]]).toEqual([0, `Usage: headshot secrets ${word}`]);
});
