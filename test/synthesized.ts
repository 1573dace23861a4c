import { Template } from 'aws-cdk-lib/assertions';
import { bundles } from '../infra/bundles.ts';
import { headshotStack } from '../infra/headshot-stack.ts';
import { appOf, ofType as ofTypeIn } from './stack-with.ts';

/** The stack with the real bundles, synthesized once for each test file that imports it. */
export const app = appOf();
const stack = headshotStack(app, {}, await bundles());
export const template = Template.fromStack(stack);

export const ofType = (type: string, from = template) => ofTypeIn(type, from);
