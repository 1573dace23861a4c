import { availableParallelism } from 'node:os';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { TOO_MANY_REQUESTS } from './account-concurrency.ts';
import { awaitedQueues } from './awaited-queues.ts';
import { type FunctionPool, MAX_ENVIRONMENTS } from './function-pool.ts';
import { traceHeaderOf } from './message-trace.ts';
import { isLoop } from './recursive-loops.ts';
import type { Outcome } from './runtime-api.ts';
import { sqsRecord } from './sqs-record.ts';
import type { Stack } from './stack.ts';
import { throttledSource } from './throttled-source.ts';
import { furthestHeader } from './trace-header.ts';

/** A running event source mapping: a queue that feeds a function. */
interface EventSource {
  /** Receives no more, and waits until the long poll and the messages in flight are done. */
  stop: () => Promise<void>;
}

const mappingSchema = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  /** Lambda's default. */
  BatchSize: z.coerce.number().default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().optional() }).default({}),
  Enabled: z.coerce.boolean().default(true),
  Tags: z.unknown().optional(),
});
type Mapping = z.output<typeof mappingSchema>;

/** Processes for work that people wait for, and for other work. */
interface Pools {
  foreground: FunctionPool[];
  background: FunctionPool[];
}

/**
 * Starts every event source mapping of the template. Those whose queues nobody waits for get processes of a lower
 * priority.
 */
export function startEventSources(
  stack: Stack,
  sqs: SQSClient,
  pools: Pools,
  show: (line: string) => void,
): EventSource[] {
  const queues = stack
    .ofType('AWS::SQS::Queue', z.object({ VisibilityTimeout: z.coerce.number().default(30) }))
    .map(({ logicalId, properties }) => ({
      url: stack.ref(logicalId),
      arn: stack.attribute(logicalId, 'Arn'),
      visibilityMs: properties.VisibilityTimeout * 1_000,
    }));
  const mappings = stack.ofType('AWS::Lambda::EventSourceMapping', mappingSchema);
  const isAwaited = awaitedQueues(stack);
  return mappings.flatMap(({ logicalId, properties }) => {
    const queue = queues.find(({ arn }) => arn === properties.EventSourceArn);
    const pool = pools[isAwaited(properties.EventSourceArn) ? 'foreground' : 'background'].find(
      ({ spec }) => properties.FunctionName === spec.name || properties.FunctionName === spec.arn,
    );
    if (!queue || !pool) throw new Error(`${logicalId}: its queue or its function is not in the template`);
    const isServing = () => pools.foreground.some(({ isBusy }) => isBusy());
    const isBackground = pools.background.includes(pool);
    const turn = isBackground ? () => whenFree(isServing) : async () => undefined;
    const concurrency = Math.min(concurrencyOf(properties), isBackground ? MAX_BACKGROUND : MAX_ENVIRONMENTS);
    return properties.Enabled ? [startEventSource(sqs, queue, pool, properties, { turn, concurrency }, show)] : [];
  });
}

const isThrottled = (outcome: Outcome): boolean => !outcome.ok && outcome.error.errorType === TOO_MANY_REQUESTS;

const concurrencyOf = ({ ScalingConfig }: Mapping): number => ScalingConfig.MaximumConcurrency ?? MAX_ENVIRONMENTS;

/** Half of the cores for each source: the other half is for people. Two is the least that a mapping may have. */
const MAX_BACKGROUND = Math.max(2, Math.floor(availableParallelism() / 2));

/** The longest that background work waits for one message: it must go on, however often people ask. */
const MAX_STEP_BACK_MS = 1_000;

/**
 * Waits while people are served. On AWS an import and an upload share only the services; here they share the processor
 * and the emulators' one thread.
 */
async function whenFree(isServing: () => boolean): Promise<void> {
  const untilMs = Date.now() + MAX_STEP_BACK_MS;
  while (isServing() && Date.now() < untilMs) await new Promise((later) => setTimeout(later, 5));
}

/** SQS's longest wait, which Lambda uses too. Shorter ones keep a laptop at work that nobody uses. */
const WAIT_SECONDS = 20;
/** SQS's limit for one ReceiveMessage. */
const MAX_RECEIVED = 10;

function startEventSource(
  sqs: SQSClient,
  { url: queueUrl, visibilityMs }: { url: string; visibilityMs: number },
  pool: FunctionPool,
  mapping: Mapping,
  { turn, concurrency }: { turn: () => Promise<void>; concurrency: number },
  show: (line: string) => void,
): EventSource {
  const inFlight = new Set<Promise<void>>();
  let stopping = false;
  const throttled = throttledSource(concurrency, () => stopping);

  const poll = async (): Promise<void> => {
    while (!stopping) {
      try {
        await turn();
        const batch = await receiveBatch(sqs, queueUrl, mapping, () => stopping);
        if (batch.length > 0) {
          // The first of them was received at most a batching window ago.
          const untilMs = Date.now() + visibilityMs - mapping.MaximumBatchingWindowInSeconds * 1_000;
          const work: Promise<void> = handle(batch, untilMs).finally(() => inFlight.delete(work));
          inFlight.add(work);
        }
      } catch (error) {
        if (!stopping) show(`polling ${queueUrl} failed: ${(error as Error).message}`);
        await new Promise((later) => setTimeout(later, 500));
      }
      // Receives only when a process may take a message, because the visibility timeout starts then.
      while (inFlight.size >= throttled.places()) await Promise.race(inFlight);
    }
  };
  const handle = async (batch: Message[], untilMs: number): Promise<void> => {
    try {
      const cause = furthestHeader(batch.map(traceHeaderOf), pool.spec.arn);
      // Treated as failed: it comes back after the visibility timeout, until it has used up its receives.
      if (isLoop(cause, pool.spec)) {
        return show(
          `${pool.spec.name} is invoked by its own messages over and over: Lambda would stop it here (${queueUrl})`,
        );
      }
      const records = batch.map((message) => sqsRecord(message, mapping.EventSourceArn));
      const payload = Buffer.from(JSON.stringify({ Records: records }));
      const outcome = await throttled.call(() => pool.invoke(payload, cause), isThrottled, untilMs);
      // Throttled until its messages are visible again: they come back, and have used a receive.
      if (outcome === undefined) return;
      // A failed message is left alone: it comes back after the visibility timeout, and its receive count leads it to
      // the dead-letter queue.
      if (!outcome.ok) return;
      const failedIds = mapping.FunctionResponseTypes.includes('ReportBatchItemFailures')
        ? failedOf(outcome.payload, batch)
        : new Set<string>();
      await deleteAll(
        sqs,
        queueUrl,
        batch.filter(({ MessageId }) => !failedIds.has(MessageId ?? '')),
      );
    } catch (error) {
      show(`a batch of ${queueUrl} failed: ${(error as Error).message}`);
    }
  };

  const polling = poll();
  return {
    async stop() {
      stopping = true;
      await polling;
      await Promise.all(inFlight);
    },
  };
}

/** At least one message, or none after a while; more by the batch size and the batching window. */
async function receiveBatch(
  sqs: SQSClient,
  queueUrl: string,
  mapping: Mapping,
  isStopping: () => boolean,
): Promise<Message[]> {
  const receive = async (count: number, waitSeconds: number): Promise<Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(count, MAX_RECEIVED),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  };
  const batch = await receive(mapping.BatchSize, WAIT_SECONDS);
  const deadline = Date.now() + mapping.MaximumBatchingWindowInSeconds * 1_000;
  while (batch.length > 0 && batch.length < mapping.BatchSize && Date.now() < deadline && !isStopping()) {
    const leftSeconds = Math.ceil((deadline - Date.now()) / 1_000);
    batch.push(...(await receive(mapping.BatchSize - batch.length, Math.min(WAIT_SECONDS, leftSeconds))));
  }
  return batch;
}

const reportSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * The messages that the function reports as failed. Lambda takes an answer that it cannot read, or that names a message
 * outside the batch, for a failure of the whole batch.
 */
function failedOf(payload: Buffer, batch: Message[]): Set<string> {
  const ids = new Set(batch.map(({ MessageId }) => MessageId ?? ''));
  const report = reportSchema.safeParse(JSON.parse(payload.toString('utf8')));
  if (!report.success) return ids;
  const failed = (report.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => ids.has(id)) ? new Set(failed) : ids;
}

async function deleteAll(sqs: SQSClient, queueUrl: string, messages: Message[]): Promise<void> {
  for (let from = 0; from < messages.length; from += MAX_RECEIVED) {
    const Entries = messages
      .slice(from, from + MAX_RECEIVED)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}
