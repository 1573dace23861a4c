import { get, type IncomingHttpHeaders } from 'node:http';
import { isUnchanged } from './byte-ranges.ts';
import { type HeaderList, type HttpResponse, headerValue, type ViewerRequest } from './viewer-request.ts';

/** What an object is served with. */
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
 * An S3 bucket behind CloudFront: GET and HEAD of an object. A missing object is 403, because the distribution may not
 * list the bucket, and S3 then does not tell what is there.
 */
export async function fromBucket(s3Endpoint: string, bucket: string, request: ViewerRequest): Promise<HttpResponse> {
  // Signed for the bucket's own name: another one is no match.
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

/** Not `fetch`, which would unpack an object that is stored packed. */
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

/** Dots would lead out of the bucket on the way to the emulator, also when they are escaped; the bucket's root is a listing. */
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
