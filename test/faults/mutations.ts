import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { MUTATIONS, type Mutation } from './mutation-list.ts';

/**
 * `node test/faults/mutations.ts [--histories 300] [--seed 1] [--only <words>]`: breaks each invariant on purpose, in a copy of the
 * tree, and runs the histories of `npm run chaos` against it. A mutation that is not caught is a hole in the test: exit code 1.
 */
const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

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
if (values.only === '') report(undefined);
for (const mutation of MUTATIONS.filter(({ what }) => what.includes(values.only))) report(mutation);
process.exit(missed > 0 ? 1 : 0);

/** Runs the histories with one mutation, or with none: then nothing may be found. */
function report(mutation: Mutation | undefined): void {
  const undo = mutation && apply(mutation);
  const flags = ['--histories', values.histories, '--seed', values.seed, '--json', '--no-shrink'];
  const ran = spawnSync(process.execPath, ['test/faults/chaos.ts', ...flags], { cwd: copy, encoding: 'utf8' });
  undo?.();
  if (ran.status !== 0 && ran.status !== 1) throw new Error(`the histories did not run: ${ran.stderr}`);
  const { histories, counterexample } = JSON.parse(ran.stdout);
  const isCaught = counterexample !== undefined;
  if (isCaught !== (mutation !== undefined)) missed++;
  console.log(`${mutation?.invariant ?? '-'}  ${mutation?.what ?? 'nothing is broken'}`);
  console.log(
    isCaught
      ? `   caught after ${histories} histories, by one of ${counterexample.history.length} steps\n   ${counterexample.words}`
      : `   nothing found in ${histories} histories`,
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
