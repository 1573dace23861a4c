import { setTimeout as sleep } from 'node:timers/promises';
import { seededFaults } from '../faults/seeded-faults.ts';
import { positive, toolCommand, wholeNumber } from '../tool-command.ts';
import { asSlack, call } from './api-calls.ts';
import { avatarFlood, FLOOD_SAYS } from './avatar-flood.ts';
import { BURST_SAYS, burstLoad, ROUNDS } from './burst.ts';
import { loadPictures } from './load-pictures.ts';
import { summary, words } from './load-report.ts';
import { loadUsers } from './load-users.ts';
import { loadedService } from './loaded-service.ts';
import { watchMemory } from './process-memory.ts';
import { ACTS_PER_SECOND, drive, emptyTally, type Tally, type Traffic } from './traffic.ts';

/** How an acknowledged upload may end: shown, or overtaken by a later change of the same user. */
const WELL = ['published', 'superseded'];
const USERS = 40;
const FAULT_SHARE = 0.01;
const SETTLE_MS = 60_000;
const PROGRESS_MS = 5_000;

/**
 * `npm run load`: exit code 0 when nothing was lost and every answer was right, 1 when not, 2 for a wrong command line.
 */
const { seed, minutes, json, burst, flood, before, rounds, accountConcurrency } = toolCommand(
  'load',
  `Mixed traffic of both dialects against a laptop run of its own, on this machine only: ${ACTS_PER_SECOND} acts a second, 5 % bad input, and ` +
    '1 % of the calls between the functions and their services fail. Every answer is checked, and every upload that was ' +
    'acknowledged must be shown in the end, or be overtaken by a later one.',
)
  .option('--minutes <n>', 'how long; parts are allowed', positive, 5)
  .option('--seed <n>', 'what is done and what fails', wholeNumber, 1)
  .option('--json', 'print one JSON object', false)
  .option('--burst', `instead: ${BURST_SAYS}`, false)
  .option('--flood', `instead: ${FLOOD_SAYS}`, false)
  .option(
    '--accountConcurrency <n>',
    'with --burst and --flood: places of the account, and the setting',
    wholeNumber,
    10,
  )
  .option(
    '--before',
    'with --burst: without throttles, with the maxima, receives and waits of before there were any',
    false,
  )
  .option('--rounds <n>', 'with --burst', wholeNumber, ROUNDS)
  .parse()
  .opts<{
    seed: number;
    minutes: number;
    json: boolean;
    burst: boolean;
    flood: boolean;
    before: boolean;
    rounds: number;
    accountConcurrency: number;
  }>();
if (flood) process.exit((await avatarFlood(accountConcurrency, json)) ? 0 : 1);
if (burst) process.exit((await burstLoad({ accountConcurrency, before, rounds, json })) ? 0 : 1);
const milliseconds = minutes * 60_000;
const say = (line: string) => console.error(line);

say('load: starting a laptop run');
const service = await loadedService();
process.once('SIGINT', () => void service.end().finally(() => process.exit(130)));
let isWell = false;
try {
  const traffic: Traffic = {
    base: service.running.url,
    users: await loadUsers(service.running, USERS),
    pictures: await loadPictures(),
    tally: emptyTally(),
  };
  const { tally } = traffic;
  // Starts anew each minute, so that the proxy need not remember every call. Another minute has other faults.
  let minute = 0;
  let calls = 0;
  const faultsOfNextMinute = () => {
    const decide = seededFaults(seed + minute++, FAULT_SHARE);
    service.faults.begin((call) => {
      calls++;
      return decide(call);
    });
  };
  faultsOfNextMinute();
  const faulting = setInterval(faultsOfNextMinute, 60_000);
  const memory = watchMemory(service.pid, service.memoryDir);
  const startMs = Date.now();
  const progress = setInterval(() => say(progressLine(tally, Date.now() - startMs)), PROGRESS_MS);
  await drive(traffic, seed, milliseconds);
  clearInterval(progress);
  const grown = memory.stop(Math.min(60_000, milliseconds / 4));
  say('load: looking what became of every upload');
  const states = await finalStates(traffic);
  clearInterval(faulting);
  service.faults.begin();
  const lost = [...states].flatMap(([uploadId, state]) => (WELL.includes(state) ? [] : [`${uploadId} is ${state}`]));
  const said = summary({
    seed,
    minutes,
    tally,
    lost,
    states: counted([...states.values()]),
    calls,
    faults: service.faultsDone,
    memory: grown,
  });
  if (json) console.log(JSON.stringify(said));
  else for (const line of words(said)) console.log(line);
  isWell = lost.length === 0 && tally.wrong.length === 0;
} finally {
  await service.end();
}
process.exit(isWell ? 0 : 1);

function progressLine({ acts, acknowledged, wrong, faultsLogged }: Tally, passedMs: number): string {
  const seconds = (ms: number) => Math.round(ms / 1_000);
  return `load: ${seconds(passedMs)} s of ${seconds(milliseconds)}, ${acts} acts, ${acknowledged.length} uploads acknowledged, ${faultsLogged} faults told, ${wrong.length} wrong`;
}

/** The state of each acknowledged upload, once nothing is under way any more or the time is over. */
async function finalStates({ base, tally }: Traffic): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  const untilMs = Date.now() + SETTLE_MS;
  let open = tally.acknowledged;
  while (open.length > 0) {
    for (const { user, uploadId } of open) {
      const said = await call(base, asSlack(user, { path: `/v1/uploads/${uploadId}` }));
      states.set(uploadId, String(said.body.state ?? `${said.status}, and no upload`));
    }
    open = open.filter(({ uploadId }) => !WELL.includes(states.get(uploadId) ?? ''));
    if (Date.now() > untilMs) break;
    await sleep(500);
  }
  return states;
}

function counted(names: string[]): Record<string, number> {
  return Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]));
}
