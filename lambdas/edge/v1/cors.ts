import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';

/** What a page of another site may read of an answer, beside what every page may (Fetch standard, "CORS-safelisted response-header name"). */
const EXPOSED = [
  'location',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-upload-id',
  'www-authenticate',
].join(', ');

/** What such a page may send. */
const SENT = 'authorization, content-type, idempotency-key, prefer';

/**
 * Lets the pages of the allowed sites read an answer, and says to caches that it depends on who asks. Tokens come in a header that no
 * browser adds by itself, so no credentials are allowed. Answers that are for everybody say so themselves.
 */
export function withCors(
  request: Pick<Request, 'headers'>,
  allowedOrigins: readonly string[],
  answer: HttpResponse,
): HttpResponse {
  if (allowedOrigins.length === 0 || answer.headers['Access-Control-Allow-Origin'] !== undefined) return answer;
  const origin = allowedOriginOf(request, allowedOrigins);
  return {
    ...answer,
    headers: {
      ...answer.headers,
      Vary: 'Origin',
      ...(origin !== undefined && {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': EXPOSED,
      }),
    },
  };
}

/** OPTIONS: which verbs there are (RFC 9110, section 9.3.7), and to a browser that asks for a page, whether it may (Fetch standard, CORS preflight). */
export function v1Options(request: Request, allowedOrigins: readonly string[], verbs: string[]): HttpResponse {
  const requestedMethod = request.headers['access-control-request-method'];
  const origin = requestedMethod === undefined ? undefined : allowedOriginOf(request, allowedOrigins);
  return {
    status: 204,
    headers: {
      Allow: [...verbs, 'OPTIONS'].join(', '),
      'Cache-Control': 'private, no-store',
      ...(allowedOrigins.length > 0 && {
        Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      }),
      ...(origin !== undefined && {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Methods': verbs.join(', '),
        'Access-Control-Allow-Headers': SENT,
        'Access-Control-Max-Age': '86400',
      }),
    },
    body: '',
  };
}

const allowedOriginOf = (
  { headers }: Pick<Request, 'headers'>,
  allowedOrigins: readonly string[],
): string | undefined => allowedOrigins.find((origin) => origin === headers.origin);
