import fc from 'fast-check';
import { SWEEP_PARTS } from '../../lambdas/core/sweep-cursor.ts';
import type { Fault } from './fault-proxy.ts';

/** A history: what people and machines do, one after the other, and what goes wrong meanwhile. */

/**
 * `fine`, `wide`: shown. `late-refused`: accepted, then refused by a worker with a lower limit. `broken`: refused at
 * once.
 */
const PICTURES = ['fine', 'wide', 'late-refused', 'broken'] as const;
export type Picture = (typeof PICTURES)[number];

export const USERS = 2;

/** Messages that are not ours, or name what is not there. */
const POISONS = ['no-json', 'no-job', 'no-user', 'no-raw'] as const;
type Poison = (typeof POISONS)[number];

export type QueueName = 'jobs' | 'bulk' | 'intake' | 'sweeps';

export type Act =
  | { do: 'set'; user: number; picture: Picture }
  | { do: 'delete' | 'undo' | 'erase'; user: number }
  /** One of those shown before: the newest, or so many before it. */
  | { do: 'restore'; user: number; back: number }
  /** The sweep of a part, as the schedule begins it, or of everything, as a person does. */
  | { do: 'sweep'; part?: number }
  /** Puts a file for a user into the imports bucket. */
  | { do: 'import'; user: number; batch: number; picture: Picture }
  /**
   * A ticket, by which files come straight to S3; or a file by the user's newest ticket, whose form outlives the user.
   */
  | { do: 'ticket'; user: number }
  | { do: 'send'; user: number; picture: Picture }
  /** One receive from a queue, and the work on what it returns. */
  | { do: 'process'; queue: QueueName }
  | { do: 'poison'; queue: QueueName; what: Poison };

/** One of an act's calls, by what it does: of two made at once, chance decides which is seen first. */
export interface NamedMoment {
  operation: string;
  nth: number;
}

/** What happens to an act's call number `at`, in so many of its tries. The SDK gives up after three. */
export interface PlannedFault {
  at: number | NamedMoment;
  fault: Exclude<Fault, { kind: 'hold' }>;
  tries: number;
}

/**
 * Call number `call` of an act, or number `write` of those that change a record: what was read before it may be old by
 * then.
 */
export type Moment = { call: number } | { write: number };

export interface Step {
  act: Act;
  faults: PlannedFault[];
  /** Of two calls at once, the second waits until the first has had its effect. */
  order?: Order;
  /** Another process does this while a call of the act is under way. */
  meanwhile?: { at: Moment; act: Act; faults: PlannedFault[] };
}

export interface Order {
  first: NamedMoment;
  second: NamedMoment;
}

export type History = Step[];

const named = (operation: string, nth = 0): NamedMoment => ({ operation, nth });
const bothWays = (one: NamedMoment, other: NamedMoment): Order[] => [
  { first: one, second: other },
  { first: other, second: one },
];

/**
 * The writes that run at once, in each order: raw file and number, of an upload and of an import, whose first update is
 * its claim.
 */
export const UPLOAD_ORDERS = bothWays(named('PutObject'), named('UpdateItem'));
export const IMPORT_ORDERS = bothWays(named('PutObject'), named('UpdateItem', 1));
/** After a photo is shown: the event, and the deletion of what fell out of the history. */
export const SHOWN_ORDERS = bothWays(named('Publish'), named('DeleteObjects'));

const ordersOf = (act: Act): Order[] =>
  act.do === 'set' ? UPLOAD_ORDERS : act.do === 'process' && act.queue === 'intake' ? IMPORT_ORDERS : [];

const user = fc.nat(USERS - 1);
const batch = fc.nat(1);
const picture = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Picture>('fine') },
  { weight: 2, arbitrary: fc.constant<Picture>('wide') },
  { weight: 1, arbitrary: fc.constant<Picture>('late-refused') },
  { weight: 1, arbitrary: fc.constant<Picture>('broken') },
);
const queue: fc.Arbitrary<QueueName> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('jobs' as const) },
  { weight: 2, arbitrary: fc.constant('bulk' as const) },
  { weight: 2, arbitrary: fc.constant('intake' as const) },
  { weight: 2, arbitrary: fc.constant('sweeps' as const) },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('process' as const), queue }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('set' as const), user, picture }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), user }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), user }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), user, back: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), user }) },
  {
    weight: 1,
    arbitrary: fc.record(
      { do: fc.constant('sweep' as const), part: fc.nat(SWEEP_PARTS - 1) },
      { requiredKeys: ['do'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('import' as const), user, batch, picture }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ticket' as const), user }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), user, picture }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('poison' as const), queue, what: fc.constantFrom(...POISONS) }) },
);

const fault: fc.Arbitrary<PlannedFault['fault']> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...(['drop-request', 'drop-answer', 'reset-mid-body', 'throttle', 'throughput', 'unavailable'] as const).map(
        (kind) => ({ kind }),
      ),
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom({ kind: 'die-before' as const }, { kind: 'die-after' as const }) },
  { weight: 2, arbitrary: fc.constantFrom(...(['twice', 'late', 'reversed'] as const).map((kind) => ({ kind }))) },
  { weight: 1, arbitrary: fc.constant({ kind: 'delay' as const, delayMs: 5 }) },
);

/** Most acts have fewer than ten calls, the longest some 24. */
const at = fc.oneof({ weight: 3, arbitrary: fc.nat(9) }, { weight: 1, arbitrary: fc.nat(23) });

/** A fault of a queue only matters to the first call, which receives. */
const planned: fc.Arbitrary<PlannedFault> = fc
  .record({ at, fault, tries: fc.constantFrom(1, 3) })
  .map((one) => (['twice', 'late', 'reversed'].includes(one.fault.kind) ? { ...one, at: 0 } : one));
const faults = fc.array(planned, { maxLength: 2 });

const moment: fc.Arbitrary<Moment> = fc.oneof(fc.record({ call: at }), fc.record({ write: fc.nat(1) }));

const step: fc.Arbitrary<Step> = fc
  .record(
    { act, faults, way: fc.nat(1), meanwhile: fc.record({ at: moment, act, faults }) },
    { requiredKeys: ['act', 'faults'] },
  )
  .map(({ way, ...rest }) => {
    const order = way === undefined ? undefined : ordersOf(rest.act)[way];
    return { ...rest, ...(order && { order }) };
  });

/** Histories of up to so many steps. */
export const historiesOf = (maxSteps: number): fc.Arbitrary<History> =>
  fc.array(step, { minLength: Math.min(4, maxSteps), maxLength: maxSteps });
