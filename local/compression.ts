import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Encoding } from './cache-policies.ts';
import { type HeaderList, type HttpResponse, headerValue, withoutHeaders } from './viewer-request.ts';

/** The types that CloudFront compresses ("Serving compressed files"). */
const TYPES = new Set(
  `application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
  application/opentype application/otf application/pkcs7-mime application/protobuf application/rss+xml application/truetype
  application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile application/vnd.ms-fontobject application/xhtml+xml
  application/xml application/x-font-opentype application/x-font-truetype application/x-font-ttf application/x-httpd-cgi
  application/x-javascript application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf
  font/eot font/opentype font/otf font/ttf image/svg+xml text/css text/csv text/html text/javascript text/js text/plain text/richtext
  text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script vnd.apple.mpegurl`.split(/\s+/),
);

/** "Between 1,000 bytes and 10,000,000 bytes in size." */
const MIN_BYTES = 1_000;
const MAX_BYTES = 10_000_000;

/** What may be compressed: "only when the HTTP status code of the response is 200, 403, or 404". */
const STATUSES = [200, 403, 404];

/**
 * How CloudFront compresses an answer, if it does. `taken` has what the behaviour, its policy and the viewer allow. The
 * rest depends on the answer: status, type, size, and that it is not encoded already.
 */
export function encodingFor({ status, headers, body }: HttpResponse, taken: readonly Encoding[]): Encoding | undefined {
  const type = (headerValue(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isFit = body.length >= MIN_BYTES && body.length <= MAX_BYTES;
  if (!isFit || !STATUSES.includes(status) || !TYPES.has(type)) return undefined;
  return headerValue(headers, 'content-encoding') === undefined ? taken[0] : undefined;
}

/** The answer as CloudFront sends it on: compressed, with a weak ETag, or without one that was invalid. */
export async function compressed(answer: HttpResponse, encoding: Encoding | undefined): Promise<HttpResponse> {
  if (encoding === undefined) return answer;
  const body =
    encoding === 'br'
      ? await promisify(brotliCompress)(answer.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      : await promisify(gzip)(answer.body);
  const etag = weak(headerValue(answer.headers, 'etag'));
  const headers: HeaderList = [
    ...withoutHeaders(answer.headers, ['content-length', 'etag', 'vary', 'accept-ranges']),
    ...(etag === undefined ? [] : [['etag', etag] satisfies [string, string]]),
    ['content-encoding', encoding],
    ['vary', 'Accept-Encoding'],
  ];
  return { ...answer, headers, body };
}

function weak(etag: string | undefined): string | undefined {
  if (etag?.startsWith('W/')) return etag;
  return etag?.startsWith('"') ? `W/${etag}` : undefined;
}
