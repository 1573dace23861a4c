import type { Template } from './template.ts';

/** The resources of a type as in the template, unresolved: for rules that do not depend on values. */
export const resourcesOfType = (
  { Resources }: Template,
  type: string,
): { id: string; properties: Record<string, unknown> }[] =>
  Object.entries(Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => ({ id, properties: Properties }));

/** The value at a path; undefined where the path ends early. */
export const valueAt = (document: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );

/** The list at a path; empty where there is none. */
export function listAt(document: unknown, ...path: string[]): unknown[] {
  const value = valueAt(document, ...path);
  return Array.isArray(value) ? value : [];
}

/** The logical id that a value refers to by `Ref` or `Fn::GetAtt`; undefined for anything else. */
export function referredId(value: unknown): string | undefined {
  const id = valueAt(value, 'Ref') ?? listAt(value, 'Fn::GetAtt')[0];
  return typeof id === 'string' ? id : undefined;
}
