import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { headshotCommand } from '../headshot-command.ts';
import { ask, bearer } from '../requests.ts';

/**
 * `npm start -- --oidc --json`, as a person calls it: a real provider beside the service, and nothing beyond this
 * machine.
 */
const dataDir = mkdtempSync(join(tmpdir(), 'headshot-oidc-'));
let run: ChildProcess;
let ready: {
  url: string;
  demo_user: { slack: { token: string } };
  identity_provider: { issuer: string; people: string[]; administrators: string[] };
};

beforeAll(async () => {
  run = spawn(process.execPath, ['local/start.ts', '--oidc', '--json'], {
    cwd: PROJECT_DIR,
    env: { ...process.env, HEADSHOT_DATA: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  ready = await new Promise((done, fail) => {
    run.stdout?.on('data', (chunk) => {
      printed += String(chunk);
      if (printed.endsWith('}\n')) done(JSON.parse(printed));
    });
    run.once('exit', (code) => fail(new Error(`npm start ended with ${code}: ${printed}`)));
  });
}, 180_000);
afterAll(() => {
  run.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('people sign in and are users; the administrator finds them; credentials of ours work beside it', async () => {
  const { url, identity_provider, demo_user } = ready;
  expect(identity_provider).toMatchObject({ people: ['Ada Lovelace', 'Bob Stone'], administrators: ['Grace Hopper'] });
  const [ada, grace] = [
    await signInByHttp(identity_provider.issuer, url, 'ada'),
    await signInByHttp(identity_provider.issuer, url, 'grace'),
  ];
  expect(await ask(url, '/v1/photo', { headers: bearer(ada) })).toMatchObject({ status: 200, body: { photo: null } });
  expect(await ask(url, '/v1/users?subject=ada', { headers: bearer(ada) })).toMatchObject({ status: 403 });
  expect(await ask(url, '/v1/users?email=ada@example.com', { headers: bearer(grace) })).toMatchObject({
    status: 200,
    body: { users: [{ screen_name: 'ada_lovelace', name: 'Ada Lovelace', subject: 'ada', active: true }] },
  });
  expect((await ask(url, '/v1/photo', { headers: bearer(demo_user.slack.token) })).status).toBe(200);
  // The page's own sign-in of the demo user is off: people sign in at the provider.
  expect((await ask(url, '/laptop.json')).status).toBe(404);
  expect((await ask(url, '/')).bytes.toString()).toContain('name="headshot-sign-in"');
});

test('a user who was there before is linked by the command', async () => {
  const { url, identity_provider } = ready;
  const headshot = (...words: string[]) => headshotCommand(words, { HEADSHOT_DATA: dataDir });
  expect((await headshot('users', 'link', 'demo', '--subject', 'bob')).out).toContain(
    `demo is linked to ${identity_provider.issuer}#bob`,
  );
  const token = await signInByHttp(identity_provider.issuer, url, 'bob');
  await ask(url, '/v1/photo', { headers: bearer(token) });
  const shown = JSON.parse((await headshot('users', 'show', 'demo', '--json')).out);
  expect(shown).toMatchObject({
    name: 'Bob Stone',
    email: 'bob@example.com',
    identity: `${identity_provider.issuer}#bob`,
  });
  expect((await headshot('users', 'link', 'demo', '--subject', 'ada')).err).toContain(
    'first: headshot users unlink demo',
  );
  expect((await headshot('users', 'unlink', 'demo')).out).toContain('demo is linked to nobody');
});

/**
 * Signs somebody in at the laptop's provider as a browser would: Authorization Code with PKCE. Returns the access
 * token.
 */
async function signInByHttp(issuer: string, page: string, person: string): Promise<string> {
  const cookies = new Map<string, string>();
  const go = async (address: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(address, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return new URL(answer.headers.get('location') ?? '', issuer).href;
  };
  const form = (fields: Record<string, string>): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
  });

  const discovered = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { authorization_endpoint, token_endpoint } = (await discovered.json()) as Record<string, string>;
  const code_verifier = randomBytes(32).toString('base64url');
  const client = { client_id: 'headshot-page', redirect_uri: `${page}/` };
  const query = new URLSearchParams({
    ...client,
    response_type: 'code',
    scope: 'openid profile email',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const interaction = await go(`${authorization_endpoint}?${query}`);
  const back = await go(await go(interaction, form({ person })));
  const code = new URL(back).searchParams.get('code') ?? '';
  const given = await fetch(
    token_endpoint ?? '',
    form({ ...client, grant_type: 'authorization_code', code, code_verifier }),
  );
  const { access_token } = (await given.json()) as Record<string, string>;
  if (access_token === undefined) throw new Error(`the provider gave no token: ${given.status}`);
  return access_token;
}
