import { FaultAfterWrite } from '../../core/fault-after-write.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { BearerCaller } from '../../core/user.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { slackError } from './error-messages.ts';
import { warningsOf } from './form.ts';

/** What an answer's headers and warnings are made from. */
export interface CallContext {
  request: Request;
  /** Once it is known who is asking. */
  caller?: BearerCaller;
  /** The scope that the method needs, if it needs any. */
  scope?: string | undefined;
}

/** Slack's success envelope: `ok` first, then what the method gives. HTTP 200. */
export const slackOk = (context: CallContext, body: Record<string, unknown>): HttpResponse =>
  answer({ ok: true, ...body, ...warned(context.request, []) }, context);

/** Slack's error envelope. HTTP 200 too: `@slack/web-api` retries any other status but 429 ten times. */
export function slackRefusal(context: CallContext, refusal: Refusal): HttpResponse {
  const { error, message, fields } = slackError(refusal);
  const messages = message === undefined ? [] : [`[ERROR] ${message}`];
  return answer({ ok: false, error, ...fields, ...warned(context.request, messages) }, context);
}

/** The one answer that is not HTTP 200. Without whole seconds in `Retry-After` Slack's Node client gives up instead of waiting. */
export function slackRateLimited(context: CallContext, retryAfterSeconds: number): HttpResponse {
  const limited = answer({ ok: false, error: 'ratelimited' }, context);
  return { ...limited, status: 429, headers: { ...limited.headers, 'Retry-After': String(retryAfterSeconds) } };
}

/** What a caller sees of a fault of ours: that it is ours, and whether part of what they asked for may have happened. */
export const slackFault = (requestId: string, cause: unknown): HttpResponse => ({
  status: 200,
  headers: headers(requestId),
  body: JSON.stringify({ ok: false, error: cause instanceof FaultAfterWrite ? 'fatal_error' : 'internal_error' }),
});

/**
 * A browser's question before a request from another site (Fetch standard, CORS preflight). Everybody may ask, because tokens
 * come in a header that no browser adds by itself.
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

/** `warning` holds the codes as one text, `response_metadata` as a list; neither is there when there is nothing to say. */
function warned(request: Request, messages: string[]): Record<string, unknown> {
  const warnings = warningsOf(request);
  if (warnings.length + messages.length === 0) return {};
  return {
    ...(warnings.length > 0 && { warning: warnings.join(',') }),
    response_metadata: { ...(warnings.length > 0 && { warnings }), ...(messages.length > 0 && { messages }) },
  };
}
