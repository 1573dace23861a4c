import { quantile } from '../../bench/table.ts';

/** One person's upload. Times are milliseconds since the round began. */
export interface Try {
  acknowledgedMs?: number;
  uploadId?: string;
  /** When the acknowledged request was sent. */
  beganMs: number;
  turnedAway: number;
  /** Answers that are neither an acknowledgement nor "try again", in words. */
  wrong: string[];
  shownAfterMs?: number;
  /** Milliseconds since 1970. */
  acknowledgedAt?: number;
}

/** What happened in a round of people who upload at once. */
export function figures(round: Try[]) {
  const done = round.filter(({ uploadId }) => uploadId !== undefined);
  const times = done.map(({ acknowledgedMs = 0 }) => acknowledgedMs);
  const took = done.map(({ acknowledgedMs = 0, beganMs }) => acknowledgedMs - beganMs);
  const seen = done.flatMap(({ shownAfterMs }) => (shownAfterMs === undefined ? [] : [shownAfterMs]));
  return {
    acknowledged: done.length,
    first_second: times.filter((ms) => ms <= 1_000).length,
    p50_ms: quantileOf(times, 0.5),
    last_ms: quantileOf(times, 1),
    request_p50_ms: quantileOf(took, 0.5),
    turned_away: round.reduce((sum, one) => sum + one.turnedAway, 0),
    wrong: round.reduce((sum, one) => sum + one.wrong.length, 0),
    wrong_example: round.flatMap(({ wrong }) => wrong)[0],
    shown_p50_ms: quantileOf(seen, 0.5),
    shown_max_ms: quantileOf(seen, 1),
    unseen: done.length - seen.length,
  };
}

export type BurstFigures = ReturnType<typeof figures>;
const quantileOf = (list: number[], part: number): number => (list.length === 0 ? 0 : Math.round(quantile(list, part)));
