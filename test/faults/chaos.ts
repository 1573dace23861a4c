import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/assembly.ts';
import { sharedAssembly } from '../laptop.ts';
import { positive, toolCommand, wholeNumber } from '../tool-command.ts';
import { type ChaosOutcome, chaos } from './chaos-run.ts';
import { DEATHS, OVERTAKEN, SIDE_BY_SIDE, TICKETS, UNREAD } from './fixed-histories.ts';

/** The seed is fixed, so that a failure of `npm run test:slow` is a change's doing. */
const SHORT = { seed: 20261122, histories: 100, maxSteps: 5 };

/** `npm run chaos`: exit code 0 when all went well, 1 when not, 2 for a wrong command line. */
const { minutes, json, short, ...options } = toolCommand(
  'chaos',
  'Random histories of people, machines and faults, each held against a small model; first those in which whoever is at work ' +
    'dies at each of its steps. Prints what it has done, and when one goes wrong the shortest that does.',
)
  .option('--histories <n>', 'how many (default 1000; with --minutes, as many as there is time for)', positive)
  .option('--seed <n>', 'which ones', wholeNumber, Date.now() % 1_000_000)
  .option('--minutes <n>', 'how long, instead of how many', positive)
  .option('--short', 'a hundred short ones, always the same: those of npm run test:slow', false)
  .option('--no-shrink', 'the history that went wrong, not the shortest')
  .option('--json', 'print one JSON object', false)
  .parse()
  .opts<{ histories?: number; seed: number; minutes?: number; short: boolean; shrink: boolean; json: boolean }>();
const seed = short ? SHORT.seed : options.seed;
const histories = options.histories ?? (short ? SHORT.histories : minutes === undefined ? 1_000 : 1_000_000);
const say = (line: string) => (json ? undefined : console.log(line));
say(`seed ${seed}, ${minutes === undefined ? `${histories} histories` : `${minutes} minutes`}`);

const assemblyDir = (await sharedAssembly()) ?? (await ownAssembly());

const startedMs = Date.now();
const seconds = () => Math.round((Date.now() - startedMs) / 1_000);
const said = ({ histories, acts, faults }: Pick<ChaosOutcome, 'histories' | 'acts' | 'faults'>): string => {
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `${histories} histories, ${acts} acts, ${injected} faults in ${seconds()} s`;
};
const outcome = await chaos(assemblyDir, {
  seed,
  histories,
  fixed: short ? [...OVERTAKEN, ...TICKETS] : [...OVERTAKEN, ...UNREAD, ...TICKETS, ...SIDE_BY_SIDE, ...DEATHS],
  ...(short && { maxSteps: SHORT.maxSteps }),
  isFirstEnough: !options.shrink,
  ...(minutes !== undefined && { untilMs: startedMs + minutes * 60_000 }),
  onHistory: (soFar) => soFar.histories % 100 === 0 && say(said(soFar)),
});
const { counterexample } = outcome;
if (json) console.log(JSON.stringify({ seed, seconds: seconds(), ...outcome }));
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

async function ownAssembly(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-chaos-assembly-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const made = join(folder, 'cdk.out');
  await synthesize(made);
  return made;
}
