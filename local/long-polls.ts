/** fauxqs's own class of a queue, which the package does not export. */
interface Queue {
  waitForMessages: (waitSeconds: number) => Promise<void>;
  /** Ends the waits. Each takes what is there by then, as when its time is over. */
  cancelWaiters: () => void;
  pollTimer?: NodeJS.Timeout;
  startPollTimerIfNeeded: () => void;
  /** Shows messages whose delay or visibility timeout is over. */
  processTimers: () => void;
}

/** While somebody waits. SQS counts delays and timeouts in seconds; fauxqs looks fifty times a second. */
const CHECK_MS = 100;

/**
 * Watches who waits for messages in fauxqs's queues, in this process. A poll that its client cuts off would go on
 * there, take the next message and hide it, so a stop would have to wait until all are over.
 * @returns ends all long polls; from then on none waits
 */
export async function watchLongPolls(): Promise<() => void> {
  const { SqsQueue } = await import(new URL('sqs/sqsStore.js', import.meta.resolve('fauxqs')).href);
  const theirs: Queue = SqsQueue.prototype;
  const { waitForMessages } = theirs;
  const polled = new Set<Queue>();
  let ended = false;
  theirs.waitForMessages = async function (waitSeconds) {
    if (ended) return;
    polled.add(this);
    await waitForMessages.call(this, waitSeconds);
  };
  theirs.startPollTimerIfNeeded = function () {
    this.pollTimer ??= setInterval(() => this.processTimers(), CHECK_MS);
  };
  return () => {
    ended = true;
    for (const queue of polled) queue.cancelWaiters();
  };
}
