/**
 * What an event source mapping does when its function is throttled (Lambda's guide, "Handling errors for an SQS event
 * source in Lambda"): it retries the call with growing waits, and "gradually reduces" how many it makes at once. When
 * the messages' visibility timeout is over, it gives up: they are in the queue again, and have used a receive. The
 * guide does not say how long the waits are.
 */
interface ThrottledSource {
  /** How many calls may be made at once, now. */
  places: () => number;
  /**
   * Makes the call until it is not throttled.
   * @param untilMs when its messages are visible again, in milliseconds since 1970
   * @returns undefined when that time has come
   */
  call: <T>(once: () => Promise<T>, isThrottled: (outcome: T) => boolean, untilMs: number) => Promise<T | undefined>;
}

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;

/** @param maxPlaces the mapping's maximum concurrency */
export function throttledSource(maxPlaces: number, isStopping: () => boolean = () => false): ThrottledSource {
  let places = maxPlaces;
  return {
    places: () => places,
    async call(once, isThrottled, untilMs) {
      for (let tries = 0; Date.now() < untilMs && !isStopping(); tries++) {
        const outcome = await once();
        if (!isThrottled(outcome)) {
          places = Math.min(maxPlaces, places + 1);
          return outcome;
        }
        places = Math.max(1, places - 1);
        const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** tries) * (0.5 + Math.random() / 2);
        await new Promise((later) => setTimeout(later, Math.min(waitMs, Math.max(0, untilMs - Date.now()))));
      }
      return undefined;
    },
  };
}
