import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { signatures, webhookSecret } from '../../lambdas/core/webhook-secret.ts';
import { type PostOutcome, post } from '../../lambdas/outbound/post.ts';
import { eventually } from '../world.ts';
import { RULES } from './webhook-stores.ts';

/** The receivers of docs/webhooks.md, run as a reader would. */
const page = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'headshot-receivers-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Language {
  name: string;
  fence: string;
  file: string;
  /** For a program that must be made first. */
  compiler?: string;
  builds?: string[];
  command: string;
  words: string[];
  asks: string[];
}

const LANGUAGES: Language[] = [
  {
    name: 'Node',
    fence: 'js',
    file: 'receiver.mjs',
    command: process.execPath,
    words: ['receiver.mjs'],
    asks: ['--version'],
  },
  {
    name: 'Python',
    fence: 'python',
    file: 'receiver.py',
    command: 'python3',
    words: ['receiver.py'],
    asks: ['--version'],
  },
  {
    name: 'Go',
    fence: 'go',
    file: 'receiver.go',
    compiler: 'go',
    builds: ['build', '-o', 'receiver', 'receiver.go'],
    // Not `go run`, which leaves the program running when it is ended.
    command: join(folder, 'receiver'),
    words: [],
    asks: ['version'],
  },
];

const isThere = (command: string, asks: string[]): boolean => {
  try {
    execFileSync(command, asks, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const secret = webhookSecret('master', 'wh_1', 1);
const body = JSON.stringify({
  type: 'photo.deleted',
  timestamp: '2026-11-30T09:00:00.000Z',
  data: { user_id: '42', number: 7 },
});
const send = (port: number, secrets: string[], timestampSeconds: number, sent = body): Promise<PostOutcome> => {
  const message = { messageId: 'msg_1', timestampSeconds, body };
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures(secrets, message),
  };
  return post(`http://127.0.0.1:${port}/`, { headers, body: sent }, RULES);
};

describe.each(LANGUAGES)('the receiver in $name', ({ fence, file, compiler, builds, command, words, asks }) => {
  const [, code = ''] = new RegExp(`\`\`\`${fence}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];

  (isThere(compiler ?? command, asks) ? test : test.skip)('takes what is signed, once, and nothing else', async () => {
    writeFileSync(join(folder, file), code);
    if (compiler !== undefined && builds !== undefined) execFileSync(compiler, builds, { cwd: folder });
    const port = await freePort();
    const env = { ...process.env, SECRET: secret, PORT: String(port) };
    const run = spawn(command, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
    let printed = '';
    run.stdout.on('data', (chunk) => {
      printed += String(chunk);
    });
    try {
      const now = Math.floor(Date.now() / 1_000);
      const first = await eventually(
        () => send(port, [secret], now),
        (outcome) => 'status' in outcome,
        20_000,
      );
      expect(first).toMatchObject({ status: 204 });
      // Two signatures, as while a secret is rotated; the same id again.
      expect(await send(port, [webhookSecret('master', 'wh_1', 2), secret], now)).toMatchObject({ status: 204 });
      expect(await send(port, [webhookSecret('master', 'wh_2', 1)], now)).toMatchObject({ status: 401 });
      expect(await send(port, [secret], now - 600)).toMatchObject({ status: 401 });
      expect(await send(port, [secret], now, body.replace('7', '8'))).toMatchObject({ status: 401 });
      expect(printed).toContain('42');
      if (fence !== 'go') expect(printed.trim().split('\n').length).toBe(1);
    } finally {
      run.kill();
    }
  });
});
