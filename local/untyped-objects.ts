import type { IncomingMessage } from 'node:http';

/** What S3 calls the content of an object that was put without a type. */
const S3_DEFAULT_TYPE = 'binary/octet-stream';

/**
 * Gives an object that is put without a Content-Type S3's own. The emulator reads no body without one, not even an empty one, and
 * answers 500: so the AWS CLI puts empty files, and AWS's console the markers of folders.
 */
export function typeObject({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): void {
  if (method === 'PUT') headers['content-type'] ??= S3_DEFAULT_TYPE;
}
