import type { Stack } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { RUNTIME } from './lambda-function.ts';

/** sharp with its native libvips, for the functions that touch pictures. `folder` holds `nodejs/node_modules`. */
export function sharpLayer(stack: Stack, folder: string): LayerVersion {
  return new LayerVersion(stack, 'SharpLayer', {
    description: 'sharp and libvips for linux x86_64',
    code: Code.fromAsset(folder),
    compatibleRuntimes: [RUNTIME],
    compatibleArchitectures: [Architecture.X86_64],
  });
}
