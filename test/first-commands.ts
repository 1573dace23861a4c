import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOutside, ran, whileRunning } from './command-outside.ts';
import { jpeg, photoLike } from './pictures.ts';

/**
 * What README tells a newcomer to do first: in a clone, with an empty home and nothing installed. Runs the commands of
 * README's first block, waits for `headshot ready`, and pastes each `curl` line that is printed. Fails when one of them
 * fails. Prints how long a newcomer waits.
 */
const PROJECT = join(import.meta.dirname, '..');

const [, block = ''] = /```sh\n([^`]*)```/.exec(readFileSync(join(PROJECT, 'README.md'), 'utf8')) ?? [];
const [install, start, ...others] = block.trim().split('\n');
if (install === undefined || start === undefined || others.length > 0) throw new Error(`README begins with ${block}`);

const folder = mkdtempSync(join(tmpdir(), 'headshot-newcomer-'));
const clone = join(folder, 'headshot');
const env = { PATH: pathOutside(PROJECT), HOME: join(folder, 'home'), PORT: '0' };
const inClone = { cwd: clone, env };
mkdirSync(env.HOME);
try {
  ran('git', ['clone', '--quiet', PROJECT, clone], { cwd: folder, env });
  const installStartedMs = performance.now();
  ran('bash', ['-c', install], inClone);
  console.log(`${install}: ${since(installStartedMs)} with an empty cache`);
  writeFileSync(join(clone, 'photo.jpg'), await jpeg({ picture: photoLike(640, 640) }));
  await started(start);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function started(command: string): Promise<void> {
  const startedMs = performance.now();
  // The last line of the printed block is for the last API.
  const isReady = (printed: string) => /^headshot ready[\s\S]*\/v1\/photo\n/m.test(printed);
  await whileRunning(['bash', '-c', `exec ${command}`], inClone, isReady, (printed) => {
    console.log(`${command}: ${since(startedMs)} until it is ready`);
    const curls = printed.split('\n').filter((line) => line.startsWith('curl '));
    if (curls.length !== 3) throw new Error(`one curl line an API: ${printed}`);
    for (const line of curls) {
      const said = ran('bash', ['-c', line.replace('curl ', 'curl -sS --fail-with-body ')], inClone);
      if (JSON.parse(said).ok === false) throw new Error(`${line}\n${said}`);
    }
    console.log(`all ${curls.length} printed curl lines worked`);
  });
}

function since(ms: number): string {
  return `${((performance.now() - ms) / 1000).toFixed(1)} s`;
}
