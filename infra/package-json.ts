import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './bundles.ts';

/** The name `headshot` on npm belongs to somebody else. */
export const PACKAGE_NAME = 'headshot-cdk';

interface Project {
  version: string;
  license: string;
  devDependencies: Record<string, string>;
}

/** The `package.json` of the package that others install. Its version is the project's. */
export function packageJson() {
  const { version, license, devDependencies }: Project = JSON.parse(
    readFileSync(join(PROJECT, 'package.json'), 'utf8'),
  );
  const library: { peerDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(PROJECT, 'node_modules/aws-cdk-lib/package.json'), 'utf8'),
  );
  return {
    name: PACKAGE_NAME,
    version,
    description:
      "A construct for the AWS CDK: a profile-photo service that speaks Slack's users.setPhoto and Twitter's account/update_profile_image.",
    keywords: ['aws', 'cdk', 'aws-cdk', 'construct', 'profile-photo', 'avatar', 'serverless'],
    license,
    type: 'commonjs',
    main: './index.js',
    types: './index.d.ts',
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './package.json': './package.json',
    },
    files: ['index.js', 'index.d.ts', 'assets', 'docs', 'examples', 'SECURITY.md'],
    // Yarn would leave it in a zip archive, from which nothing can be deployed.
    preferUnplugged: true,
    // The oldest that is maintained. The deployed functions run on Lambda's Node.js 24, whatever the app uses.
    engines: { node: '>=22' },
    peerDependencies: {
      // None older than the one that it is tested with.
      'aws-cdk-lib': `^${devDependencies['aws-cdk-lib']}`,
      ...library.peerDependencies,
    },
  };
}
