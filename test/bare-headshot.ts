import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import { Headshot } from '../infra/headshot.ts';
import type { HeadshotProps } from '../infra/headshot-props.ts';

const folder = join(import.meta.dirname, 'bare-code');

/** Stands in for the code, so that nothing need be built. */
export const BARE_BUNDLES = {
  change: folder,
  read: folder,
  job: folder,
  import: folder,
  sweep: folder,
  avatar: folder,
  hook: folder,
  sharpLayer: folder,
  page: folder,
  edgeScript: 'function handler(event) { return event.request; }',
};

/** A Headshot with the code of `BARE_BUNDLES`. */
export const headshot = (scope: Construct, id: string, props: HeadshotProps = {}) =>
  new Headshot(scope, id, props, BARE_BUNDLES);

/** Resources of a type in a stack with one service, by logical id. */
export const resourcesOf = (stack: Stack, type: string): [string, { Properties: Record<string, unknown> }][] =>
  Object.entries(Template.fromStack(stack).findResources(type) as never);
