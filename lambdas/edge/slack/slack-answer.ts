import type { Refusal } from '../../core/refusal.ts';
import type { Caller } from '../../core/user.ts';
import type { Answer } from '../answer.ts';
import type { Request } from '../request.ts';
import { slackError } from './slack-words.ts';

/** Slack's success envelope: `ok` first, then what the method gives. HTTP 200. */
export const slackOk = (request: Request, body: Record<string, unknown>, caller: Caller): Answer =>
  envelope(request, { ok: true, ...body }, caller);

/** Slack's error envelope. HTTP 200 too: `@slack/web-api` retries any other status but 429 ten times. */
export function slackRefusal(request: Request, refusal: Refusal, caller?: Caller): Answer {
  const { error, message } = slackError(refusal);
  const metadata = message === undefined ? {} : { response_metadata: { messages: [`[ERROR] ${message}`] } };
  return envelope(request, { ok: false, error, ...metadata }, caller);
}

/** What a caller sees of a fault of ours: nothing but that it is ours. */
export const slackFault = (requestId: string): Answer =>
  envelope({ id: requestId }, { ok: false, error: 'internal_error' });

const envelope = ({ id }: { id: string }, body: Record<string, unknown>, caller?: Caller): Answer => ({
  status: 200,
  headers: {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'private, no-cache, no-store, must-revalidate',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'x-slack-req-id, retry-after, x-upload-id',
    'X-Content-Type-Options': 'nosniff',
    'x-slack-req-id': id.replaceAll('-', ''),
    ...(caller && { 'x-oauth-scopes': caller.scopes.join(',') }),
  },
  body: JSON.stringify(body),
});
