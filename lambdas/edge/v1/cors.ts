import * as z from 'zod/mini';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';

/** The headers that a page of another site may read besides the safelisted ones (Fetch standard). */
const EXPOSED = [
  'location',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-upload-id',
  'www-authenticate',
].join(', ');

/** The headers that such a page may send. */
const SENT = 'authorization, content-type, idempotency-key, prefer';

/**
 * Lets pages of the allowed sites read an answer, and tells caches that it depends on the origin. Tokens come in a
 * header that no browser adds by itself, so credentials are not allowed. Answers for everybody have their own header
 * already.
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

/** OPTIONS: the verbs (RFC 9110, section 9.3.7), and for a browser's CORS preflight whether the page may use them. */
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

/** Reads the sites whose pages may call `/v1`: a JSON list of origins. @throws if it is not one */
export const readAllowedOrigins = (json: string): string[] => z.array(z.string()).parse(JSON.parse(json));
