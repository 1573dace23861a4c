import { MAX_WEBHOOKS, type WebhookRefusal } from '../../core/webhook.ts';
import { urlProblemMessage } from '../../core/webhook-url-problem.ts';
import type { HttpResponse } from '../http-response.ts';
import { problem } from './response.ts';

/** Why a request to `/v1/webhooks` is refused, as problem details. */
export function webhookProblem(
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
