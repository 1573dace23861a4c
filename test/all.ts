import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_DIR } from '../local/assembly.ts';

/**
 * `npm run test:all`: every check that there is, in turn, whatever becomes of those before. Ends with the seconds of each
 * part, the ten slowest files, and one line that sums it up. Exit code 1 when anything failed.
 */
const PARTS = ['lint', 'test', 'test:slow', 'test:web'];

/** An issue may add ten seconds to `npm test` (CONTRIBUTING.md): whoever adds them should see where they are. */
const SLOWEST_SHOWN = 10;

interface Summary {
  file: string;
  seconds: number;
  passed: number;
  failed: number;
}

const folder = mkdtempSync(join(tmpdir(), 'headshot-test-all-'));
const into = join(folder, 'summary.jsonl');
const startedMs = performance.now();
const ended = PARTS.map((part) => {
  const partStartedMs = performance.now();
  const { status } = spawnSync('npm', ['run', part], {
    cwd: PROJECT_DIR,
    stdio: 'inherit',
    env: { ...process.env, HEADSHOT_TEST_SUMMARY: into },
  });
  return { part, ok: status === 0, seconds: (performance.now() - partStartedMs) / 1000 };
});
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
