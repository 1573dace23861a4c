import type { APIGatewayProxyEvent } from 'aws-lambda';
import { constantTimeEqual } from '../core/constant-time-equal.ts';

/** An HTTP request as the dialects see it. */
export interface Request {
  verb: string;
  /** Without the stage: `/api/users.setPhoto`. */
  path: string;
  /** In the order sent; repeated names are kept. */
  query: [name: string, value: string][];
  /** Names in lower case; of repeated headers the last. */
  headers: Record<string, string>;
  body: Buffer;
  /** Unique for each request. */
  id: string;
  /** What the caller calls us: scheme and host, without a slash at the end. Photo URLs begin with it. */
  baseUrl: string;
  /** Where the caller's request came from: an IPv4 or IPv6 address. */
  viewerAddress: string;
}

/** Whether it only asks: HEAD is answered like GET. */
export const isRead = ({ verb }: Request): boolean => verb === 'GET' || verb === 'HEAD';

/**
 * Reads API Gateway's proxy event (payload format 1.0). `x-headshot-*` headers are believed only beside the origin's
 * secret, which CloudFront adds: someone who calls the API directly cannot choose them.
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
    // What calls the API directly has no host before it that could say so.
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

/** Whether the body says that it is JSON, as it is or as a merge patch (RFC 7396). */
export const isJson = ({ headers }: Request): boolean =>
  /^\s*application\/(merge-patch\+)?json\s*(;|$)/i.test(headers['content-type'] ?? '');

/** Whether the body says that it is a picture and nothing else. */
export const isBarePicture = ({ headers }: Request): boolean => /^\s*image\//i.test(headers['content-type'] ?? '');

/** Whether the caller does not want to wait for the work to be done (RFC 7240, section 4.1). */
export const prefersAsync = (request: Request): boolean => preferences(request).includes('respond-async');

/** How long the caller is willing to wait for the work to be done, in seconds (RFC 7240, section 4.3); 0 when not told. */
export const preferredWaitSeconds = (request: Request): number =>
  Number(preferences(request).flatMap((preference) => /^wait *= *"?(\d{1,4})"?$/.exec(preference)?.[1] ?? [])[0] ?? 0);

const preferences = ({ headers }: Request): string[] =>
  (headers.prefer ?? '').split(',').map((preference) => preference.trim().toLowerCase());
