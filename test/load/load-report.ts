import { cpus } from 'node:os';
import { quantile } from '../../bench/table.ts';
import type { Growth, ProcessMemory } from './process-memory.ts';
import { ACTS_PER_SECOND, type Tally } from './traffic.ts';

interface LoadOutcome {
  seed: number;
  minutes: number;
  tally: Tally;
  /** Ids, with their states, of acknowledged uploads that neither became a photo nor were overtaken by one. */
  lost: string[];
  states: Record<string, number>;
  /** From the functions to their services; each try of the SDK counts. */
  calls: number;
  /** Faults that the proxy made, by kind. */
  faults: Record<string, number>;
  memory: ProcessMemory[];
}

/** The outcome as one JSON object. Figures are milliseconds and megabytes. */
export function summary({ seed, minutes, tally, lost, states, calls, faults, memory }: LoadOutcome) {
  const { acknowledged, answerMs, availableMs, wrong, ...counts } = tally;
  return {
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${process.platform} ${process.arch}`,
    seed,
    minutes,
    acts_per_second: ACTS_PER_SECOND,
    acts: counts.acts,
    requests: counts.requests,
    bad_inputs: counts.badInputs,
    calls,
    faults_done: faults,
    faults_logged: counts.faultsLogged,
    acknowledged: acknowledged.length,
    states,
    lost,
    wrong,
    answer_ms: mapped(answerMs, figures),
    available_ms: mapped(availableMs, figures),
    memory: memory.map(({ name, pid, resident, live }) => ({
      name,
      pid,
      resident: rounded(resident),
      live: live && rounded(live),
    })),
  };
}

type Summary = ReturnType<typeof summary>;

/** The same for people. */
export function words(said: Summary): string[] {
  const done = Object.entries(said.faults_done);
  const total = done.reduce((sum, [, count]) => sum + count, 0);
  const table = (rows: Record<string, Figures>) =>
    Object.entries(rows).map(([what, { count, p50, p95, p99, max }]) =>
      [what.padEnd(18), ...[count, p50, p95, p99, max].map((figure) => String(figure).padStart(8))].join(''),
    );
  const heading = (what: string) =>
    [what.padEnd(18), ...['n', 'p50', 'p95', 'p99', 'max'].map((one) => one.padStart(8))].join('');
  return [
    `${said.machine}; seed ${said.seed}, ${said.minutes} minutes, ${said.acts_per_second} acts a second`,
    `${said.acts} acts, ${said.requests} requests, ${said.bad_inputs} bad inputs`,
    `${total} faults in ${said.calls} calls between the functions and their services (${done.map(([kind, count]) => `${kind} ${count}`).join(', ')}); ${said.faults_logged} were told to a caller, who asked again`,
    `${said.acknowledged} uploads acknowledged: ${Object.entries(said.states)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}`,
    '',
    heading('answer, ms'),
    ...table(said.answer_ms),
    '',
    heading('answer → shown'),
    ...table(said.available_ms),
    '',
    ['MB'.padEnd(32), ...MEMORY_COLUMNS.map((one) => one.padStart(10))].join(''),
    ...said.memory.map(({ name, pid, resident, live }) =>
      [
        `${name} ${pid}`.padEnd(32),
        ...[...liveCells(live), ...residentCells(resident)].map((one) => String(one).padStart(10)),
      ].join(''),
    ),
    '',
    `${said.lost.length} lost, ${said.wrong.length} wrong`,
    ...said.lost.map((one) => `LOST ${one}`),
    ...said.wrong.map((one) => `WRONG ${one}`),
  ];
}

const MEMORY_COLUMNS = ['live', 'last', 'a minute', 'resident', 'last', 'peak', 'a minute'];
const liveCells = (growth: Rounded | undefined): (number | string)[] =>
  growth ? [growth.first_mb, growth.last_mb, growth.slope_mb_per_minute] : ['-', '-', '-'];
const residentCells = ({ first_mb, last_mb, max_mb, slope_mb_per_minute }: Rounded): number[] => [
  first_mb,
  last_mb,
  max_mb,
  slope_mb_per_minute,
];

const tenths = (figure: number): number => Math.round(figure * 10) / 10;
const rounded = ({ firstMb, lastMb, maxMb, slopeMbPerMinute }: Growth) => ({
  first_mb: tenths(firstMb),
  last_mb: tenths(lastMb),
  max_mb: tenths(maxMb),
  slope_mb_per_minute: tenths(slopeMbPerMinute),
});
type Rounded = ReturnType<typeof rounded>;

const figures = (durationsMs: number[]) => ({
  count: durationsMs.length,
  p50: Math.round(quantile(durationsMs, 0.5)),
  p95: Math.round(quantile(durationsMs, 0.95)),
  p99: Math.round(quantile(durationsMs, 0.99)),
  max: Math.round(quantile(durationsMs, 1)),
});
type Figures = ReturnType<typeof figures>;

const mapped = <A, B>(record: Record<string, A>, to: (one: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, one]) => [name, to(one)]));
