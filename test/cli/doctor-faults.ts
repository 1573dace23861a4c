import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { forEachConcurrently } from '../../cli/for-each-concurrently.ts';
import { bundles, PROJECT } from '../../infra/bundles.ts';
import { sharedAssembly } from '../laptop.ts';
import { FAULTS, type Fault } from './doctor-fault-list.ts';
import type { Said } from './doctor-one-fault.ts';

/**
 * `npm run doctor:faults [-- <name>…]`: puts faults into copies of the template, into the laptop run or into the recorded account, and prints
 * which line of the doctor finds each, and which others turn red or yellow by it. What a line did not look at, because another has to be put
 * right first, is counted. Exit code 1 when a fault is not found, or when a line turns red without cause.
 */
const wanted = process.argv.slice(2);
/** Most of a run is waiting. */
const CONCURRENCY = 2;

const scratch = mkdtempSync(join(tmpdir(), 'headshot-faults-'));
process.env.HEADSHOT_TEST_ASSEMBLY = join(scratch, 'assembly');
await bundles();
await sharedAssembly();
let [asked, missed] = [0, 0];
console.log('| fault | line | found | others, by it | not looked at | seconds |\n|---|---|---|---|---|---|');
const faults = FAULTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
await forEachConcurrently(faults, CONCURRENCY, async (fault) => {
  const { row, isAsExpected } = rowOf(fault, await saidOf(fault));
  asked++;
  if (!isAsExpected) missed++;
  console.log(row);
});
rmSync(scratch, { recursive: true, force: true });
console.log(
  missed === 0
    ? `${asked} faults: each is found by its line, and no other turns red without cause`
    : `${missed} of ${asked} not so`,
);
process.exit(missed === 0 ? 0 : 1);

async function saidOf({ name }: Fault): Promise<Said> {
  const words = ['--disable-warning=ExperimentalWarning', 'test/cli/doctor-one-fault.ts', name];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: PROJECT, maxBuffer: 16e6 });
  return JSON.parse(stdout);
}

function rowOf({ name, line, others }: Fault, { seconds, checks }: Said): { row: string; isAsExpected: boolean } {
  const off = checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  const found = off.find((check) => check.name === line);
  const [unseen, red] = [true, false].map((isUnseen) =>
    off.filter((check) => check !== found && check.detail.startsWith('not looked at') === isUnseen),
  );
  const also = (red ?? []).map((check) => check.name.replace('doctor-', ''));
  const stray = also.filter((one) => !(others?.test(one) ?? false));
  const cells = [
    name,
    line,
    found?.detail.replaceAll('|', '/').slice(0, 90) ?? '**no**',
    also.map((one) => (stray.includes(one) ? `**${one}**` : one)).join(' ') || '–',
    unseen?.length,
    seconds,
  ];
  return { row: `| ${cells.join(' | ')} |`, isAsExpected: found !== undefined && stray.length === 0 };
}
