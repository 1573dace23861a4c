/**
 * Callers that a limit turned away, until the time that they were told. Remembered by this process alone: whoever asks again before then is
 * told the same for the price of one read, that of their credential, and takes nothing from anybody.
 */
export interface TurnedAway<C> {
  note: (key: string, caller: C, untilMs: number) => void;
  find: (key: string, nowMs: number) => { caller: C; untilMs: number } | undefined;
}

/** Callers that a process remembers; more would only cost more reads. */
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
