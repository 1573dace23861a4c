import { get, type IncomingHttpHeaders } from 'node:http';
import { isUnchanged } from './byte-ranges.ts';
import { type HeaderList, type HttpResponse, headerValue, type ViewerRequest } from './viewer-request.ts';

/** The headers of an object's answer. */
const PASSED = [
  'content-type',
  'content-length',
  'content-range',
  'etag',
  'last-modified',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
];

/**
 * A bucket behind CloudFront: GET and HEAD of an object. A missing object is a 403, because the distribution may not
 * list the bucket, and then S3 does not tell what is there.
 */
export async function fromBucket(s3Endpoint: string, bucket: string, request: ViewerRequest): Promise<HttpResponse> {
  // Signed for the bucket's own host name: any other does not match.
  if (headerValue(request.headers, 'host') !== undefined) return denied(request.method);
  if (!isKey(request.path)) return denied(request.method);
  const range = headerValue(request.headers, 'range');
  const found = await getObject(`${s3Endpoint}/${bucket}${request.path}`, range === undefined ? {} : { range });
  if (found.status === 404) return denied(request.method);
  const headers: HeaderList = PASSED.flatMap((name) => {
    const value = found.headers[name];
    return typeof value === 'string' ? [[name, value] satisfies [string, string]] : [];
  });
  headers.push(['accept-ranges', 'bytes']);
  if (found.status === 200 && isUnchanged(request.headers, headers)) {
    return { status: 304, headers: headers.filter(([name]) => !name.startsWith('content-')), body: Buffer.alloc(0) };
  }
  return { status: found.status, headers, body: found.body };
}

/** Not `fetch`, which would decompress an object that is stored compressed. */
const getObject = (
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> =>
  new Promise((done, fail) => {
    get(url, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', fail);
      answer.on('end', () =>
        done({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    }).on('error', fail);
  });

/** Dots, even escaped, would lead out of the bucket on the way to the emulator; and the bucket's root is a listing. */
const isKey = (path: string): boolean =>
  path !== '/' && !path.split('/').some((part) => /^(?:\.|%2e){1,2}$/i.test(part)) && !path.includes('\\');

const denied = (method: string): HttpResponse => ({
  status: 403,
  headers: [['content-type', 'application/xml']],
  body: Buffer.from(
    method === 'HEAD'
      ? ''
      : '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  ),
});
