/**
 * Bytes of an item as DynamoDB counts them: names and strings in UTF-8, numbers by their digits, and for lists and maps
 * three bytes plus one for each entry (its guide, "DynamoDB item sizes and formats"). Undefined values are not written,
 * and count nothing.
 */
export const itemBytes = (item: Record<string, unknown>): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (value instanceof Set) return [...value].reduce<number>((sum, one) => sum + valueBytes(one), 0);
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, one) => sum + 1 + valueBytes(one), 0);
  if (typeof value === 'object' && value !== null)
    return (
      3 + Object.entries(value).reduce((sum, [name, one]) => sum + 1 + Buffer.byteLength(name) + valueBytes(one), 0)
    );
  return 1;
}
