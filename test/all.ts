import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_DIR } from '../local/assembly.ts';

/**
 * `npm run test:all`: every check that there is, whatever becomes of those before. Ends with the seconds of each part, the ten slowest
 * files, and one line that sums it up. Exit code 1 when anything failed.
 *
 * One part after the other, but for the last: the browser mostly waits, so its tests run beside the slow ones, and are printed after them.
 */
const TURNS = [['lint'], ['test'], ['test:slow', 'test:web']];

/** An issue may add ten seconds to `npm test` (CONTRIBUTING.md): whoever adds them should see where they are. */
const SLOWEST_SHOWN = 10;

interface Ended {
  part: string;
  ok: boolean;
  seconds: number;
  /** What was not shown while it ran. */
  output: string;
}

interface Summary {
  file: string;
  seconds: number;
  passed: number;
  failed: number;
}

const folder = mkdtempSync(join(tmpdir(), 'headshot-test-all-'));
const into = join(folder, 'summary.jsonl');
const startedMs = performance.now();
const ended: Ended[] = [];
for (const parts of TURNS) {
  const running = parts.map((part, index) => run(part, index === 0));
  for (const part of running) {
    ended.push(await part);
    process.stdout.write(ended.at(-1)?.output ?? '');
  }
}
const files: Summary[] = existsSync(into)
  ? readFileSync(into, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
rmSync(folder, { recursive: true });

const row = (seconds: number, what: string) => console.log(`${seconds.toFixed(1).padStart(7)} s  ${what}`);
console.log(`\nthe slowest ${SLOWEST_SHOWN} files`);
for (const { seconds, file } of files.toSorted((one, other) => other.seconds - one.seconds).slice(0, SLOWEST_SHOWN))
  row(seconds, file);
console.log('\nparts');
for (const { part, ok, seconds } of ended) row(seconds, `npm run ${part}${ok ? '' : ': FAILED'}`);
row((performance.now() - startedMs) / 1000, 'all');

const sum = (figure: (summary: Summary) => number) => files.reduce((total, summary) => total + figure(summary), 0);
console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
process.exit(ended.every(({ ok }) => ok) ? 0 : 1);

/** Runs a part. One whose output is not shown as it comes is shown when it is over. */
async function run(part: string, isShown: boolean): Promise<Ended> {
  const partStartedMs = performance.now();
  const child = spawn('npm', ['run', part], {
    cwd: PROJECT_DIR,
    stdio: ['ignore', isShown ? 'inherit' : 'pipe', isShown ? 'inherit' : 'pipe'],
    env: { ...process.env, HEADSHOT_TEST_SUMMARY: into },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - partStartedMs) / 1000;
  return { part, ok: code === 0, seconds, output };
}
