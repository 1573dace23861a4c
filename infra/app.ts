import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundles, PROJECT } from './bundles.ts';
import { headshotStack } from './headshot-stack.ts';
import { contextSettings, deploySettings } from './read-settings.ts';
import { SettingError } from './setting-error.ts';

/**
 * Writes the CloudFormation template. `npx cdk` runs this, and so does the laptop run, with CDK_OUTDIR naming the
 * folder. Needs no credentials, no network and no Docker. Also reads the context in cdk.json, which otherwise only the
 * CDK's command would do: the template must be the same either way.
 */
const { context }: { context: Record<string, unknown> } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));

const app = new App({ context, analyticsReporting: false });
try {
  const given = contextSettings(app);
  const { architecture } = deploySettings(given);
  headshotStack(app, given, await bundles(architecture));
  app.synth();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
