import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PROJECT } from '../infra/bundles.ts';
import { headshotStack } from '../infra/headshot-stack.ts';
import { BARE_BUNDLES } from './bare-headshot.ts';
import { said } from './template-parts.ts';

const cdkJson: { context: Record<string, unknown> } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));

/** With the context of cdk.json. */
export const appOf = () => new App({ context: cdkJson.context });

/** The template with other settings. Nothing is built, because the functions' code does not matter here. */
export const templateWith = (settings: Record<string, unknown>): Template =>
  Template.fromStack(headshotStack(appOf(), settings, BARE_BUNDLES));

/** Makes the stack with other settings, for those that must be refused. */
export const serviceWith = (settings: Record<string, unknown>): void => {
  headshotStack(appOf(), settings, BARE_BUNDLES);
};

/** Properties of every resource of a type, by logical id without its hash. */
export function ofType(type: string, from: Template): Record<string, unknown> {
  const resources = Object.entries(from.findResources(type));
  return Object.fromEntries(resources.map(([id, { Properties }]) => [said({ Ref: id }), Properties]));
}
