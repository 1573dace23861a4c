import { jpeg, photoLike } from '../test/pictures.ts';
import { tracedWorld, waterfall } from './call-trace.ts';
import { type Passage, pass, WAYS } from './critical-ways.ts';
import { median, type Table } from './table.ts';

/** How much longer each call takes: AWS's own calls take 5 to 30 ms, the emulators' 2. */
const DELAY_MS = Number(process.env.HEADSHOT_BENCH_DELAY_MS ?? 25);
const ROUNDS = 15;
/** The first way is repeated until the functions run compiled code. */
const WARM_UPS = [20, 3];

/** The ways through each API, call by call, and their times when each call takes some 25 ms longer. */
export async function criticalPath(): Promise<Table> {
  const world = await tracedWorld(DELAY_MS);
  try {
    // A bucket that something was taken from a moment ago, as a team's is in a crowd, and that is never empty.
    const teamId = await world.newTeam();
    const rate = { perMinute: 20, burst: 10_000 };
    await world.stores.teams.setLimits(teamId, { tier2: rate, tier4: rate });
    const user = await world.newUser(teamId);
    const photo = await jpeg({ picture: photoLike(800, 600, 1) });
    const rows: Table['rows'] = [];
    const goals: Table['goals'] = [];
    for (const way of WAYS) {
      const passages: Passage[] = [];
      const warmUps = WARM_UPS[way === WAYS[0] ? 0 : 1] ?? 0;
      for (let round = -warmUps; round < ROUNDS; round++) {
        const passage = await pass(world, way, user, photo);
        if (round >= 0) passages.push(passage);
      }
      const [last] = passages.slice(-1);
      if (last === undefined) continue;
      console.log(`\n${way.name}\n\nstart   ms  function  call`);
      for (const line of waterfall(last.calls, last.startMs)) console.log(line);
      const answered = Math.round(median(passages.map(({ answeredMs }) => answeredMs)));
      const shown = Math.round(median(passages.flatMap(({ shownMs }) => shownMs ?? [])));
      // Of an import or a ticket's file, nobody gets an answer.
      const isAnswer = !/^an import|^a ticket/.test(way.name);
      rows.push([
        way.name,
        last.answerSteps,
        last.answerSteps * DELAY_MS,
        isAnswer ? answered : '',
        last.shownSteps ?? '',
        last.shownSteps === undefined ? '' : (last.answerSteps + last.shownSteps) * DELAY_MS,
        last.shownSteps === undefined ? '' : shown,
      ]);
      const steps = { measured: last.answerSteps, atMost: way.goals.answerSteps, unit: 'steps' };
      goals.push({ what: `${way.name}: until the ${isAnswer ? 'answer' : 'job'}`, ...steps });
      if (way.goals.shownSteps !== undefined) {
        const worker = { measured: last.shownSteps ?? Number.NaN, atMost: way.goals.shownSteps, unit: 'steps' };
        goals.push({ what: `${way.name}: of the worker until it is shown`, ...worker });
      }
      if (way === WAYS[0] && DELAY_MS === 25) {
        goals.push({ what: `${way.name}: request → answer, p50`, measured: answered, atMost: 200, unit: 'ms' });
        goals.push({ what: `${way.name}: request → shown, p50`, measured: shown, atMost: 370, unit: 'ms' });
      }
    }
    return {
      name: 'critical-path',
      title: `Warm, a JPEG of 800×600, ${ROUNDS} times; each call of AWS takes ${DELAY_MS} ms longer. Steps, and milliseconds at p50`,
      columns: ['', 'steps', '× delay', 'request → answer', "worker's steps", 'all × delay', 'request → shown'],
      rows,
      goals,
    };
  } finally {
    await world.end();
  }
}
