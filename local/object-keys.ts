import type { ServiceAnswer } from './access-denied.ts';

/** S3's guide, "Naming Amazon S3 objects": bytes of a key's UTF-8. */
const MAX_KEY_BYTES = 1_024;

/**
 * S3's refusal of a request about an object whose key is longer than a key may be, to read or to write; undefined for all others.
 * @param url path and query as they were sent: `/<bucket>/<key>`
 */
export function keyTooLong(url: string): ServiceAnswer | undefined {
  const [, ...key] = (url.split('?')[0] ?? '').slice(1).split('/');
  const bytes = unescapedBytes(key.join('/'));
  if (bytes <= MAX_KEY_BYTES) return undefined;
  return {
    status: 400,
    headers: { 'content-type': 'text/xml' },
    body:
      '<?xml version="1.0" encoding="UTF-8"?><Error><Code>KeyTooLongError</Code><Message>Your key is too long</Message>' +
      `<Size>${bytes}</Size><MaxSizeAllowed>${MAX_KEY_BYTES}</MaxSizeAllowed></Error>`,
  };
}

/** Three characters stand for a byte that is escaped. */
const unescapedBytes = (escaped: string): number => Buffer.byteLength(escaped.replaceAll(/%[0-9a-f]{2}/gi, 'x'));
