import type * as z from 'zod/mini';
import type { Result } from '../../core/result.ts';
import {
  isTaken,
  MAX_WEBHOOKS,
  receiverState,
  urlProblemMessage,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookRefusal,
  type WebhookTest,
  type WebhookWithSecret,
} from '../../core/webhook.ts';
import type { WebhookFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import type { AdministratorsRoute, Deed } from './administer.ts';
import { v1Refusal } from './error-messages.ts';
import { readJsonBody } from './json-body.ts';
import { NewWebhookBody, WebhookChangeBody } from './request-schemas.ts';
import { problem, v1Json, v1Ok } from './response.ts';
import type {
  RemovedWebhookBody,
  WebhookBody,
  WebhookListBody,
  WebhookTestBody,
  WebhookWithSecretBody,
} from './webhook-schemas.ts';

type Work = (request: Request, flows: WebhookFlows, ids: { id: string; testId: string }) => Promise<Deed>;

/** What is done at each path, by verb. GET answers HEAD too. */
const WORK: Record<string, Record<string, Work>> = {
  '/v1/webhooks': { GET: list, POST: add },
  '/v1/webhooks/{id}': { GET: show, PATCH: change, DELETE: remove },
  '/v1/webhooks/{id}/rotate': { POST: rotate },
  '/v1/webhooks/{id}/tests': { POST: beginTest },
  '/v1/webhooks/{id}/tests/{test_id}': { GET: showTest },
};

/** `/v1/webhooks`, or a path below it. */
export function webhooksRoute(path: string): AdministratorsRoute | undefined {
  const [whole, id, verb, testId] = /^\/v1\/webhooks(?:\/([^/]+)(?:\/([a-z]+)(?:\/([^/]+))?)?)?$/.exec(path) ?? [];
  if (whole === undefined) return undefined;
  const template = ['/v1/webhooks', id && '{id}', verb, testId && '{test_id}'].filter(Boolean).join('/');
  const works = Object.hasOwn(WORK, template) ? WORK[template] : undefined;
  if (works === undefined) return undefined;
  return {
    template,
    verbs: Object.keys(works).flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one])),
    everybodysVerbs: [],
    async act(request, { administer: { webhooks } }) {
      const work = works[request.verb === 'HEAD' ? 'GET' : request.verb];
      if (webhooks === undefined || work === undefined) return { answer: webhookProblem({ code: 'webhooks-off' }) };
      return work(request, webhooks, { id: id ?? '', testId: testId ?? '' });
    },
  };
}

async function list(_request: Request, flows: WebhookFlows): Promise<Deed> {
  const webhooks = await flows.list();
  const body: z.output<typeof WebhookListBody> = {
    webhooks: webhooks.map(({ webhook, waiting }) => webhookBody(webhook, waiting)),
  };
  return { answer: v1Ok(body) };
}

async function add(request: Request, flows: WebhookFlows): Promise<Deed> {
  const read = readJsonBody(request, NewWebhookBody, `{url, events?}, of ${WEBHOOK_EVENTS.join(', ')}`);
  if (!read.ok) return { answer: v1Refusal(read.refusal) };
  const { url, events = [...WEBHOOK_EVENTS] } = read.value;
  const added = await flows.add({ url, events, baseUrl: request.baseUrl });
  return withSecret(added, flows, (body) =>
    v1Json(201, body, { Location: `${request.baseUrl}/v1/webhooks/${body.id}` }),
  );
}

async function show(_request: Request, flows: WebhookFlows, { id }: { id: string }): Promise<Deed> {
  return shown(await flows.find(id));
}

async function change(request: Request, flows: WebhookFlows, { id }: { id: string }): Promise<Deed> {
  const read = readJsonBody(request, WebhookChangeBody, '{"enabled": true} or {"enabled": false}');
  if (!read.ok) return { answer: v1Refusal(read.refusal) };
  return shown((await flows.setEnabled(id, read.value.enabled)) ? await flows.find(id) : undefined);
}

async function remove(_request: Request, flows: WebhookFlows, { id }: { id: string }): Promise<Deed> {
  const removedMessages = await flows.remove(id);
  if (removedMessages === undefined) return unknown();
  const body: z.output<typeof RemovedWebhookBody> = { id, removed: true, removed_messages: removedMessages };
  return { answer: v1Ok(body), webhookId: id };
}

async function rotate(_request: Request, flows: WebhookFlows, { id }: { id: string }): Promise<Deed> {
  return withSecret(await flows.rotate(id), flows, v1Ok);
}

async function beginTest(request: Request, flows: WebhookFlows, { id }: { id: string }): Promise<Deed> {
  const begun = await flows.beginTest(id);
  if (begun === undefined) return unknown();
  const body = testBody(request, begun);
  return { answer: v1Json(202, body, { Location: body.status_url }), webhookId: id };
}

async function showTest(
  request: Request,
  flows: WebhookFlows,
  { id, testId }: { id: string; testId: string },
): Promise<Deed> {
  const found = await flows.test(testId);
  if (found?.webhookId !== id) return { answer: webhookProblem({ code: 'unknown-test' }) };
  return { answer: v1Ok(testBody(request, found)), webhookId: id };
}

const unknown = (): Deed => ({ answer: webhookProblem({ code: 'unknown-webhook' }) });

const shown = (found: Awaited<ReturnType<WebhookFlows['find']>>): Deed =>
  found === undefined
    ? unknown()
    : { answer: v1Ok(webhookBody(found.webhook, found.waiting)), webhookId: found.webhook.id };

async function withSecret(
  result: Result<WebhookWithSecret, WebhookRefusal>,
  flows: WebhookFlows,
  answer: (body: z.output<typeof WebhookWithSecretBody>) => HttpResponse,
): Promise<Deed> {
  if (!result.ok) return { answer: webhookProblem(result.refusal, flows.ports) };
  const { webhook, secret } = result.value;
  const { waiting = 0 } = (await flows.find(webhook.id)) ?? {};
  return { answer: answer({ ...webhookBody(webhook, waiting), secret }), webhookId: webhook.id };
}

const webhookBody = (
  { id, url, events, disabledBecause, health, createdAt }: Webhook,
  waiting: number,
): z.output<typeof WebhookBody> => ({
  id,
  url,
  events,
  state: disabledBecause === undefined ? receiverState(health) : 'disabled',
  disabled_because: disabledBecause ?? null,
  failing_since: health.failingSinceMs === undefined ? null : new Date(health.failingSinceMs).toISOString(),
  created_at: createdAt,
  waiting,
});

const testBody = ({ baseUrl }: Request, { id, webhookId, ended }: WebhookTest): z.output<typeof WebhookTestBody> => ({
  id,
  webhook_id: webhookId,
  state: ended === undefined ? 'waiting' : 'ended',
  ...(ended && { taken: isTaken(ended.outcome), outcome: ended.outcome, took_ms: ended.tookMs }),
  status_url: `${baseUrl}/v1/webhooks/${webhookId}/tests/${id}`,
});

/** Why a request to `/v1/webhooks` is refused, as problem details. */
function webhookProblem(
  refusal: WebhookRefusal | { code: 'webhooks-off' } | { code: 'unknown-test' },
  ports: readonly number[] = [],
): HttpResponse {
  switch (refusal.code) {
    case 'webhooks-off':
      return problem(404, 'Not Found', refusal.code, 'Webhooks are off here; the setting webhooks turns them on.');
    case 'unknown-webhook':
      return problem(404, 'Not Found', refusal.code, 'There is no such webhook.');
    case 'unknown-test':
      return problem(404, 'Not Found', refusal.code, 'There is no such test of this webhook, or it is an hour ago.');
    case 'bad-url':
      return problem(400, 'Bad Request', refusal.code, `url: ${urlProblemMessage(refusal.problem, ports)}.`, {
        found: { problem: refusal.problem },
        allowed: { schemes: ['https'], ports: ports.map(String) },
      });
    case 'url-taken':
      return problem(409, 'Conflict', refusal.code, 'There is a webhook of this address already.', {
        found: { id: refusal.id },
      });
    case 'too-many-webhooks':
      return problem(409, 'Conflict', refusal.code, `There are ${refusal.max} webhooks already.`, {
        allowed: { max_webhooks: MAX_WEBHOOKS },
      });
  }
}
