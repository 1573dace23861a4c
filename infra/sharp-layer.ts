import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DeploySettings } from './deploy-settings.ts';
import { architectureOf, RUNTIME } from './lambda-function.ts';

/** sharp with its native libvips, for the functions that touch pictures. `folder` holds `nodejs/node_modules`. */
export function sharpLayer(scope: Construct, folder: string, settings: DeploySettings): LayerVersion {
  return new LayerVersion(scope, 'SharpLayer', {
    description: `sharp and libvips for linux ${settings.architecture}`,
    code: Code.fromAsset(folder),
    compatibleRuntimes: [RUNTIME],
    compatibleArchitectures: [architectureOf(settings)],
  });
}
