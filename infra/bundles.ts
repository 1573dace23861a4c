import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Entry } from '../lambdas/env.ts';
import { type LayerArchitecture, layerPackages, layerSource } from './layer-packages.ts';
import { pageBundle } from './page-bundle.ts';
import { SettingError } from './setting-error.ts';

/** The project's folder. All paths begin here, not in the caller's folder. */
export const PROJECT = resolve(import.meta.dirname, '..');
const DIST = join(PROJECT, 'dist');

/** The folders of each function's code, of the layer and of the page, and the edge function's source. */
export interface Bundles extends Record<Entry, string> {
  sharpLayer: string;
  page: string;
  edgeScript: string;
}

/**
 * Builds what is deployed, into `dist/`. The laptop run takes the same files from the template.
 * Unchanged files are left alone and new ones appear whole, so two builds at the same time do no harm.
 * @throws Error if an entry does not build, or if sharp for Lambda is not installed
 */
export async function bundles(architecture: LayerArchitecture = 'x86_64'): Promise<Bundles> {
  const [edgeScript, page, sharpLayer] = await Promise.all([
    edgeBundle('on-viewer-request'),
    pageBundle(join(PROJECT, 'web'), join(DIST, 'web')),
    sharpLayerFolder(architecture),
    functionBundles(Object.values(FUNCTIONS)),
  ]);
  return { ...FUNCTIONS, edgeScript, page, sharpLayer };
}

/** The folder of each function's code, named like its entry in `lambdas/`. */
const FUNCTIONS: Record<Entry, string> = {
  change: join(DIST, 'on-change'),
  read: join(DIST, 'on-read'),
  job: join(DIST, 'on-job'),
  import: join(DIST, 'on-import'),
  sweep: join(DIST, 'on-sweep'),
  avatar: join(DIST, 'on-avatar'),
  hook: join(DIST, 'on-hook'),
};

/**
 * One module per function, with the SDK inside, which starts faster than the runtime's own. Minified except for names:
 * a third less to read and compile at each start, while a fault's stack still names the functions. Built together, so
 * that shared files are read once, which takes a third of the time.
 */
async function functionBundles(folders: string[]): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: PROJECT,
    entryPoints: [
      ...folders
        .map((folder) => basename(folder))
        .map((name) => ({ in: `lambdas/${name}.ts`, out: join(name, 'index') })),
      // A thread's code, beside the function that starts it.
      { in: 'lambdas/image/heic-worker.ts', out: 'on-job/heic-worker' },
    ],
    outdir: DIST,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['sharp'],
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [PLAIN_BUILTINS, ENVIRONMENT_CREDENTIALS],
    // Some packages inside still call `require`, which modules do not have.
    banner: {
      js: "import { createRequire as headshotCreateRequire } from 'node:module'; const require = headshotCreateRequire(import.meta.url);",
    },
    write: false,
    logLevel: 'silent',
  });
  for (const { path, text } of outputFiles) writeWhole(path, text);
}

/**
 * Loads Node's own modules without `import`, which would read all of their exports. Reading `WebSocket` in `node:http`
 * loads all of undici, which nothing here uses, and adds 15 to 30 ms to every cold start.
 */
const PLAIN_BUILTINS: Plugin = {
  name: 'plain-builtins',
  setup(bundle) {
    const namespace = 'builtin';
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    bundle.onResolve({ filter }, ({ path }) => ({ path: path.replace('node:', ''), namespace, sideEffects: false }));
    bundle.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
  },
};

/**
 * Lambda puts a function's credentials into the environment, and so does the laptop run. The SDK's default chain would
 * also bring profiles, single sign-on, other roles and instance metadata: a quarter of a bundle's code. The CLI is not
 * bundled and has the whole chain.
 */
const ENVIRONMENT_CREDENTIALS: Plugin = {
  name: 'environment-credentials',
  setup(bundle) {
    const namespace = 'credentials';
    const filter = /^@aws-sdk\/credential-provider-node$/;
    bundle.onResolve({ filter }, ({ path }) => ({ path, namespace, sideEffects: false }));
    bundle.onLoad({ filter: /./, namespace }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: PROJECT,
    }));
  },
};

/** The features beyond ECMAScript 5.1 that the edge function's language has, by esbuild's names. */
const EDGE_SYNTAX = {
  'const-and-let': true,
  arrow: true,
  'template-literal': true,
};

/**
 * One script with a top-level `function handler`, for CloudFront's runtime 2.0: ECMAScript 5.1 and the features above
 * (its guide, "JavaScript runtime 2.0 features"). esbuild fails on what it cannot express in that.
 */
async function edgeBundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: PROJECT,
    stdin: {
      contents: `import { onViewerRequest } from './lambdas/${name}.ts'; edge = onViewerRequest;`,
      resolveDir: PROJECT,
    },
    bundle: true,
    platform: 'neutral',
    target: 'es5',
    supported: EDGE_SYNTAX,
    format: 'iife',
    // Without comments: the limit is 10 KB.
    minifyWhitespace: true,
    banner: { js: 'var edge;' },
    // `distribution.ts` writes `avatarDefaultHosts` before the script.
    footer: { js: 'function handler(event) { return edge(event, avatarDefaultHosts); }' },
    write: false,
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** Increase it when the layer's layout changes, so that an older one in `dist/` is not used. */
const LAYOUT = 3;

/** A layer's modules must be under `nodejs/node_modules`. Made again if the lock file or the layout has changed. */
async function sharpLayerFolder(architecture: LayerArchitecture): Promise<string> {
  const source = join(PROJECT, layerSource(architecture));
  const packages = layerPackages(PROJECT, architecture);
  if (packages === undefined)
    throw new SettingError(
      `sharp for Lambda's ${architecture} is not installed: run ${architecture === 'arm64' ? 'npm run layer:arm64' : 'npm ci'}`,
    );
  const folder = join(DIST, basename(source));
  const stamp = `${folder}.lock`;
  const made = `${LAYOUT}\n${readFileSync(join(source, 'package-lock.json'), 'utf8')}`;
  if (existsSync(folder) && existsSync(stamp) && readFileSync(stamp, 'utf8') === made) return folder;

  mkdirSync(DIST, { recursive: true });
  const fresh = mkdtempSync(join(DIST, '.fresh-'));
  const modules = join(fresh, 'nodejs/node_modules');
  for (const [name, from] of packages) cpSync(from, join(modules, name), { recursive: true });
  await intoOneFile(join(modules, 'semver/index.js'));
  // Lambda reads the layer as another user, and a temporary folder is closed to others.
  chmodSync(fresh, 0o755);
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another build may have made the same meanwhile.
    if (!existsSync(folder)) throw error;
    rmSync(fresh, { recursive: true });
  }
  writeWhole(stamp, made);
  return folder;
}

/** sharp loads all of semver: forty files to find and read at every cold start. */
const intoOneFile = (entry: string) =>
  build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', outfile: entry, allowOverwrite: true });

function writeWhole(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  // Next to the deployed folders, so that a half-written file is never part of one.
  const fresh = join(DIST, `.fresh-${process.pid}`);
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}
