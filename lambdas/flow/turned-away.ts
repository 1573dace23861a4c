/**
 * Callers whom a limit turned away, and until when. Each process remembers its own. Who comes back too early gets the
 * same answer, at the cost of one read: that of their credential.
 */
export interface TurnedAway<C> {
  note: (key: string, caller: C, untilMs: number) => void;
  find: (key: string, nowMs: number) => { caller: C; untilMs: number } | undefined;
}

/** A bound on memory. Who is not remembered costs a few more reads. */
const MAX_REMEMBERED = 10_000;

export function turnedAway<C>(): TurnedAway<C> {
  const remembered = new Map<string, { caller: C; untilMs: number }>();
  return {
    note(key, caller, untilMs) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(key, { caller, untilMs });
    },
    find(key, nowMs) {
      const found = remembered.get(key);
      if (found === undefined || nowMs < found.untilMs) return found;
      remembered.delete(key);
      return undefined;
    },
  };
}
