/**
 * The rule: an object's user-defined metadata, in `x-amz-meta-…` headers, has at most 2 KB, names and values together.
 * Source: S3's guide, "Working with object metadata"; its API, "Error responses", `MetadataTooLarge`. The emulator
 * takes any size (fauxqs 2.4.1).
 */
const MAX_METADATA_BYTES = 2_048;
const PREFIX = 'x-amz-meta-';

/**
 * S3's answer to a request with too much metadata; undefined for any other. Node's header strings are Latin-1, a byte a
 * character.
 */
export function metadataTooLarge(
  headers: Record<string, string | string[] | undefined>,
): { status: number; body: string } | undefined {
  const bytes = Object.entries(headers)
    .filter(([name]) => name.startsWith(PREFIX))
    .reduce((sum, [name, value = '']) => sum + name.length - PREFIX.length + String(value).length, 0);
  if (bytes <= MAX_METADATA_BYTES) return undefined;
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>MetadataTooLarge</Code>' +
    '<Message>Your metadata headers exceed the maximum allowed metadata size</Message>' +
    `<Size>${bytes}</Size><MaxSizeAllowed>${MAX_METADATA_BYTES}</MaxSizeAllowed></Error>`;
  return { status: 400, body };
}
