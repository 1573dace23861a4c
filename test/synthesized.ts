import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { bundles, PROJECT } from '../infra/bundles.ts';
import { headshotStack } from '../infra/headshot-stack.ts';
import { said } from './template-parts.ts';

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
    const edgeScript = 'function handler(event) { return event.request; }';
    return Template.fromStack(
      headshotStack(appOf(), settings, {
        change: folder,
        read: folder,
        job: folder,
        import: folder,
        sweep: folder,
        avatar: folder,
        hook: folder,
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
    avatar: '',
    hook: '',
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
