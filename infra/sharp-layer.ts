import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DeploySettings } from './deploy-settings.ts';
import { architectureOf, RUNTIME } from './lambda-function.ts';

/**
 * sharp with its native libvips, and the decoder of HEIC, for functions that read pictures. `folder` has
 * `nodejs/node_modules`.
 */
export function sharpLayer(scope: Construct, folder: string, settings: DeploySettings): LayerVersion {
  return new LayerVersion(scope, 'SharpLayer', {
    description: `sharp, libvips and libheif-js for linux ${settings.architecture}`,
    code: Code.fromAsset(folder),
    compatibleRuntimes: [RUNTIME],
    compatibleArchitectures: [architectureOf(settings)],
  });
}
