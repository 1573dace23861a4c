import { FaultAfterWrite } from '../../core/fault-after-write.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { BearerCaller } from '../../core/user.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { slackError } from './error-messages.ts';
import { warningsOf } from './form.ts';

/** What the headers and warnings of an answer depend on. */
export interface CallContext {
  request: Request;
  /** Absent until the caller is known. */
  caller?: BearerCaller;
  /** The scope that the method needs, if any. */
  scope?: string | undefined;
}

/** Slack's success envelope: `ok`, then the method's fields. HTTP 200. */
export const slackOk = (context: CallContext, body: Record<string, unknown>): HttpResponse =>
  answer({ ok: true, ...body, ...warned(context.request, []) }, context);

/** Slack's error envelope. HTTP 200 as well: `@slack/web-api` retries any status but 200 and 429 ten times. */
export function slackRefusal(context: CallContext, refusal: Refusal): HttpResponse {
  const { error, message, fields } = slackError(refusal);
  const messages = message === undefined ? [] : [`[ERROR] ${message}`];
  return answer({ ok: false, error, ...fields, ...warned(context.request, messages) }, context);
}

/** The only answer that is not HTTP 200. Without whole seconds in `Retry-After`, Slack's Node client gives up. */
export function slackRateLimited(context: CallContext, retryAfterSeconds: number): HttpResponse {
  const limited = answer({ ok: false, error: 'ratelimited' }, context);
  return { ...limited, status: 429, headers: { ...limited.headers, 'Retry-After': String(retryAfterSeconds) } };
}

/** The answer to a fault: that it is ours, and whether part of the request may have happened. */
export const slackFault = (requestId: string, cause: unknown): HttpResponse => ({
  status: 200,
  headers: headers(requestId),
  body: JSON.stringify({ ok: false, error: cause instanceof FaultAfterWrite ? 'fatal_error' : 'internal_error' }),
});

/**
 * The answer to a browser's CORS preflight (Fetch standard). Any site may send requests: tokens come in a header that
 * no browser adds by itself.
 */
export const slackPreflight = ({ id }: Request): HttpResponse => ({
  status: 200,
  headers: {
    ...headers(id),
    'Access-Control-Allow-Methods': 'GET, HEAD, POST',
    'Access-Control-Allow-Headers': 'authorization, content-type, prefer',
    'Access-Control-Max-Age': '86400',
  },
  body: '',
});

const answer = (body: Record<string, unknown>, { request, caller, scope }: CallContext): HttpResponse => ({
  status: 200,
  headers: {
    ...headers(request.id),
    ...(caller && { 'x-oauth-scopes': caller.scopes.join(',') }),
    ...(caller && scope !== undefined && { 'x-accepted-oauth-scopes': scope }),
  },
  body: JSON.stringify(body),
});

const headers = (requestId: string): Record<string, string> => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'private, no-cache, no-store, must-revalidate',
  Pragma: 'no-cache',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'x-slack-req-id, retry-after, x-oauth-scopes, x-accepted-oauth-scopes, x-upload-id, x-upload-state',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'x-slack-req-id': requestId.replaceAll('-', ''),
});

/** `warning` has the codes as text, `response_metadata` as a list. Both are absent if there is nothing to say. */
function warned(request: Request, messages: string[]): Record<string, unknown> {
  const warnings = warningsOf(request);
  if (warnings.length + messages.length === 0) return {};
  return {
    ...(warnings.length > 0 && { warning: warnings.join(',') }),
    response_metadata: { ...(warnings.length > 0 && { warnings }), ...(messages.length > 0 && { messages }) },
  };
}
