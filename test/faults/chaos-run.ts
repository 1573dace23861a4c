import fc from 'fast-check';
import type { User } from '../../lambdas/core/user.ts';
import { chaosUser } from './chaos-user.ts';
import { type FaultWorld, faultWorld } from './fault-world.ts';
import { type History, historiesOf, USERS } from './history.ts';
import { wrongsAtEnd } from './history-end.ts';
import { historyRun } from './history-run.ts';
import { empty } from './look-around.ts';
import { type RecordWatch, recordWatch } from './record-watch.ts';
import { testPictures } from './test-pictures.ts';

export interface ChaosOptions {
  seed: number;
  histories: number;
  /** Of one history; default 14. */
  maxSteps?: number;
  /** Stops after the history that is under way then. */
  untilMs?: number;
  onHistory?: (soFar: Omit<ChaosOutcome, 'counterexample'>) => void;
}

const MAX_STEPS = 14;

export interface ChaosOutcome {
  histories: number;
  acts: number;
  /** By kind. */
  faults: Record<string, number>;
  /** Absent when all was well: the shortest history that was found to go wrong, and how. */
  counterexample?: { history: History; words: string };
}

const QUEUES = ['Jobs', 'Bulk', 'Intake', 'Sweeps'].flatMap((name) => [`Queue${name}`, `Queue${name}Dead`]);

/** Runs random histories against the stack that an assembly declares, until one goes wrong. */
export async function chaos(assemblyDir: string, options: ChaosOptions): Promise<ChaosOutcome> {
  const pictures = await testPictures();
  let watch: RecordWatch | undefined;
  const world = await faultWorld(assemblyDir, async (actor, call) => watch?.effect(actor, call));
  watch = recordWatch(world.outside, pictures);
  const outcome = { histories: 0, acts: 0 };
  try {
    const one = async (history: History) => {
      await oneHistory(world, watch, pictures, history);
      outcome.histories++;
      outcome.acts += history.reduce((sum, { meanwhile }) => sum + (meanwhile ? 2 : 1), 0);
      options.onHistory?.({ ...outcome, faults: faultsOf(world) });
    };
    const checked = await fc.check(fc.asyncProperty(historiesOf(options.maxSteps ?? MAX_STEPS), one), {
      seed: options.seed,
      numRuns: options.histories,
      ...(options.untilMs !== undefined && {
        interruptAfterTimeLimit: Math.max(1, options.untilMs - Date.now()),
        markInterruptAsFailure: false,
      }),
    });
    const history = checked.counterexample?.[0];
    const words = checked.errorInstance instanceof Error ? checked.errorInstance.message : '';
    return { ...outcome, faults: faultsOf(world), ...(history && { counterexample: { history, words } }) };
  } finally {
    await world.end();
  }
}

function faultsOf({ actors }: FaultWorld): Record<string, number> {
  const faults: Record<string, number> = {};
  for (const { proxy } of actors) for (const [kind, count] of proxy.done) faults[kind] = (faults[kind] ?? 0) + count;
  return faults;
}

async function oneHistory(
  world: FaultWorld,
  watch: RecordWatch,
  pictures: Awaited<ReturnType<typeof testPictures>>,
  history: History,
): Promise<void> {
  world.forget();
  watch.clear();
  const users: User[] = [];
  for (let index = 0; index < USERS; index++) users.push(await chaosUser(world.outside));
  for (const user of users) await watch.begin(user);
  const run = historyRun(world, watch, pictures, users);
  try {
    await run.run(history);
    await run.settle();
    const wrongs = await wrongsAtEnd(world, watch, run.told);
    if (wrongs.length > 0) throw new Error(wrongs.join('; '));
  } finally {
    // What a history that went wrong has left in the queues would come up in the next one.
    for (const queue of QUEUES) await empty(world.outside, queue);
  }
}
