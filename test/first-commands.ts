import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jpeg, photoLike } from './pictures.ts';

/**
 * The first thing that README says, as a newcomer does it: a clone, an empty home, nothing installed. Runs the commands of
 * its first block, waits for `headshot ready`, pastes each `curl` line that is printed, and fails when one of them does.
 * Prints how long a newcomer waits.
 */
const PROJECT = join(import.meta.dirname, '..');
const READY_WITHIN_MS = 60_000;

const [, block = ''] = /```sh\n([^`]*)```/.exec(readFileSync(join(PROJECT, 'README.md'), 'utf8')) ?? [];
const [install, start, ...others] = block.trim().split('\n');
if (install === undefined || start === undefined || others.length > 0) throw new Error(`README begins with ${block}`);

const folder = mkdtempSync(join(tmpdir(), 'headshot-newcomer-'));
const clone = join(folder, 'headshot');
const env = { PATH: outsideOf(PROJECT), HOME: join(folder, 'home'), PORT: '0' };
mkdirSync(env.HOME);
try {
  ran('git', ['clone', '--quiet', PROJECT, clone], folder);
  const installStartedMs = performance.now();
  ran('bash', ['-c', install], clone);
  console.log(`${install}: ${since(installStartedMs)} with an empty cache`);
  writeFileSync(join(clone, 'photo.jpg'), await jpeg({ picture: photoLike(640, 640) }));
  await started(start);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function started(command: string): Promise<void> {
  const startedMs = performance.now();
  const run = spawn('bash', ['-c', `exec ${command}`], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(run, 'exit');
  let printed = '';
  const isReady = new Promise<void>((done) => {
    run.stdout.on('data', (chunk) => {
      printed += String(chunk);
      if (/^headshot ready[\s\S]*\/v1\/photo\n/m.test(printed)) done();
    });
  });
  const tooLate = new Promise((_, fail) => {
    setTimeout(
      () => fail(new Error(`not ready after ${READY_WITHIN_MS / 1000} s: ${printed}`)),
      READY_WITHIN_MS,
    ).unref();
  });
  const died = ended.then(([code]) => {
    throw new Error(`${command} ended with ${code}: ${printed}`);
  });
  died.catch(() => undefined);
  try {
    await Promise.race([isReady, died, tooLate]);
    console.log(`${command}: ${since(startedMs)} until it is ready`);
    const curls = printed.split('\n').filter((line) => line.startsWith('curl '));
    if (curls.length !== 3) throw new Error(`one curl line an API: ${printed}`);
    for (const line of curls) {
      const said = ran('bash', ['-c', line.replace('curl ', 'curl -sS --fail-with-body ')], clone);
      if (JSON.parse(said).ok === false) throw new Error(`${line}\n${said}`);
    }
    console.log(`all ${curls.length} printed curl lines worked`);
  } finally {
    // npm and what it started are a group of their own.
    if (run.pid !== undefined && run.exitCode === null) process.kill(-run.pid, 'SIGTERM');
    await ended;
  }
}

/** What a program printed. */
function ran(program: string, words: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The places for programs, without those that npm added for this project. */
function outsideOf(project: string): string {
  return (process.env.PATH ?? '')
    .split(':')
    .filter((place) => !place.startsWith(project))
    .join(':');
}

function since(ms: number): string {
  return `${((performance.now() - ms) / 1000).toFixed(1)} s`;
}
