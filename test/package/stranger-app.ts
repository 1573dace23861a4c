import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from '../../infra/bundles.ts';
import { PACKAGE_NAME } from '../../infra/package-json.ts';

const run = promisify(execFile);
/** Output of the programs that are run here: long lists of findings. */
const OUTPUT = { maxBuffer: 50_000_000 };

/** `npm run build`, as whoever publishes the package calls it. @returns the tarball's path, and what was printed */
export async function buildPackage(): Promise<{ tarball: string; printed: string }> {
  const { stdout } = await run('npm', ['run', '-s', 'build'], { ...OUTPUT, cwd: PROJECT });
  const name = readdirSync(join(PROJECT, 'dist')).find((one) => one.startsWith(PACKAGE_NAME) && one.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm run build left no tarball');
  return { tarball: join(PROJECT, 'dist', name), printed: stdout };
}

/**
 * An app of somebody else's: a folder outside of the project with what `files` holds (name → text) or a copy of an example, and the package
 * installed from its tarball. The network is out of reach, and nothing is in npm's cache: what the package needs, it must bring. Its peers
 * are the project's own.
 */
export async function strangerApp(tarball: string, from: Record<string, string> | string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-stranger-'));
  if (typeof from === 'string') cpSync(join(PROJECT, from), folder, { recursive: true });
  else for (const [name, text] of Object.entries(from)) writeFileSync(join(folder, name), text);
  const manifest = join(folder, 'package.json');
  const given = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : { private: true };
  const peers = ['aws-cdk-lib', 'constructs', 'cdk-nag', 'typescript', '@types/node'];
  const dependencies = {
    ...Object.fromEntries(peers.map((name) => [name, `file:${join(PROJECT, 'node_modules', name)}`])),
    [PACKAGE_NAME]: `file:${tarball}`,
  };
  writeFileSync(manifest, JSON.stringify({ ...given, dependencies }));
  const away = ['--offline', '--cache', join(folder, '.npm'), '--registry', 'http://127.0.0.1:1'];
  await run('npm', ['install', ...away, '--ignore-scripts', '--no-audit', '--no-fund'], { ...OUTPUT, cwd: folder });
  return folder;
}

/** Runs a file of the app. @returns what it prints */
export async function runApp(node: string, folder: string, file: string, environment: Record<string, string> = {}) {
  const { stdout } = await run(node, ['--disable-warning=ExperimentalWarning', file], {
    ...OUTPUT,
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      CDK_VALIDATION: 'false',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      ...environment,
    },
  });
  return stdout;
}

/** The templates that an app writes when it is synthesized by this Node, by the names of their stacks. */
export async function synthesized(node: string, folder: string, file: string): Promise<Record<string, Synthesized>> {
  const out = mkdtempSync(join(folder, 'cdk.out-'));
  await runApp(node, folder, file, { CDK_OUTDIR: out });
  const ending = '.template.json';
  const templates = readdirSync(out).filter((name) => name.endsWith(ending));
  return Object.fromEntries(
    templates.map((name) => {
      const path = join(out, name);
      return [name.slice(0, -ending.length), { path, template: JSON.parse(readFileSync(path, 'utf8')) }];
    }),
  );
}

export interface Synthesized {
  path: string;
  template: {
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
    Outputs?: Record<string, { Value: unknown; Export?: unknown }>;
  };
}

const NODE_22 = join(import.meta.dirname, 'node-22');

/** Node 22, fetched the first time; undefined where there is no build of it on npm. */
export function node22(): string | undefined {
  const program = join(NODE_22, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (!existsSync(program) && process.platform === 'linux') {
    console.error('installing Node 22 into test/package/node-22/node_modules');
    spawnSync('npm', ['ci', '--prefix', NODE_22, '--ignore-scripts', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  }
  return existsSync(program) ? program : undefined;
}
