import {
  type Act,
  type History,
  IMPORT_ORDERS,
  type Order,
  type Picture,
  SHOWN_ORDERS,
  type Step,
  UPLOAD_ORDERS,
} from './history.ts';

/** Histories that chance would find too seldom. */

const calm = (act: Act): Step => ({ act, faults: [] });
const set = calm({ do: 'set', user: 0, picture: 'fine' });
const work = calm({ do: 'process', queue: 'jobs' });
const during = (act: Act, meanwhile: Act): Step => ({
  act,
  faults: [],
  meanwhile: { at: { write: 0 }, act: meanwhile, faults: [] },
});

/** Another change between what a worker reads and what it writes. */
export const OVERTAKEN: History[] = [
  [set, set, work, during({ do: 'process', queue: 'jobs' }, { do: 'delete', user: 0 })],
  [set, set, set, work, during({ do: 'process', queue: 'jobs' }, { do: 'process', queue: 'jobs' })],
  [set, work, set, work, set, during({ do: 'process', queue: 'jobs' }, { do: 'undo', user: 0 })],
  [set, work, set, work, set, during({ do: 'process', queue: 'jobs' }, { do: 'restore', user: 0, back: 0 })],
  [set, work, set, work, set, during({ do: 'restore', user: 0, back: 0 }, { do: 'process', queue: 'jobs' })],
  [set, during({ do: 'process', queue: 'jobs' }, { do: 'erase', user: 0 })],
  // No more numbers are given out, and the raw file is stored, or about to be.
  ...[undefined, ...UPLOAD_ORDERS].map(
    (order): History => [set, work, { ...during(set.act, { do: 'erase', user: 0 }), ...(order && { order }) }],
  ),
];

const worked = (times: number): Step[] => Array.from({ length: times }, () => [set, work]).flat();
const file = calm({ do: 'import', user: 0, batch: 0, picture: 'fine' });

/** Two writes at once: each order of their effects, and whoever is at work dies, or loses the answer, at either. */
export const SIDE_BY_SIDE: History[] = (
  [
    [UPLOAD_ORDERS, [set, work], set.act],
    [IMPORT_ORDERS, [file], { do: 'process', queue: 'intake' }],
    [SHOWN_ORDERS, [...worked(6), set], work.act],
  ] satisfies [Order[], Step[], Act][]
).flatMap(([orders, before, act]) =>
  orders.flatMap((order): History[] => [
    [...before, { act, order, faults: [] }],
    ...[order.first, order.second].flatMap((at) =>
      (['die-before', 'die-after', 'drop-answer', 'drop-request'] as const).map(
        (kind): History => [...before, { act, order, faults: [{ at, fault: { kind }, tries: 3 }] }],
      ),
    ),
  ]),
);

/** The worker reads record and raw file at once. Either may fail at every try; that is no answer. */
export const UNREAD: History[] = ['GetItem', 'GetObject'].map((operation) => [
  set,
  { act: work.act, faults: [{ at: { operation, nth: 0 }, fault: { kind: 'unavailable' }, tries: 3 }] },
]);

const ticket = calm({ do: 'ticket', user: 0 });
const sent = (picture: Picture): Step => calm({ do: 'send', user: 0, picture });
const intake = calm({ do: 'process', queue: 'intake' });
const sweeps = calm({ do: 'process', queue: 'sweeps' });
const erase = calm({ do: 'erase', user: 0 });
const CALLS_OF_INTAKE = 11;
const eachCall = (history: (call: number) => History): History[] =>
  Array.from({ length: CALLS_OF_INTAKE }, (_, call) => history(call));

/** Files by ticket: S3 tells late, twice and out of order, and people send more than one. */
export const TICKETS: History[] = [
  // Lost: it never comes.
  [ticket, set, work],
  [ticket, sent('broken'), intake],
  // The second takes the first one's place before that is read, or comes after.
  [ticket, sent('fine'), sent('wide'), intake, intake, work],
  [ticket, sent('fine'), intake, sent('wide'), intake, work, work],
  [ticket, sent('broken'), intake, sent('fine'), intake, work],
  // Told twice, late, or of two in the wrong order.
  ...(['twice', 'late', 'reversed'] as const).map(
    (kind): History => [
      ticket,
      sent('fine'),
      ticket,
      sent('wide'),
      { act: intake.act, faults: [{ at: 0, fault: { kind }, tries: 1 }] },
      intake,
      intake,
      work,
    ],
  ),
  // Somebody who is erased meanwhile has a form left, and may never use it.
  [ticket, erase, sweeps, sweeps],
  [ticket, sent('fine'), erase, intake, sweeps, sweeps],
  [ticket, erase, sweeps, sweeps, sent('fine'), intake],
  [ticket, sent('fine'), during(intake.act, erase.act), sweeps, sweeps],
  ...eachCall((call) => [ticket, sent('fine'), { ...intake, meanwhile: { at: { call }, act: erase.act, faults: [] } }]),
  // Two workers take in the same file; another file comes while the first is taken in; and a worker dies, before or
  // after that.
  ...eachCall((call) => [
    ticket,
    sent('fine'),
    { ...intake, meanwhile: { at: { call }, act: intake.act, faults: [] } },
  ]),
  ...eachCall((call) => [
    ticket,
    sent('fine'),
    { ...intake, meanwhile: { at: { call }, act: sent('wide').act, faults: [] } },
    intake,
    work,
  ]),
  ...eachCall((at) => [
    ticket,
    sent('fine'),
    { act: intake.act, faults: [{ at, fault: { kind: 'die-after' }, tries: 1 }] },
    sent('wide'),
    intake,
    work,
  ]),
];

/** Each act in which a worker is killed, and the most calls it makes. */
const MORTALS: [calls: number, before: Step[], act: Act][] = [
  [4, [], { do: 'set', user: 0, picture: 'fine' }],
  // Receive, record, raw file, pictures, record, event, row, evicted pictures, record, delete of the message.
  [13, [...worked(6), set], { do: 'process', queue: 'jobs' }],
  [10, [set, work, set, work], { do: 'delete', user: 0 }],
  [10, [set, work, set, work], { do: 'undo', user: 0 }],
  [6, [set, work, set, work, set, work], { do: 'restore', user: 0, back: 1 }],
  [15, [file], { do: 'process', queue: 'intake' }],
  [CALLS_OF_INTAKE, [ticket, sent('fine')], { do: 'process', queue: 'intake' }],
  [CALLS_OF_INTAKE, [ticket, sent('broken')], { do: 'process', queue: 'intake' }],
  [2, [set, work], { do: 'erase', user: 0 }],
  [20, [set, work, calm({ do: 'erase', user: 0 })], { do: 'process', queue: 'sweeps' }],
  [
    26,
    [set, work, calm({ do: 'erase', user: 0 }), calm({ do: 'process', queue: 'sweeps' })],
    { do: 'process', queue: 'sweeps' },
  ],
];

/** A worker dies at each step of docs/architecture.md, once before the step's effect and once after it. */
export const DEATHS: History[] = MORTALS.flatMap(([calls, before, act]) =>
  Array.from({ length: calls }, (_, at) => at).flatMap((at) =>
    (['die-before', 'die-after'] as const).map(
      (kind): History => [...before, { act, faults: [{ at, fault: { kind }, tries: 1 }] }],
    ),
  ),
);
