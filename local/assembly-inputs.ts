import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an assembly is made from, as paths in the project: every file in these folders except installed packages, */
const FOLDERS = ['infra', 'lambdas', 'web'];

/**
 * and these files. Lock files stand for packages: those that npm writes into node_modules say what is there, not what
 * was asked for.
 */
const FILES = [
  'cdk.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
  'infra/sharp-layer/node_modules/.package-lock.json',
  // How the CDK app is run.
  'local/assembly.ts',
];

/**
 * Every file that an assembly is made from, as a path in `project`, in a fixed order. A missing file is named too,
 * because it is a change when it comes.
 */
export const inputFiles = (project: string): string[] =>
  [...FILES, ...FOLDERS.flatMap((folder) => filesBelow(project, folder))].sort();

function filesBelow(project: string, folder: string): string[] {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(project, path);
    return [path];
  });
}

/**
 * A digest of everything that an assembly is made from: names and bytes of all files, the settings, Node's version and
 * the machine's kind. Assemblies of one digest are the same.
 * @param settings as for `synthesize`
 * @returns 64 hex digits
 */
export function inputsDigest(project: string, settings: Record<string, string>, node = process.version): string {
  const digest = createHash('sha256');
  // Each part with its length, so that no two different lists give the same bytes.
  const add = (part: string | Buffer) => digest.update(`${part.length}\n`).update(part);
  add(JSON.stringify([node, process.platform, process.arch, project, settings]));
  for (const file of inputFiles(project)) {
    const path = join(project, file);
    add(file);
    if (existsSync(path)) add(readFileSync(path));
  }
  return digest.digest('hex');
}
