import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { jpeg, photoLike } from '../pictures.ts';

/** `npm start` and `npm run invoke` as a person calls them, with the project's own template. */
const dataDir = mkdtempSync(join(tmpdir(), 'headshot-start-'));
const env = { ...process.env, HEADSHOT_DATA: dataDir, PORT: '0' };
let printed = '';
/** What is printed on the way, on stderr. */
let said = '';
let run: ChildProcess;

beforeAll(async () => {
  run = spawn(process.execPath, ['local/start.ts'], { cwd: PROJECT_DIR, env, stdio: ['ignore', 'pipe', 'pipe'] });
  run.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  await new Promise<void>((done, fail) => {
    run.stdout?.on('data', (chunk) => {
      printed += String(chunk);
      if (/\/v1\/photo\n/.test(printed)) done();
    });
    run.once('exit', (code) => fail(new Error(`npm start ended with ${code}: ${printed}`)));
  });
}, 60_000);
afterAll(() => {
  run.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

async function invoke(
  words: string[],
  environment: NodeJS.ProcessEnv = env,
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['local/invoke.ts', ...words], { cwd: PROJECT_DIR, env: environment });
  const ended = { code: 0, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ended.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    ended.err += String(chunk);
  });
  [ended.code] = await once(child, 'close');
  return ended;
}

const file = (name: string, event: object): string => {
  const path = join(dataDir, name);
  writeFileSync(path, JSON.stringify(event));
  return path;
};

test('prints where it is, and credentials that work with the printed curl', async () => {
  const url = /^headshot ready at (http:\/\/127\.0\.0\.1:\d+) /m.exec(printed)?.[1];
  const [, token, address] = /^curl -F image=@photo\.jpg -H 'Authorization: Bearer (\S+)' (\S+)$/m.exec(printed) ?? [];
  expect(address).toBe(`${url}/api/users.setPhoto`);
  // A known token and no picture: the answer must miss the picture, not the user.
  const answer = await fetch(address ?? '', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({}),
  });
  expect(await answer.json()).toMatchObject({ ok: false, error: expect.not.stringMatching(/auth/) });
});

test('says on the way what it did and how long it took, and is plain where there is no terminal', () => {
  expect(said.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^ {2}\S.* \d+\.\d s$/),
    expect.stringMatching(/^ {2}\S.* \d+\.\d s$/),
    expect.stringMatching(/^ {2}what the template declares, and the page +\d+\.\d s$/),
    expect.stringMatching(/^ {2}demo user +\d+\.\d s$/),
  ]);
});

test('the printed curl of /v1 sends a photo that is shown when the answer comes', async () => {
  const [, prefer = '', token, address] =
    /^curl -F image=@photo\.jpg -H 'Prefer: (\S+)' -H 'Authorization: Bearer (\S+)' (\S+)$/m.exec(printed) ?? [];
  const body = new FormData();
  body.append('image', new Blob([await jpeg({ picture: photoLike(64, 64) })], { type: 'image/jpeg' }), 'photo.jpg');
  const answer = await fetch(address ?? '', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, prefer },
    body,
  });
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ state: 'published' })]);
});

test("invoke runs one event against the run's data", async () => {
  const { code, out, err } = await invoke(['on-job', file('event.json', { Records: [] })]);
  expect({ code, result: JSON.parse(out), err }).toEqual({ code: 0, result: { batchItemFailures: [] }, err });
  const asJson = await invoke(['on-job', join(dataDir, 'event.json'), '--json']);
  expect(JSON.parse(asJson.out)).toMatchObject({
    ok: true,
    result: { batchItemFailures: [] },
    logs: expect.any(String),
  });
});

test('invoke fails with the function, and says why', async () => {
  const { code, out } = await invoke(['on-job', file('wrong.json', { Records: 'none' }), '--json']);
  expect({ code, answer: JSON.parse(out) }).toMatchObject({
    code: 1,
    answer: { ok: false, result: { errorType: expect.any(String) } },
  });
});

test.each([
  [
    'an unknown function',
    ['on-nothing', join(PROJECT_DIR, 'package.json')],
    env,
    /^no function on-nothing; there are .*on-job/,
  ],
  ['a file that is not there', ['on-job', 'nowhere.json'], env, /^nowhere\.json cannot be read as JSON$/],
  ['no run', ['on-job', 'x.json'], { ...env, HEADSHOT_DATA: '/nowhere' }, /^no laptop run uses \/nowhere;/],
  ['no words', [], env, /^usage: /],
])('invoke with %s: one line, and exit 1, or 2 for a wrong command line', async (_, words, environment, line) => {
  const { code, err } = await invoke(words, environment);
  expect([code, err.trim()]).toEqual([words.length === 0 ? 2 : 1, expect.stringMatching(line)]);
});

test('Ctrl-C, which npm doubles, stops cleanly', async () => {
  run.kill('SIGINT');
  run.kill('SIGINT');
  expect(await once(run, 'exit')).toEqual([0, null]);
  expect(readdirSync(dataDir).filter((name) => /lock|running/.test(name))).toEqual([]);
}, 30_000);
