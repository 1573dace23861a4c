import type { Parameter, V1Operation } from './operation.ts';

const WEBHOOK_ID: Parameter = { name: 'id', in: 'path', description: "the webhook's id" };
const FOR_ADMINISTRATORS: Pick<V1Operation, 'isForAdministrators'> = { isForAdministrators: true };
const OF_ONE = { ...FOR_ADMINISTRATORS, parameters: [WEBHOOK_ID] };
const jsonOf = (schema: string) => ({ 'application/json': { $ref: `#/components/schemas/${schema}` } });

/** Administrators' operations on webhooks. 404 `webhooks-off` in a deployment without webhooks. */
export const WEBHOOK_OPERATIONS: readonly V1Operation[] = [
  {
    path: '/v1/webhooks',
    verb: 'get',
    id: 'listWebhooks',
    summary: 'All webhooks, with the state of the receiver and the messages that wait',
    body: 'WebhookList',
    refusals: [404],
    ...FOR_ADMINISTRATORS,
  },
  {
    path: '/v1/webhooks',
    verb: 'post',
    id: 'addWebhook',
    summary: 'Adds a webhook; the answer has its secret, only this once',
    body: 'WebhookWithSecret',
    refusals: [400, 404, 409],
    isCreated: true,
    ...FOR_ADMINISTRATORS,
    requestBody: jsonOf('NewWebhook'),
  },
  {
    path: '/v1/webhooks/{id}',
    verb: 'get',
    id: 'readWebhook',
    summary: 'A webhook',
    body: 'Webhook',
    refusals: [404],
    ...OF_ONE,
  },
  {
    path: '/v1/webhooks/{id}',
    verb: 'patch',
    id: 'changeWebhook',
    summary: 'Disables a webhook, or enables it again',
    body: 'Webhook',
    refusals: [400, 404],
    ...OF_ONE,
    requestBody: jsonOf('WebhookChange'),
  },
  {
    path: '/v1/webhooks/{id}',
    verb: 'delete',
    id: 'removeWebhook',
    summary: 'Removes a webhook, and the messages that wait for it',
    body: 'RemovedWebhook',
    refusals: [404],
    ...OF_ONE,
  },
  {
    path: '/v1/webhooks/{id}/rotate',
    verb: 'post',
    id: 'rotateWebhook',
    summary: 'Makes a new secret; messages are signed with both for 24 hours',
    body: 'WebhookWithSecret',
    refusals: [404],
    ...OF_ONE,
  },
  {
    path: '/v1/webhooks/{id}/tests',
    verb: 'post',
    id: 'testWebhook',
    summary: 'Sends a test message, from where all others are sent',
    body: 'WebhookTest',
    refusals: [404],
    isLater: true,
    ...OF_ONE,
  },
  {
    path: '/v1/webhooks/{id}/tests/{test_id}',
    verb: 'get',
    id: 'readWebhookTest',
    summary: 'The result of a test message',
    body: 'WebhookTest',
    refusals: [404],
    ...FOR_ADMINISTRATORS,
    parameters: [
      WEBHOOK_ID,
      { name: 'test_id', in: 'path', description: "the test's id", schema: { type: 'string', format: 'uuid' } },
    ],
  },
];
