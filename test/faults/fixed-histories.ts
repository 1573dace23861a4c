import {
  type Act,
  type History,
  IMPORT_ORDERS,
  type Order,
  SHOWN_ORDERS,
  type Step,
  UPLOAD_ORDERS,
} from './history.ts';

/** Histories that chance would come upon too seldom. */

const calm = (act: Act): Step => ({ act, faults: [] });
const set = calm({ do: 'set', user: 0, picture: 'fine' });
const work = calm({ do: 'process', queue: 'jobs' });
const during = (act: Act, meanwhile: Act): Step => ({
  act,
  faults: [],
  meanwhile: { at: { write: 0 }, act: meanwhile, faults: [] },
});

/** Another change between what a worker has read and what it writes. */
export const OVERTAKEN: History[] = [
  [set, set, work, during({ do: 'process', queue: 'jobs' }, { do: 'delete', user: 0 })],
  [set, set, set, work, during({ do: 'process', queue: 'jobs' }, { do: 'process', queue: 'jobs' })],
  [set, work, set, work, set, during({ do: 'process', queue: 'jobs' }, { do: 'undo', user: 0 })],
  [set, work, set, work, set, during({ do: 'process', queue: 'jobs' }, { do: 'restore', user: 0, back: 0 })],
  [set, work, set, work, set, during({ do: 'restore', user: 0, back: 0 }, { do: 'process', queue: 'jobs' })],
  [set, during({ do: 'process', queue: 'jobs' }, { do: 'erase', user: 0 })],
  // No number is given out any more, and the raw file is stored already, or just being.
  ...[undefined, ...UPLOAD_ORDERS].map(
    (order): History => [set, work, { ...during(set.act, { do: 'erase', user: 0 }), ...(order && { order }) }],
  ),
];

const worked = (times: number): Step[] => Array.from({ length: times }, () => [set, work]).flat();
const file = calm({ do: 'import', user: 0, batch: 0, picture: 'fine' });

/** Two writes that run at once: each order of their effects, and whoever is at work dies, or loses the answer, at either. */
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

/** The worker reads record and raw file at once: either may fail at every try, and it is no answer. */
export const UNREAD: History[] = ['GetItem', 'GetObject'].map((operation) => [
  set,
  { act: work.act, faults: [{ at: { operation, nth: 0 }, fault: { kind: 'unavailable' }, tries: 3 }] },
]);

/** What each act is killed in, and how many calls it makes at most. */
const MORTALS: [calls: number, before: Step[], act: Act][] = [
  [4, [], { do: 'set', user: 0, picture: 'fine' }],
  // Receive, record, raw file, pictures, record, event, row, what was evicted, record, and the delete of the message.
  [13, [...worked(6), set], { do: 'process', queue: 'jobs' }],
  [10, [set, work, set, work], { do: 'delete', user: 0 }],
  [10, [set, work, set, work], { do: 'undo', user: 0 }],
  [6, [set, work, set, work, set, work], { do: 'restore', user: 0, back: 1 }],
  [15, [file], { do: 'process', queue: 'intake' }],
  [2, [set, work], { do: 'erase', user: 0 }],
  [20, [set, work, calm({ do: 'erase', user: 0 })], { do: 'process', queue: 'sweeps' }],
  [
    26,
    [set, work, calm({ do: 'erase', user: 0 }), calm({ do: 'process', queue: 'sweeps' })],
    { do: 'process', queue: 'sweeps' },
  ],
];

/** Whoever is at work dies at each step of docs/architecture.md, once before it has its effect and once after it. */
export const DEATHS: History[] = MORTALS.flatMap(([calls, before, act]) =>
  Array.from({ length: calls }, (_, at) => at).flatMap((at) =>
    (['die-before', 'die-after'] as const).map(
      (kind): History => [...before, { act, faults: [{ at, fault: { kind }, tries: 1 }] }],
    ),
  ),
);
