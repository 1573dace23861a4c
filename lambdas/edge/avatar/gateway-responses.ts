import type { GatewayFailure, GatewayResponse } from '../gateway-responses.ts';

const HEADERS = { 'Cache-Control': 'no-store', 'Access-Control-Allow-Origin': '*' };

const plain = (status: number, said: string, headers: Record<string, string> = HEADERS): GatewayResponse => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${said}\n`,
  headers,
});

/** `Retry-After` is not random as in the APIs: the CDN asks for many viewers, and passes on none of their headers. */
const again = plain(429, 'too many requests', { ...HEADERS, 'Retry-After': '2' });

/** API Gateway's own answers to requests for avatars. */
export const AVATAR_GATEWAY_RESPONSES: Record<GatewayFailure, GatewayResponse> = {
  REQUEST_TOO_LARGE: plain(413, 'too large'),
  THROTTLED: again,
  INTEGRATION_FAILURE: again,
  MISSING_AUTHENTICATION_TOKEN: plain(404, 'not found'),
  DEFAULT_4XX: plain(400, 'bad request'),
  DEFAULT_5XX: plain(500, 'internal error'),
};
