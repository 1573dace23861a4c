import { type ChildProcess, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import type { Running } from '../../local/running-file.ts';
import { hurryTemplate } from '../hurried-template.ts';
import { killableLaptop } from '../killable-laptop.ts';
import { sharedAssembly } from '../laptop.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { eventually } from '../world.ts';

/**
 * `kill -9` right after an acknowledged upload: when the service is started again, it publishes the photo within the
 * visibility timeout. That is seconds here, not a minute, so that the test need not wait that long for the message
 * which the killed worker held. Otherwise the template is the project's own.
 */
const VISIBILITY_SECONDS = 5;

const root = mkdtempSync(join(tmpdir(), 'headshot-kill-'));
const dataDir = join(root, 'data');
const assemblyDir = join(root, 'assembly');
let child: ChildProcess | undefined;

beforeAll(async () => {
  const shared = (await sharedAssembly()) ?? '';
  cpSync(shared, assemblyDir, { recursive: true });
  hurryTemplate(assemblyDir, { visibilitySeconds: VISIBILITY_SECONDS, hidden: '60' });
}, 60_000);
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<Running> {
  const laptop = await killableLaptop(dataDir, assemblyDir);
  child = laptop.child;
  return laptop.running;
}

test('an acknowledged upload outlives kill -9', async () => {
  let { url } = await start();
  const env = { ...process.env, HEADSHOT_DATA: dataDir };
  const made = execFileSync(
    process.execPath,
    ['cli/headshot.ts', 'users', 'create', '--screen-name', 'ada', '--json'],
    {
      cwd: PROJECT_DIR,
      env,
    },
  );
  const { slack } = JSON.parse(String(made)) as { slack: { token: string } };
  const headers = { authorization: `Bearer ${slack.token}`, prefer: 'respond-async' };
  const file = await jpeg({ picture: photoLike(1024, 1024) });

  // The first kill meets a cold worker, the second a warm one that is half-way through.
  for (const round of [1, 2]) {
    const body = new FormData();
    body.append('image', new Blob([new Uint8Array(file)]));
    if (round === 2) await fetch(`${url}/api/users.setPhoto`, { method: 'POST', body, headers });
    const response = await fetch(`${url}/api/users.setPhoto`, { method: 'POST', body, headers });
    const uploadId = response.headers.get('x-upload-id');
    child?.kill('SIGKILL');
    expect(await response.json()).toMatchObject({ ok: true });
    ({ url } = await start());
    const status = async () => {
      const answer = await fetch(`${url}/v1/uploads/${uploadId}`, { headers });
      return (await answer.json()) as { state: string };
    };
    // A poll of the queue may have begun just before the message came back.
    const ended = await eventually(status, ({ state }) => state !== 'queued', (VISIBILITY_SECONDS + 5) * 1_000);
    expect(ended).toMatchObject({ id: uploadId, state: 'published' });
  }
  const profile = (await (await fetch(`${url}/api/users.profile.get`, { headers })).json()) as {
    profile: { image_192: string };
  };
  expect((await fetch(profile.profile.image_192)).status).toBe(200);
}, 90_000);
