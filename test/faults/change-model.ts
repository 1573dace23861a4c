/**
 * What a record must show, told once more and as briefly as can be. Changes are shown in the order of their numbers.
 * Each makes the next state from the one before.
 */
export interface Shown {
  /** Versions. */
  photo?: string;
  history: string[];
}

export type Change =
  | { kind: 'set'; version: string }
  | { kind: 'restore'; version: string }
  | { kind: 'delete' | 'undo' };

/** A replaced photo's URL works while it is among the last five. Clients of Slack and Twitter rely on it. */
const KEPT = 5;

export function next({ photo, history }: Shown, change: Change): Shown {
  const before = photo === undefined ? history : [photo, ...history];
  switch (change.kind) {
    case 'set':
      return { photo: change.version, history: before.slice(0, KEPT) };
    case 'restore':
      return { photo: change.version, history: before.filter((version) => version !== change.version) };
    case 'undo':
      return { ...(history[0] !== undefined && { photo: history[0] }), history: history.slice(1) };
    case 'delete':
      return { history: [] };
  }
}
