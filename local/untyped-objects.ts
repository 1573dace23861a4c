import type { IncomingMessage } from 'node:http';

/** The type that S3 gives to an object that was put without one. */
const S3_DEFAULT_TYPE = 'binary/octet-stream';

/**
 * Gives an object without a Content-Type S3's default. The emulator reads no body without one, not even an empty one,
 * and answers 500; but so the AWS CLI puts empty files, and AWS's console folder markers.
 */
export function typeObject({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): void {
  if (method === 'PUT') headers['content-type'] ??= S3_DEFAULT_TYPE;
}
