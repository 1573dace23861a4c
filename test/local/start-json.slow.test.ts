import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';

test('npm start -- --json prints one object with all that a program needs; the rest is on stderr', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headshot-json-'));
  const run = spawn(process.execPath, ['local/start.ts', '--json'], {
    cwd: PROJECT_DIR,
    env: { ...process.env, HEADSHOT_DATA: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  run.stderr.on('data', (chunk) => {
    printed.err += String(chunk);
  });
  try {
    await new Promise<void>((done) => {
      run.stdout.on('data', (chunk) => {
        printed.out += String(chunk);
        if (printed.out.endsWith('}\n')) done();
      });
    });
    const ready = JSON.parse(printed.out);
    const { url, demo_user: user } = ready;
    expect(printed.err).toContain(`\nheadshot ready at ${url}\n`);
    expect(ready).toMatchObject({
      page: `${url}/`,
      bases: { slack: `${url}/api/`, twitter: `${url}/1.1/`, v1: `${url}/v1/` },
      data: dataDir,
      demo_user: { screen_name: 'demo', twitter: { consumer_key: expect.any(String) } },
    });
    const answer = await fetch(`${ready.bases.slack}auth.test`, {
      headers: { authorization: `Bearer ${user.slack.token}` },
    });
    expect(await answer.json()).toMatchObject({ ok: true, user_id: user.slack_user_id });
  } finally {
    run.kill('SIGINT');
    await once(run, 'exit');
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
