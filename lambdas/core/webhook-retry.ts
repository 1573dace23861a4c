import type { Delivery, WebhookHealth } from './webhook.ts';

/** When a failed delivery is tried again, when a receiver is left alone, and when either is given up. */

/** The waits between tries, in seconds: 23.7 hours in all. */
export const WAITS_SECONDS = [30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800] as const;

/** A receiver may ask for a longer wait, up to a day. */
const MAX_RETRY_AFTER_SECONDS = 86_400;

/** A failing receiver's deliveries are not all tried one by one. At this age they are given up. */
const MAX_AGE_MS = 86_400_000;

/** A receiver is disabled after so long without a success. */
const DISABLED_AFTER_MS = 5 * 86_400_000;

/** After so many failures in a row, only one delivery at a time is tried, with rests in between. */
export const PROBED_AFTER_FAILURES = 3;
const FIRST_REST_SECONDS = 30;
const MAX_REST_SECONDS = 900;

/** A receiver that takes longer to answer is slow. */
export const SLOW_MS = 2_000;

/** Up to a fifth more or less, so that what failed together is not tried together. */
const jittered = (ms: number, random: () => number): number => Math.round(ms * (0.8 + 0.4 * random()));

/** When a delivery is due after another failed try; undefined if it is given up. */
export function nextDueMs(
  { tries, firstMs }: Pick<Delivery, 'tries' | 'firstMs'>,
  nowMs: number,
  retryAfterSeconds = 0,
  random = Math.random,
): number | undefined {
  const waitSeconds = WAITS_SECONDS[tries];
  if (waitSeconds === undefined || isTooOld({ firstMs }, nowMs)) return undefined;
  return nowMs + Math.max(jittered(waitSeconds * 1_000, random), bounded(retryAfterSeconds) * 1_000);
}

export const isTooOld = ({ firstMs }: Pick<Delivery, 'firstMs'>, nowMs: number): boolean =>
  nowMs - firstMs >= MAX_AGE_MS;

/** A receiver's health after a run in which no try succeeded. */
export function afterFailure(
  health: WebhookHealth,
  nowMs: number,
  { isSlow, retryAfterSeconds = 0 }: { isSlow: boolean; retryAfterSeconds?: number },
  random = Math.random,
): WebhookHealth {
  const failures = health.failures + 1;
  const doubled = FIRST_REST_SECONDS * 2 ** Math.min(failures - PROBED_AFTER_FAILURES, 10);
  const ownRestMs =
    failures < PROBED_AFTER_FAILURES ? 0 : jittered(Math.min(doubled, MAX_REST_SECONDS) * 1_000, random);
  const restMs = Math.max(ownRestMs, bounded(retryAfterSeconds) * 1_000);
  return {
    failures,
    failingSinceMs: health.failingSinceMs ?? nowMs,
    ...(restMs > 0 && { restsUntilMs: nowMs + restMs }),
    isSlow: isSlow || health.isSlow,
  };
}

export const isToBeDisabled = ({ failingSinceMs }: WebhookHealth, nowMs: number): boolean =>
  failingSinceMs !== undefined && nowMs - failingSinceMs >= DISABLED_AFTER_MS;

export const isResting = ({ restsUntilMs = 0 }: WebhookHealth, nowMs: number): boolean => restsUntilMs > nowMs;

/** Whether an event is sent as it comes. Otherwise it waits for the next minute's run. */
export const isServedDirectly = (health: WebhookHealth, nowMs: number): boolean =>
  !health.isSlow && health.failures < PROBED_AFTER_FAILURES && !isResting(health, nowMs);

const bounded = (seconds: number): number => Math.min(Math.max(0, seconds), MAX_RETRY_AFTER_SECONDS);
