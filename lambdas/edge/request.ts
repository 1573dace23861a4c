import type { APIGatewayProxyEvent } from 'aws-lambda';
import { constantTimeEqual } from '../core/constant-time-equal.ts';
import type { FormRefusal } from '../core/refusal.ts';
import { MAX_BODY_BYTES } from '../core/upload-policy.ts';

/** An HTTP request as the dialects see it. */
export interface Request {
  verb: string;
  /** Without the stage: `/api/users.setPhoto`. */
  path: string;
  /** In the order sent, with repeated names. */
  query: [name: string, value: string][];
  /** Names in lower case. Of a repeated header, the last. */
  headers: Record<string, string>;
  body: Buffer;
  /** Unique per request. */
  id: string;
  /** Scheme and host that the caller used, without a trailing slash. Photo URLs begin with it. */
  baseUrl: string;
  /** The caller's IPv4 or IPv6 address. */
  viewerAddress: string;
}

/** HEAD is answered like GET. */
export const isRead = ({ verb }: Request): boolean => verb === 'GET' || verb === 'HEAD';

/**
 * Reads API Gateway's proxy event (payload format 1.0). `x-headshot-*` headers count only together with the origin's
 * secret, which CloudFront adds: who calls the API directly cannot choose them.
 */
export function readRequest(event: APIGatewayProxyEvent, originSecret: string): Request {
  const headers = readHeaders(event);
  const isFromOurHost = constantTimeEqual(headers['x-headshot-origin'], originSecret);
  const host = (isFromOurHost && headers['x-headshot-host']) || event.requestContext.domainName || headers.host;
  return {
    verb: event.httpMethod,
    path: event.path,
    query: Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    ),
    headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    id: event.requestContext.requestId,
    // Without CloudFront in front, nothing else knows the address.
    viewerAddress: (isFromOurHost && headers['x-headshot-viewer-ip']) || event.requestContext.identity.sourceIp,
    baseUrl: `${headers['x-forwarded-proto'] === 'http' ? 'http' : 'https'}://${host}`,
  };
}

/** Names in lower case. */
export const readHeaders = ({ headers }: Pick<APIGatewayProxyEvent, 'headers'>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? '']));

/** The token of an `Authorization: Bearer …` header. */
export const bearerToken = ({ headers }: Request): string | undefined =>
  /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];

/** Whether the body's type is JSON, or a merge patch (RFC 7396). */
export const isJson = ({ headers }: Request): boolean =>
  /^\s*application\/(merge-patch\+)?json\s*(;|$)/i.test(headers['content-type'] ?? '');

/** Whether the body's type is that of a picture. */
export const isBarePicture = ({ headers }: Request): boolean => /^\s*image\//i.test(headers['content-type'] ?? '');

/** Whether the caller does not want to wait until the work is done (RFC 7240, section 4.1). */
export const prefersAsync = (request: Request): boolean => preferences(request).includes('respond-async');

/** How many seconds the caller would wait until the work is done (RFC 7240, section 4.3); 0 if not given. */
export const preferredWaitSeconds = (request: Request): number =>
  Number(preferences(request).flatMap((preference) => /^wait *= *"?(\d{1,4})"?$/.exec(preference)?.[1] ?? [])[0] ?? 0);

const preferences = ({ headers }: Request): string[] =>
  (headers.prefer ?? '').split(',').map((preference) => preference.trim().toLowerCase());

/** One argument of a request's body. Its value is bytes, because a picture may come in any kind of form. */
export interface Argument {
  name: string;
  bytes: Buffer;
}

/** A bound on the work that one request causes. No client sends as many. */
export const MAX_ARGUMENTS = 100;

/**
 * Why a body is not read at all, whatever its type. Too large: the edge function checks a declared length, and what has
 * none is counted here. Encoded: no `Content-Encoding` is undone (RFC 9110, section 8.4).
 */
export function refuseBody({ body, headers }: Request): FormRefusal | undefined {
  if (body.length > MAX_BODY_BYTES) return { code: 'body-too-large', maxBytes: MAX_BODY_BYTES };
  const contentEncoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (body.length === 0 || contentEncoding === '' || contentEncoding === 'identity') return undefined;
  return { code: 'content-encoding-unknown', contentEncoding: contentEncoding.slice(0, 40) };
}
