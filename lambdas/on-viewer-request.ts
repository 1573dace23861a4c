import { objectKey } from './core/object-keys.ts';
import { MAX_BODY_BYTES } from './core/upload-policy.ts';
import { avatarQuery, BAD_HASH, readAvatarRequest } from './edge/avatar/request.ts';
import { GATEWAY_RESPONSES, MAX_RETRY_AFTER_SECONDS, RETRY_AFTER_HEADER } from './edge/gateway-responses.ts';
import { AVATAR_PREFIX, dialectOf } from './edge/routes.ts';

/**
 * The CloudFront function: runs at the edge for every viewer request, before any cache or origin.
 * Its language is ECMAScript 5.1 with `const`, `let`, arrows and template literals. No look-ups, 10 KB, 1 ms.
 * The shapes are from CloudFront's guide, "CloudFront Functions event structure", version 1.0.
 */
export interface ViewerRequestEvent {
  viewer: { ip: string };
  request: ViewerRequest;
}

export interface ViewerRequest {
  method: string;
  /** The path as sent, without the query. */
  uri: string;
  /** Names in lower case. A repeated header has all its values in `multiValue`. */
  headers: Record<string, { value: string; multiValue?: { value: string }[] }>;
  /** As sent, still percent-encoded. */
  querystring: Record<string, { value: string; multiValue?: { value: string }[] }>;
}

/** An answer straight to the viewer. No origin is asked. */
export interface EdgeResponse {
  statusCode: number;
  statusDescription: string;
  headers: Record<string, { value: string }>;
  body: { encoding: 'text'; data: string };
}

/**
 * Returns the request to continue with, or an answer.
 * @param avatarDefaultHosts the hosts that an avatar's default URL may be on; null without avatars. `infra/` writes it
 * before the script.
 */
export function onViewerRequest(
  event: ViewerRequestEvent,
  avatarDefaultHosts: readonly string[] | null,
): ViewerRequest | EdgeResponse {
  const request = event.request;
  setHeadshotHeaders(request, event.viewer.ip);

  const dialect = dialectOf(request.uri);
  if (dialect !== undefined && isTooLong(request)) {
    const tooLarge = GATEWAY_RESPONSES[dialect].REQUEST_TOO_LARGE;
    return answer(tooLarge.status, tooLarge.contentType, tooLarge.body);
  }
  if (request.uri.startsWith('/p/')) {
    const key = objectKey(request.uri);
    if (key === undefined) return answer(404, 'text/plain; charset=utf-8', 'no such photo\n');
    request.uri = `/${key}`;
  }
  if (avatarDefaultHosts !== null && request.uri.startsWith(AVATAR_PREFIX)) return avatar(request, avatarDefaultHosts);
  return request;
}

/** Gives requests for the same avatar one spelling, so that nothing a stranger adds makes a new entry in the cache. */
function avatar(request: ViewerRequest, defaultHosts: readonly string[]): ViewerRequest | EdgeResponse {
  const sent = request.querystring;
  const wanted = readAvatarRequest(request.uri, (name) => decoded(sent[name]), defaultHosts);
  if (wanted === undefined) return answer(400, 'text/plain; charset=utf-8', `${BAD_HASH}\n`);
  // Initials are drawn as SVG, because there are no fonts here. Clients that do not accept SVG get the default person.
  const accept = request.headers.accept;
  if (wanted.fallback === 'initials' && (accept === undefined || !accept.value.includes('image/svg+xml'))) {
    wanted.fallback = 'mp';
    wanted.initials = '';
  }
  const query = avatarQuery(wanted);
  request.uri = AVATAR_PREFIX + wanted.hash;
  request.querystring = {};
  Object.keys(query).forEach((name) => {
    request.querystring[name] = { value: encodeURIComponent(String(query[name])) };
  });
  return request;
}

function decoded(parameter: { value: string } | undefined): string | undefined {
  if (parameter === undefined) return undefined;
  try {
    return decodeURIComponent(parameter.value.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}

/** Origins trust `x-headshot-*` and more, so nothing that a viewer sent under such a name may pass. */
function setHeadshotHeaders(request: ViewerRequest, ip: string): void {
  const headers = request.headers;
  Object.keys(headers)
    .filter((name) => name.startsWith('x-headshot-'))
    .forEach((name) => {
      delete headers[name];
    });
  // API Gateway would take its value as the method.
  delete headers['x-http-method-override'];
  headers['x-headshot-host'] = { value: headers.host === undefined ? '' : headers.host.value };
  headers['x-headshot-viewer-ip'] = { value: ip };
  headers[RETRY_AFTER_HEADER] = { value: String(1 + Math.floor(Math.random() * MAX_RETRY_AFTER_SECONDS)) };
}

/** True also for a length that is not a plain number, because the next reader might read it differently. */
function isTooLong(request: ViewerRequest): boolean {
  const header = request.headers['content-length'];
  if (header === undefined) return false;
  const values = header.multiValue === undefined ? [header] : header.multiValue;
  return values.some((one) => !/^\d+$/.test(one.value) || Number(one.value) > MAX_BODY_BYTES);
}

function answer(statusCode: number, contentType: string, data: string): EdgeResponse {
  return {
    statusCode,
    statusDescription: DESCRIPTIONS[statusCode] || 'Answered',
    headers: {
      'content-type': { value: contentType },
      'cache-control': { value: 'no-store' },
      'access-control-allow-origin': { value: '*' },
    },
    body: { encoding: 'text', data },
  };
}

const DESCRIPTIONS: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  413: 'Content Too Large',
};
