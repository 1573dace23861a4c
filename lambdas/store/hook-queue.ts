import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TestMessage } from './hook-messages.ts';

/** The queue of the webhooks' function. */
export function hookQueue(sqs: SQSClient, queueUrl: string) {
  return {
    async sendTest(webhookId: string, testId: string): Promise<void> {
      const message: TestMessage = { kind: 'test', webhook_id: webhookId, test_id: testId };
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}

export type HookQueue = ReturnType<typeof hookQueue>;
