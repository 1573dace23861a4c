import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import type { Webhook } from '../../lambdas/core/webhook.ts';
import type { ReportedEvent } from '../../lambdas/core/webhook-payload.ts';
import type { SendStores, Tried } from '../../lambdas/flow/send-webhook.ts';
import { addWebhook } from '../../lambdas/flow/webhooks.ts';
import { post } from '../../lambdas/outbound/post.ts';
import { outboundRules } from '../../lambdas/outbound/rules.ts';
import { abandonedDeliveries, readHookMessage } from '../../lambdas/store/hook-messages.ts';
import { deliveryStore } from '../../lambdas/store/webhook-deliveries.ts';
import { webhookStore } from '../../lambdas/store/webhooks.ts';
import { emulatorClients } from '../../local/emulator-clients.ts';
import { startEmulators } from '../../local/emulators.ts';
import { faultClients } from '../faults/fault-clients.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import type { Received } from './receiver.ts';

export const RULES = outboundRules('http://127.0.0.1:3000', '443');
export const TERMS = { baseUrl: 'https://photos.example.com', sizeSets: ['slack', 'twitter'] } as const;
export const MINUTE_MS = 60_000;

/**
 * The real stores over the emulators, real POSTs, and a clock that the test sets, so that a day takes a moment.
 * @param hasFaults a fault proxy stands between stores and emulators; it does nothing until it is told to
 */
export async function webhookStores({ hasFaults = false } = {}) {
  // In memory where that is possible: whether the emulators' data survives is not the question here.
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'headshot-hooks-'));
  const emulators = await startEmulators(dir);
  const clients = emulatorClients({
    s3: emulators.aws,
    sqs: emulators.aws,
    sns: emulators.aws,
    dynamodb: emulators.dynamodb,
    secretsmanager: '',
    cloudfront: '',
  });
  await clients.dynamodb.send(
    new CreateTableCommand({
      TableName: 'webhooks',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['webhook', 'item'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: 'webhook', KeyType: 'HASH' },
        { AttributeName: 'item', KeyType: 'RANGE' },
      ],
    }),
  );
  await clients.sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const { aws, dynamodb } = emulators;
  const proxy = hasFaults ? await startFaultProxy({ s3: aws, sqs: aws, sns: aws, dynamodb }) : undefined;
  const { url = '' } = proxy ?? {};
  const behind = proxy && (await faultClients({ s3: url, sqs: url, sns: url, dynamodb: url }));
  const deadUrl = `${emulators.aws}/000000000000/dead`;
  const plain = DynamoDBDocumentClient.from(clients.dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const db = behind?.dynamodb ?? plain;
  const tried: Tried[] = [];
  const disabled: { webhookId: string; because: string }[] = [];
  let masters = ['master-one'];
  let nowMs = Date.now();
  const stores: SendStores = {
    webhooks: webhookStore(db, 'webhooks'),
    deliveries: deliveryStore(db, 'webhooks'),
    abandoned: abandonedDeliveries(behind?.sqs ?? clients.sqs, behind ? `${url}/000000000000/dead` : deadUrl),
    masterSecrets: async () => masters,
    post: (url, message) => post(url, message, RULES),
    clock: () => nowMs,
    notes: {
      tried: (one) => tried.push(one),
      disabled: (webhookId, because) => disabled.push({ webhookId, because }),
    },
  };
  const masterSecret = async () => masters[0] ?? '';

  return {
    stores,
    /** What may happen to calls; only with `hasFaults`. */
    proxy,
    own: { ...stores, masterSecret },
    tried,
    disabled,
    now: () => nowMs,
    pass(ms: number) {
      nowMs += ms;
    },
    setMasters(given: string[]) {
      masters = given;
    },

    async add(url: string, events: Webhook['events'] = ['photo.published', 'photo.deleted']) {
      const added = await addWebhook({ url, events }, RULES, { ...stores, masterSecret });
      if (!added.ok) throw new Error(added.refusal.code);
      return { id: added.value.webhook.id, secret: added.value.secret };
    },

    get: async (id: string): Promise<Webhook> => {
      const found = await stores.webhooks.get(id);
      if (found === undefined) throw new Error(`no webhook ${id}`);
      return found;
    },

    /** The dead letters, each once: reading takes them out. */
    async dead() {
      const found: ReturnType<typeof readHookMessage>[] = [];
      for (;;) {
        const { Messages = [] } = await clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl: deadUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3_600 }),
        );
        if (Messages.length === 0) return found;
        found.push(...Messages.map(({ Body = '' }) => readHookMessage(Body)));
      }
    },

    async end() {
      await proxy?.close();
      await emulators.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** An event that nobody else has. */
export const eventOf = (number: number, userId = '42'): ReportedEvent => ({
  type: 'photo.published',
  userId,
  number,
  uploadId: '0b8ac5c2-6f6a-4a8e-9a53-0d6c0b1e6a01',
  photo: { version: '0123456789abcdef0123', format: 'jpeg', widthPx: 600, heightPx: 600 },
  at: '2026-11-30T08:00:00.000Z',
});

/** What the standard's own library makes of it. @throws when it is not signed with the secret */
export const verified = (secret: string, { headers, body }: Received): unknown =>
  new StandardWebhook(secret).verify(body, headers as Record<string, string>);
