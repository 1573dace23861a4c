import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { positive, toolCommand, wholeNumber } from '../tool-command.ts';
import { MUTATIONS, type Mutation } from './mutation-list.ts';

/** `npm run chaos:mutations`: a mutation that is not caught is a hole in the test, exit code 1; 2 for a wrong command line. */
const { histories, seed, only } = toolCommand(
  'chaos:mutations',
  'Breaks each invariant on purpose, in a copy of the tree, and runs the histories of npm run chaos against it.',
)
  .option('--histories <n>', 'for each of them at most', positive, 500)
  .option('--seed <n>', 'which ones', wholeNumber, 1)
  .option('--only <words>', 'the mutations whose description has these words', '')
  .parse()
  .opts<{ histories: number; seed: number; only: string }>();

const copy = mkdtempSync(join(tmpdir(), 'headshot-mutations-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: PROJECT_DIR,
  encoding: 'utf8',
});
for (const file of tracked.split('\0').filter((name) => name !== '')) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  cpSync(join(PROJECT_DIR, file), join(copy, file));
}
for (const modules of ['node_modules', 'infra/sharp-layer/node_modules']) {
  symlinkSync(join(PROJECT_DIR, modules), join(copy, modules));
}

let missed = 0;
if (only === '') report(undefined);
for (const mutation of MUTATIONS.filter(({ what }) => what.includes(only))) report(mutation);
process.exit(missed > 0 ? 1 : 0);

/** Runs the histories with one mutation, or with none: then nothing may be found. */
function report(mutation: Mutation | undefined): void {
  const undo = mutation && apply(mutation);
  const flags = ['--histories', String(histories), '--seed', String(seed), '--json', '--no-shrink'];
  const ran = spawnSync(process.execPath, ['test/faults/chaos.ts', ...flags], { cwd: copy, encoding: 'utf8' });
  undo?.();
  if (ran.status !== 0 && ran.status !== 1) throw new Error(`the histories did not run: ${ran.stderr}`);
  const { histories: done, counterexample } = JSON.parse(ran.stdout);
  const isCaught = counterexample !== undefined;
  if (isCaught !== (mutation !== undefined)) missed++;
  console.log(`${mutation?.invariant ?? '-'}  ${mutation?.what ?? 'nothing is broken'}`);
  console.log(
    isCaught
      ? `   caught after ${done} histories, by one of ${counterexample.history.length} steps\n   ${counterexample.words}`
      : `   nothing found in ${done} histories`,
  );
}

/** @throws when the product no longer has what the mutation replaces. */
function apply({ what, file, from, to }: Mutation): () => void {
  const path = join(copy, file);
  const before = readFileSync(path, 'utf8');
  if (before.split(from).length !== 2) throw new Error(`"${what}" does not apply to ${file} any more`);
  writeFileSync(
    path,
    before.replace(from, () => to),
  );
  return () => writeFileSync(path, before);
}
