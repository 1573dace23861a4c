import type { HeaderList, ViewerRequest } from './viewer-request.ts';

/**
 * How API Gateway reads a request in another way than others: its guide, "Important notes for REST APIs" and "Quotas".
 */

/** "Total combined size of request line and header values". */
const MAX_LINE_AND_VALUES_BYTES = 10_240;

/**
 * The status with which API Gateway refuses a request; undefined when it does not. Its guide does not say the one for a
 * long request.
 */
export function refusedByGateway(
  { method, path, query, headers }: ViewerRequest,
  stageName: string,
): 400 | 431 | undefined {
  const line = `${method} /${stageName}${path}${query === '' ? '' : `?${query}`} HTTP/1.1`;
  const bytes = headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), Buffer.byteLength(line));
  if (bytes > MAX_LINE_AND_VALUES_BYTES) return 431;
  // "The plain text pipe character (|) and the curly brace character ({ or }) are not supported … and must be
  // URL-encoded."
  return /[|{}]/.test(query) ? 400 : undefined;
}

/** A query's parameters, decoded. A semicolon "results in the data being split". */
export const gatewayQuery = (query: string): HeaderList => [...new URLSearchParams(query.replaceAll(';', '&'))];

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

/** "When sending requests to an API by passing the X-HTTP-Method-Override header, API Gateway overrides the method." */
export function overridden(request: ViewerRequest): ViewerRequest {
  const wished = request.headers.find(([name]) => name.toLowerCase() === 'x-http-method-override')?.[1].toUpperCase();
  return wished !== undefined && METHODS.includes(wished) ? { ...request, method: wished } : request;
}

/** The table of headers of "Important notes", column "Request", as far as a Lambda integration loses them. */
const DROPPED = [
  'connection',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
];

/** An Authorization header is dropped, too, when it "contains a Signature Version 4 signature". */
export const gatewayHeaders = (headers: HeaderList): HeaderList =>
  headers.filter(([name, value]) => {
    const lower = name.toLowerCase();
    return !DROPPED.includes(lower) && !(lower === 'authorization' && value.startsWith('AWS4-'));
  });

/**
 * "A sibling ({proxy+}) of this resource already has a variable path part -- only one unique variable path part is
 * allowed" is CreateResource's answer.
 * @param parts the path parts right below one resource
 * @throws Error when more than one of them is variable
 */
export function checkSiblings(parts: string[]): void {
  const variable = parts.filter((part) => part.startsWith('{'));
  if (variable.length > 1)
    throw new Error(`API Gateway takes one variable path part among siblings, not ${variable.join(' and ')}`);
}

/** "The /ping and /sping paths are reserved for the service health check." */
const RESERVED_PARTS = ['ping', 'sping'];

/** @throws Error for a resource at an API's root that API Gateway reserves */
export function checkRootPart(part: string): void {
  if (RESERVED_PARTS.includes(part)) throw new Error(`API Gateway keeps /${part} at an API's root for itself`);
}
