import fc from 'fast-check';
import type { User } from '../../lambdas/core/user.ts';
import { chaosUser } from './chaos-user.ts';
import type { FaultKind } from './fault-proxy.ts';
import { type FaultWorld, faultWorld } from './fault-world.ts';
import { type History, historiesOf, USERS } from './history.ts';
import { leftBeforeSweep, wrongsAtEnd } from './history-end.ts';
import { historyRun } from './history-run.ts';
import { empty } from './read-state.ts';
import { type RecordWatch, recordWatch } from './record-watch.ts';
import { testPictures } from './test-pictures.ts';

interface ChaosOptions {
  seed: number;
  histories: number;
  /** They come first, and are counted. */
  fixed: History[];
  /** Of a history; 14 by default. */
  maxSteps?: number;
  /** It ends with the history that is under way then. */
  untilMs?: number;
  /** Ends with the first history that goes wrong, and does not shrink it. */
  isFirstEnough?: boolean;
  onHistory?: (soFar: Omit<ChaosOutcome, 'counterexample'>) => void;
}

const MAX_STEPS = 14;

export interface ChaosOutcome {
  histories: number;
  acts: number;
  /** By kind. */
  faults: Partial<Record<FaultKind, number>>;
  /** The shortest history found to go wrong, and how; absent when all was well. */
  counterexample?: { history: History; words: string };
}

/** A sweep looks at everything that earlier histories left. A new world every so often keeps that little. */
const HISTORIES_A_WORLD = 25;

interface Current {
  world: FaultWorld;
  watch: RecordWatch;
}

const QUEUES = ['Jobs', 'Bulk', 'Intake', 'Sweeps'].flatMap((name) => [`Queue${name}`, `Queue${name}Dead`]);

/** Runs random histories against the stack of an assembly, until one goes wrong. */
export async function chaos(assemblyDir: string, options: ChaosOptions): Promise<ChaosOutcome> {
  const pictures = await testPictures();
  const outcome: ChaosOutcome = { histories: 0, acts: 0, faults: {} };
  const onFault = (kind: FaultKind) => {
    outcome.faults[kind] = (outcome.faults[kind] ?? 0) + 1;
  };
  let current: Current | undefined;
  let used = 0;
  const end = async () => {
    await current?.world.end();
    current = undefined;
  };
  const inWorld = async (): Promise<Current> => {
    if (current !== undefined && used++ < HISTORIES_A_WORLD) return current;
    await end();
    used = 1;
    let watch: RecordWatch | undefined;
    const world = await faultWorld(assemblyDir, {
      onEffect: async (actor, call) => watch?.effect(actor, call),
      onFault,
    });
    watch = recordWatch(world.outside, pictures);
    // Removes S3's test events: an import's own event must come first.
    for (const queue of QUEUES) await empty(world.outside, queue);
    current = { world, watch };
    return current;
  };
  try {
    const one = async (history: History) => {
      const { world, watch } = await inWorld();
      await oneHistory(world, watch, pictures, history);
      outcome.histories++;
      outcome.acts += history.reduce((sum, { meanwhile }) => sum + (meanwhile ? 2 : 1), 0);
      options.onHistory?.(outcome);
    };
    const checked = await fc.check(fc.asyncProperty(historiesOf(options.maxSteps ?? MAX_STEPS), one), {
      seed: options.seed,
      numRuns: options.histories,
      examples: options.fixed.map((history) => [history]),
      endOnFailure: options.isFirstEnough ?? false,
      ...(options.untilMs !== undefined && {
        interruptAfterTimeLimit: Math.max(1, options.untilMs - Date.now()),
        markInterruptAsFailure: false,
      }),
    });
    await end();
    const history = checked.counterexample?.[0];
    const words = checked.errorInstance instanceof Error ? checked.errorInstance.message : '';
    return { ...outcome, ...(history && { counterexample: { history, words } }) };
  } finally {
    await end();
  }
}

async function oneHistory(
  world: FaultWorld,
  watch: RecordWatch,
  pictures: Awaited<ReturnType<typeof testPictures>>,
  history: History,
): Promise<void> {
  world.clearQueueFaults();
  watch.clear();
  const users: User[] = [];
  for (let index = 0; index < USERS; index++) users.push(await chaosUser(world.outside));
  for (const user of users) await watch.begin(user);
  const run = historyRun(world, watch, pictures, users);
  try {
    await run.run(history);
    await run.settle(async () => {
      const left = await leftBeforeSweep(world, watch, run.outcomes);
      if (left.length > 0) throw new Error(left.join('; '));
    });
    const wrongs = await wrongsAtEnd(world, watch, run.outcomes);
    if (wrongs.length > 0) throw new Error(wrongs.join('; '));
  } finally {
    // What is left in the queues after a history that went wrong must not come up in the next one.
    for (const queue of QUEUES) await empty(world.outside, queue);
  }
}
