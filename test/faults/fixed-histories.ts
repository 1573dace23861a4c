import type { Act, History, Step } from './history.ts';

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
];

/** What each act is killed in, and how many calls it makes at most. */
const MORTALS: [calls: number, before: Step[], act: Act][] = [
  [4, [], { do: 'set', user: 0, picture: 'fine' }],
  // Receive, record, raw file, pictures, record twice, event, row, what was evicted, and the delete of the message.
  [14, [...Array.from({ length: 6 }, () => [set, work]).flat(), set], { do: 'process', queue: 'jobs' }],
  [10, [set, work, set, work], { do: 'delete', user: 0 }],
  [10, [set, work, set, work], { do: 'undo', user: 0 }],
  [6, [set, work, set, work, set, work], { do: 'restore', user: 0, back: 1 }],
  [9, [calm({ do: 'import', user: 0, batch: 0, picture: 'fine' })], { do: 'process', queue: 'intake' }],
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
