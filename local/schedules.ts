import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Stack } from './stack.ts';

/** Schedules of the template that are running. */
interface Schedules {
  stop: () => void;
}

const ruleSchema = z.object({
  ScheduleExpression: z.string().regex(/^rate\(\d+ (minute|hour|day)s?\)$/, {
    error: 'a laptop keeps schedules of the form rate(1 day) only',
  }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(z.object({ Arn: z.string(), Input: z.string() })).default([]),
});

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * EventBridge's schedules, as the template declares them: each sends its input to its queues, at its rate, first one
 * period after the first start, as after a deployment. `stateFile` remembers when each was last due, so that a laptop
 * that is off at night still does its daily work.
 */
export function startSchedules(
  stack: Stack,
  sqs: SQSClient,
  stateFile: string,
  show: (line: string) => void,
): Schedules {
  const lastMs = readState(stateFile);
  const timers = new Map<string, NodeJS.Timeout>();

  for (const { id, everyMs, targets } of rulesOf(stack)) {
    lastMs[id] ??= Date.now();
    const wait = () => {
      const dueMs = (lastMs[id] ?? Date.now()) + everyMs;
      // A timer takes at most 24 days, and does not count while a laptop sleeps: so it checks often.
      const later = setTimeout(check, Math.min(Math.max(0, dueMs - Date.now()), CHECK_MS));
      timers.set(id, later.unref());
    };
    const check = () => {
      if (Date.now() >= (lastMs[id] ?? 0) + everyMs) {
        lastMs[id] = Date.now();
        writeFileSync(stateFile, JSON.stringify(lastMs));
        fire();
      }
      wait();
    };
    const fire = () => {
      for (const { url, input } of targets) {
        sqs
          .send(new SendMessageCommand({ QueueUrl: url, MessageBody: input }))
          .catch((error: Error) => show(`the schedule ${id} could not send: ${error.message}`));
      }
    };
    wait();
  }
  writeFileSync(stateFile, JSON.stringify(lastMs));
  return { stop: () => timers.forEach(clearTimeout) };
}

const CHECK_MS = 60_000;

interface Rule {
  id: string;
  everyMs: number;
  targets: { url: string; input: string }[];
}

function rulesOf(stack: Stack): Rule[] {
  const queues = stack
    .ofType('AWS::SQS::Queue', z.object({}))
    .map(({ logicalId }) => ({ url: stack.ref(logicalId), arn: stack.attribute(logicalId, 'Arn') }));
  return stack
    .ofType('AWS::Events::Rule', ruleSchema)
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ logicalId, properties }) => ({
      id: logicalId,
      everyMs: periodOf(properties.ScheduleExpression),
      targets: properties.Targets.map(({ Arn, Input }) => {
        const url = queues.find(({ arn }) => arn === Arn)?.url;
        if (url === undefined)
          throw new Error(`${logicalId}: a laptop's schedules send to queues of the template only`);
        return { url, input: Input };
      }),
    }));
}

/** `rate(1 day)`, in milliseconds. */
function periodOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)/.exec(expression) ?? [];
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** When each schedule was last due, in milliseconds since 1970, by logical id. */
const readState = (stateFile: string): Record<string, number> =>
  existsSync(stateFile) ? z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(stateFile, 'utf8'))) : {};
