/** The value at a path in a document; undefined where the path ends early. */
export const at = (document: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );

/** The list at a path; empty where there is none. A single value counts as a list of one, as in IAM's documents. */
export function listAt(document: unknown, ...path: (string | number)[]): unknown[] {
  const value = at(document, ...path);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** A value of the template for people: logical ids without their hash, `Fn::Join` joined. */
export function said(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return withoutHash(String(value.Ref));
  const [id, attribute] = listAt(value, 'Fn::GetAtt').map(String);
  if (id !== undefined) return attribute === 'Arn' ? withoutHash(id) : `${withoutHash(id)}.${attribute}`;
  if ('Fn::Join' in value)
    return listAt(value, 'Fn::Join', 1)
      .map(said)
      .join(said(at(value, 'Fn::Join', 0)));
  return JSON.stringify(value);
}

/** The CDK ends each logical id with eight hex digits. */
const withoutHash = (id: string) => id.replace(/[0-9A-F]{8}$/, '');
