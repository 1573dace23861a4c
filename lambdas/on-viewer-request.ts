import { objectKey } from './core/object-keys.ts';
import { MAX_BODY_BYTES } from './core/upload-policy.ts';
import { avatarQuery, BAD_HASH, readAvatarRequest } from './edge/avatar/request.ts';
import { GATEWAY_RESPONSES, MAX_RETRY_AFTER_SECONDS, RETRY_AFTER_HEADER } from './edge/gateway-responses.ts';
import { AVATAR_PREFIX, dialectOf } from './edge/routes.ts';

/**
 * The CloudFront function: runs at the edge on every viewer's request, before any cache or origin.
 * Its language is ECMAScript 5.1 with `const`, `let`, arrows and template literals; no look-ups, 10 KB, 1 ms.
 * Source of the shapes: CloudFront's guide, "CloudFront Functions event structure", version 1.0.
 */
export interface ViewerRequestEvent {
  viewer: { ip: string };
  request: ViewerRequest;
}

export interface ViewerRequest {
  method: string;
  /** The path as it was sent, without its query. */
  uri: string;
  /** Names in lower case. A header that came more than once has all its values in `multiValue`. */
  headers: Record<string, { value: string; multiValue?: { value: string }[] }>;
  /** As they were sent, percent signs and all. */
  querystring: Record<string, { value: string; multiValue?: { value: string }[] }>;
}

/** Answered to the viewer at once; no origin hears of it. */
export interface EdgeResponse {
  statusCode: number;
  statusDescription: string;
  headers: Record<string, { value: string }>;
  body: { encoding: 'text'; data: string };
}

/**
 * The request to go on with, or the answer to give instead.
 * @param avatarDefaultHosts where the default of an avatar may lead to; null where there are no avatars. `infra/` writes it before the script.
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

/** One spelling for all who ask for the same: what a stranger may add to a request for a face makes no new entry in the cache. */
function avatar(request: ViewerRequest, defaultHosts: readonly string[]): ViewerRequest | EdgeResponse {
  const sent = request.querystring;
  const wanted = readAvatarRequest(request.uri, (name) => decoded(sent[name]), defaultHosts);
  if (wanted === undefined) return answer(400, 'text/plain; charset=utf-8', `${BAD_HASH}\n`);
  // Letters are drawn as SVG, for there are no fonts behind this; who has not said that they take it gets the person.
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

/** Origins believe `x-headshot-*` and more, so nothing that a viewer sent under such a name may pass. */
function setHeadshotHeaders(request: ViewerRequest, ip: string): void {
  const headers = request.headers;
  Object.keys(headers)
    .filter((name) => name.startsWith('x-headshot-'))
    .forEach((name) => {
      delete headers[name];
    });
  // API Gateway would take its value for the method.
  delete headers['x-http-method-override'];
  headers['x-headshot-host'] = { value: headers.host === undefined ? '' : headers.host.value };
  headers['x-headshot-viewer-ip'] = { value: ip };
  headers[RETRY_AFTER_HEADER] = { value: String(1 + Math.floor(Math.random() * MAX_RETRY_AFTER_SECONDS)) };
}

/** True for a length over the limit, and for one that is no plain number: whoever counts it next may count otherwise. */
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
