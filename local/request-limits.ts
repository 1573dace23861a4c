import type { HttpResponse, ViewerRequest } from './viewer-request.ts';

/** CloudFront's quotas: "Maximum length of a request and maximum length of a URL". */
const MAX_REQUEST_BYTES = 20_480;
const MAX_URL_BYTES = 8_192;

/** What CloudFront answers itself, before any edge function; undefined when it takes the request. */
export function refusedByCloudFront({
  method,
  path,
  query,
  headers,
  sendsBody,
}: Pick<ViewerRequest, 'method' | 'path' | 'query' | 'headers' | 'sendsBody'>): HttpResponse | undefined {
  const target = query === '' ? path : `${path}?${query}`;
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  // Name, colon, space, value, line end.
  const headerBytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (target.length + headerBytes > MAX_REQUEST_BYTES || `https://${host}${target}`.length > MAX_URL_BYTES) {
    // "… and then terminates the TCP connection to the viewer."
    return { ...refusal(413, 'The request or its URL is too long.'), isLast: true };
  }
  // "GET requests that include a body": 403.
  return method === 'GET' && sendsBody ? refusal(403, 'A GET has no body here.') : undefined;
}

/** CloudFront's answer to a method that a behaviour does not allow. */
export const methodRefused = (method: string): HttpResponse =>
  refusal(403, `This distribution does not allow ${method} here.`);

const refusal = (status: number, message: string): HttpResponse => ({
  status,
  headers: [
    ['content-type', 'text/plain; charset=utf-8'],
    ['x-cache', 'Error from cloudfront'],
  ],
  body: Buffer.from(`${message}\n`),
});
