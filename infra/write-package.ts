import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { type Zippable, zipSync } from 'fflate';
import { bundles, PROJECT } from './bundles.ts';
import { type LayerArchitecture, layerPackages } from './layer-packages.ts';
import { PACKAGE_NAME, packageJson } from './package-json.ts';
import { ASSETS, EDGE_FILE, FOLDERS, layerFile } from './shipped-bundles.ts';

/** npm accepts more, but people who add a dependency wait for it. */
const MAX_TARBALL_BYTES = 30_000_000;

const DIST = join(PROJECT, 'dist');
const PACKAGE = join(DIST, PACKAGE_NAME);
const TYPES = join(DIST, 'types');

/** The earliest possible date, so that the archive is the same whoever writes it and when. */
const WRITTEN = new Date(1980, 0, 1);
/** Readable for everybody, because Lambda opens a layer as another user. The host system is Unix (APPNOTE 4.4.2.2). */
const READABLE = { os: 3, attrs: 0o100644 * 2 ** 16, mtime: WRITTEN };

/**
 * `npm run build`: writes the package that others install (docs/construct.md) into `dist/headshot-cdk`, and packs it.
 * It has the construct as CommonJS, which every Node and TypeScript can load, its declarations, and everything that is
 * deployed.
 */
async function writePackage(): Promise<string> {
  installLayer('arm64');
  mkdirSync(DIST, { recursive: true });
  const fresh = mkdtempSync(join(DIST, '.fresh-package-'));
  await writeAssets(join(fresh, ASSETS));
  await writeCode(join(fresh, 'index.js'));
  writeFileSync(join(fresh, 'index.d.ts'), declarations());
  writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(packageJson(), undefined, 2)}\n`);
  writeDocs(fresh);
  cpSync(join(PROJECT, 'LICENSE'), join(fresh, 'LICENSE'));
  rmSync(PACKAGE, { recursive: true, force: true });
  renameSync(fresh, PACKAGE);
  return pack();
}

/** Installs the layer of the other processor when it is first needed. */
function installLayer(architecture: LayerArchitecture): void {
  if (layerPackages(PROJECT, architecture) === undefined) run('npm', ['run', '-s', `layer:${architecture}`]);
}

async function writeAssets(folder: string): Promise<void> {
  const { edgeScript, sharpLayer: x86Layer, ...folders } = await bundles('x86_64');
  const { sharpLayer: armLayer } = await bundles('arm64');
  mkdirSync(folder);
  writeFileSync(join(folder, EDGE_FILE), edgeScript);
  for (const [name, to] of Object.entries(FOLDERS))
    cpSync(folders[name as keyof typeof FOLDERS], join(folder, to), { recursive: true });
  writeFileSync(join(folder, layerFile('x86_64')), zipFolder(x86Layer));
  writeFileSync(join(folder, layerFile('arm64')), zipFolder(armLayer));
}

/** One file, without any code of other packages. */
async function writeCode(outfile: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: ['infra/headshot.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['aws-cdk-lib', 'constructs'],
    define: { 'import.meta.dirname': '__dirname' },
    metafile: true,
    logLevel: 'silent',
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const strangers = used
    .filter(([path, { bytesInOutput }]) => path.includes('node_modules') && bytesInOutput > 0)
    .map(([path]) => path);
  if (strangers.length > 0) throw new Error(`the package would hold copies of others: ${strangers.join(', ')}`);
}

/** TypeScript's declarations in one file: the construct, then its props. */
function declarations(): string {
  rmSync(TYPES, { recursive: true, force: true });
  run(join(PROJECT, 'node_modules/.bin/tsc'), ['-p', 'infra/tsconfig.package.json']);
  const [props, construct] = ['headshot-props', 'headshot'].map((name) =>
    readFileSync(join(TYPES, 'infra', `${name}.d.ts`), 'utf8'),
  );
  const text = `${construct?.replace(/^import .* from '\.\/headshot-props\.ts';\n/m, '')}\n${props?.replace(/^\/\/.*\n/, '')}`;
  const [own] = /from '\..*'/.exec(text) ?? [];
  if (own !== undefined) throw new Error(`the package's declarations name what it has not: ${own}`);
  return text;
}

/** The pages for users, the construct's as README, and the examples. */
function writeDocs(folder: string): void {
  const docs = join(folder, 'docs');
  mkdirSync(docs);
  // docs/README.md is the project's own list of pages.
  const names = readdirSync(join(PROJECT, 'docs')).filter((one) => /\.(md|json)$/.test(one) && one !== 'README.md');
  for (const name of names) {
    const text = readFileSync(join(PROJECT, 'docs', name), 'utf8');
    writeFileSync(join(docs, name), text.replaceAll('](construct.md', '](../README.md'));
  }
  cpSync(join(PROJECT, 'SECURITY.md'), join(folder, 'SECURITY.md'));
  const page = readFileSync(join(docs, 'construct.md'), 'utf8');
  // Links to pages beside it and to the examples, as seen from the folder above.
  const moved = page.replaceAll(/\]\((?=[a-z-]+\.(?:md|json))/g, '](docs/').replaceAll('](../', '](');
  writeFileSync(join(folder, 'README.md'), moved);
  rmSync(join(docs, 'construct.md'));
  cpSync(join(PROJECT, 'examples'), join(folder, 'examples'), { recursive: true });
}

function pack(): string {
  const listed = run('npm', ['pack', PACKAGE, '--pack-destination', DIST, '--json', '--ignore-scripts']);
  const [{ filename }] = JSON.parse(listed) as [{ filename: string }];
  const tarball = join(DIST, filename);
  const { size } = statSync(tarball);
  if (size > MAX_TARBALL_BYTES)
    throw new Error(`${basename(tarball)} has ${size} bytes; it may have ${MAX_TARBALL_BYTES}`);
  return `dist/${filename}: ${(size / 1e6).toFixed(1)} MB of at most ${MAX_TARBALL_BYTES / 1e6}`;
}

function run(command: string, commandArguments: string[]): string {
  const { status, stdout, error } = spawnSync(command, commandArguments, {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw error ?? new Error(`${command} ${commandArguments.join(' ')} failed:\n${stdout}`);
  return stdout;
}

/** A zip archive of all files below `folder`, with relative names. */
function zipFolder(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const named: Zippable = Object.fromEntries(
    files.map((file) => [relative(folder, file).replaceAll(sep, '/'), [readFileSync(file), READABLE]]),
  );
  return zipSync(named, { level: 9 });
}

console.log(await writePackage());
