import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/assembly.ts';
import { type ChaosOutcome, chaos } from './chaos-run.ts';
import { DEATHS, OVERTAKEN } from './fixed-histories.ts';

/**
 * `npm run chaos [-- --histories 1000 --seed 1 --minutes 60 --json]`: random histories of people, machines and faults, each
 * against a small model; first those in which whoever is at work dies at each of its steps. Prints what it has done; when one goes wrong, the shortest that does (`--no-shrink`: that one), and
 * exits with 1.
 */
const { values } = parseArgs({
  options: {
    histories: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string' },
    json: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const histories = Number(values.histories ?? (minutes === undefined ? 1_000 : 1_000_000));
if (!Number.isInteger(seed) || !(histories >= 1) || (minutes !== undefined && !(minutes > 0))) {
  console.error('--seed is a whole number, --histories one of at least 1, --minutes a number above 0');
  process.exit(2);
}
const say = (line: string) => (values.json ? undefined : console.log(line));
say(`seed ${seed}, ${minutes === undefined ? `${histories} histories` : `${minutes} minutes`}`);

const folder = mkdtempSync(join(tmpdir(), 'headshot-chaos-assembly-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const assemblyDir = join(folder, 'cdk.out');
await synthesize(assemblyDir);

const startedMs = Date.now();
const seconds = () => Math.round((Date.now() - startedMs) / 1_000);
const said = ({ histories, acts, faults }: Pick<ChaosOutcome, 'histories' | 'acts' | 'faults'>): string => {
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `${histories} histories, ${acts} acts, ${injected} faults in ${seconds()} s`;
};
const outcome = await chaos(assemblyDir, {
  seed,
  histories,
  fixed: [...OVERTAKEN, ...DEATHS],
  isFirstEnough: values['no-shrink'],
  ...(minutes !== undefined && { untilMs: startedMs + minutes * 60_000 }),
  onHistory: (soFar) => soFar.histories % 100 === 0 && say(said(soFar)),
});
const { counterexample } = outcome;
if (values.json) console.log(JSON.stringify({ seed, seconds: seconds(), ...outcome }));
else {
  say(said(outcome));
  say(
    Object.entries(outcome.faults)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', '),
  );
  if (counterexample) {
    say(`WRONG: ${counterexample.words}`);
    for (const step of counterexample.history) say(JSON.stringify(step));
  } else say('nothing lost, nothing wrong');
}
process.exit(counterexample ? 1 : 0);
