import { at, said } from './template-parts.ts';

interface Resource {
  Type: string;
  Properties?: unknown;
  DependsOn?: string[];
  DeletionPolicy?: string;
}

/**
 * A template as text whose differences a person can read: a paragraph for each resource, by type and name; references
 * as names; nothing that changes with a function's code (hashes of assets and logical ids, the edge function's script).
 */
export function templateOutline(template: Record<string, unknown>): string {
  const resources = Object.entries(Object(template.Resources) as Record<string, Resource>);
  const paragraphs = resources.map(([id, { Type, Properties, DeletionPolicy }]) =>
    [
      `${Type} ${plainName(id)}`,
      ...(DeletionPolicy === undefined ? [] : [`  (when the stack is deleted: ${DeletionPolicy})`]),
      ...outline(Properties ?? {}, '  '),
    ].join('\n'),
  );
  const outputs = Object.entries(Object(template.Outputs) as Record<string, unknown>).map(
    ([id, output]) => `  ${id}: ${plainName(said(at(output, 'Value')))}`,
  );
  return `${[...paragraphs.sort(), ['Outputs', ...outputs.sort()].join('\n')].join('\n\n')}\n`;
}

function outline(value: unknown, indent: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((one) => {
      const [first, ...more] = isLeaf(one) ? [leaf(one)] : outline(one, `${indent}  `);
      return [`${indent}- ${first?.trimStart() ?? ''}`, ...more];
    });
  return Object.entries(Object(value) as Record<string, unknown>)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([key, one]) => {
      if (key === 'FunctionCode') return [`${indent}${key}: (the edge function)`];
      if (key === 'DashboardBody') return [`${indent}${key}:`, ...outline(JSON.parse(leaf(one)), `${indent}  `)];
      return isLeaf(one) ? [`${indent}${key}: ${leaf(one)}`] : [`${indent}${key}:`, ...outline(one, `${indent}  `)];
    });
}

/** References and empty values take one line. */
const isLeaf = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Object.keys(value).length === 0 ||
  (!Array.isArray(value) && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::')));

const leaf = (value: unknown): string =>
  plainName(
    typeof value === 'object' && value !== null && Object.keys(value).length === 0
      ? JSON.stringify(value)
      : said(value),
  );

/** Without the hashes in names of assets, deployments and logical ids. */
const plainName = (text: string): string =>
  text
    .replaceAll(/\b[0-9a-f]{64}\b/g, '(hash)')
    .replaceAll(/(Deployment[0-9A-F]{8})[0-9a-f]{32}\b/g, '$1')
    .replaceAll(/([a-zA-Z])[0-9A-F]{8}\b/g, '$1');
