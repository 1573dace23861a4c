import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an assembly is made from, as paths of the project: every file below these folders, but for installed packages, */
const FOLDERS = ['infra', 'lambdas', 'web'];

/** and these files. Packages are known by the lock files that npm writes beside them: they say what is there, not what was asked for. */
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
 * Every file that an assembly is made from, as a path from `project`, in a fixed order. One that is not there is named
 * all the same: that it comes is a change.
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
 * A digest of everything that an assembly is made from: names and bytes of all files, the settings, Node's version and the
 * machine's kind. Two assemblies of one digest are the same.
 * @param settings as for `synthesize`
 * @returns 64 hex digits
 */
export function inputsDigest(project: string, settings: Record<string, string>, node = process.version): string {
  const digest = createHash('sha256');
  // Each part with its length, so that no two different lists read alike.
  const add = (part: string | Buffer) => digest.update(`${part.length}\n`).update(part);
  add(JSON.stringify([node, process.platform, process.arch, project, settings]));
  for (const file of inputFiles(project)) {
    const path = join(project, file);
    add(file);
    if (existsSync(path)) add(readFileSync(path));
  }
  return digest.digest('hex');
}
