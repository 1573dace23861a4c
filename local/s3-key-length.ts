/**
 * The rule: an object's key has at most 1,024 bytes in UTF-8. Source: S3's guide, "Naming Amazon S3 objects"; its API,
 * "Error responses", `KeyTooLongError`. The emulator takes any length (fauxqs 2.4.1).
 */
const MAX_KEY_BYTES = 1_024;

/** S3's answer to a request whose key is too long; undefined for any other. */
export function keyTooLong(target: string): { status: number; body: string } | undefined {
  const bytes = keyBytes(target);
  if (bytes <= MAX_KEY_BYTES) return undefined;
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>KeyTooLongError</Code><Message>Your key is too long</Message>' +
    `<Size>${bytes}</Size><MaxSizeAllowed>${MAX_KEY_BYTES}</MaxSizeAllowed></Error>`;
  return { status: 400, body };
}

/** In S3's path style: `/<bucket>/<key>?…`. */
function keyBytes(target: string): number {
  const path = target.split('?', 1)[0] ?? '';
  const slash = path.indexOf('/', 1);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  // Each %XX is one byte.
  return Buffer.byteLength(key.replaceAll(/%[0-9a-f]{2}/gi, 'x'));
}
