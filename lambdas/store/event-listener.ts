import { setTimeout as sleep } from 'node:timers/promises';
import {
  ListSubscriptionsByTopicCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * A temporary queue that listens to a topic. It is found by its name alone, so that a later process can remove it.
 * @param siblingUrl the URL of any queue in the same account and region: a laptop's emulator gives a new one another
 * host
 */
export function eventListener(sqs: SQSClient, sns: SNSClient, topicArn: string, siblingUrl: string) {
  const urlOf = (name: string): string => siblingUrl.replace(/[^/]+$/, name);

  return {
    async open(name: string): Promise<void> {
      await sqs.send(new CreateQueueCommand({ QueueName: name }));
      const QueueUrl = urlOf(name);
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
      const queueArn = Attributes?.QueueArn ?? '';
      const statement = {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
      await sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'sqs',
          Endpoint: queueArn,
          Attributes: { RawMessageDelivery: 'true' },
        }),
      );
    },

    /** Receives messages until one is wanted or the time is up. */
    async hear(name: string, isWanted: (body: string) => boolean, maxMs: number): Promise<string | undefined> {
      const QueueUrl = urlOf(name);
      for (const untilMs = Date.now() + maxMs; Date.now() < untilMs; ) {
        const wait = { MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wait }));
        const found = Messages.map(({ Body = '' }) => Body).find(isWanted);
        if (found !== undefined) return found;
        if (Messages.length === 0) await sleep(200);
      }
      return undefined;
    },

    /** Repeating it does no harm. */
    async close(name: string): Promise<void> {
      for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
        const listed = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken }));
        for (const { Endpoint, SubscriptionArn } of listed.Subscriptions ?? []) {
          if (Endpoint?.endsWith(`:${name}`)) await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
        }
        NextToken = listed.NextToken || undefined;
      }
      try {
        await sqs.send(new DeleteQueueCommand({ QueueUrl: urlOf(name) }));
      } catch (error) {
        // The error's name differs between SQS's two protocols.
        if (!(error instanceof Error && /NonExistentQueue|QueueDoesNotExist/.test(error.name))) throw error;
      }
    },
  };
}
