import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { bundles, PROJECT } from '../infra/bundles.ts';
import { headshotStack } from '../infra/headshot-stack.ts';

const cdkJson: { context: Record<string, unknown> } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));

/** The context of cdk.json. */
const appOf = () => new App({ context: cdkJson.context });

/** The stack with the real bundles, synthesized in this process, once for each test file that imports it. */
export const app = appOf();
const stack = headshotStack(app, {}, await bundles());
export const template = Template.fromStack(stack);

/** The template with other settings. What the functions run is not looked at, so nothing is built. */
export function templateWith(settings: Record<string, unknown>): Template {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-code-'));
  try {
    writeFileSync(join(folder, 'index.mjs'), 'export const handler = () => undefined;');
    writeFileSync(join(folder, 'index.html'), '<title>Headshot</title>');
    const edgeScript = 'function handler(event) { return event.request; }';
    return Template.fromStack(
      headshotStack(appOf(), settings, {
        change: folder,
        read: folder,
        job: folder,
        import: folder,
        sweep: folder,
        sharpLayer: folder,
        page: folder,
        edgeScript,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Begins the stack with other settings, for those that must be refused before anything is built. */
export function serviceWith(settings: Record<string, unknown>): void {
  headshotStack(appOf(), settings, {
    change: '',
    read: '',
    job: '',
    import: '',
    sweep: '',
    sharpLayer: '',
    page: '',
    edgeScript: '',
  });
}

/** Properties of every resource of a type, by logical id without its hash. */
export function ofType(type: string, from = template): Record<string, unknown> {
  const resources = Object.entries(from.findResources(type));
  return Object.fromEntries(resources.map(([id, { Properties }]) => [said({ Ref: id }), Properties]));
}

/** What lies at a path in a document; undefined where the path ends early. */
export const at = (document: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );

/** The list at a path; empty where there is none. One value stands for a list of one, as in IAM's documents. */
export function listAt(document: unknown, ...path: (string | number)[]): unknown[] {
  const value = at(document, ...path);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** A value of the template as a person would say it: logical ids without their hash, joins joined. */
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
