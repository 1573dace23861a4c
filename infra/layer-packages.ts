import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lambda's names of processors. */
export type LayerArchitecture = 'x86_64' | 'arm64';

/** The folder that holds the layer's lock file, and its own install where one is needed. */
export const layerSource = (architecture: LayerArchitecture): string =>
  architecture === 'arm64' ? 'infra/sharp-layer-arm64' : 'infra/sharp-layer';

/** What npm knows of a package in a lock file, as far as it says for which machines it is. */
interface Locked {
  integrity?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/**
 * Where each package of the layer lies: name → folder. A Linux machine of Lambda's kind has installed them all for the
 * project's own use, the same bytes by the same lock; a second install, a second of everybody's `npm ci`, is for the others.
 * @param project the project's folder
 * @returns undefined when one is in neither place
 */
export function layerPackages(project: string, architecture: LayerArchitecture): Map<string, string> | undefined {
  const source = join(project, layerSource(architecture));
  if (!existsSync(join(source, 'package-lock.json'))) return undefined;
  const wanted = Object.entries(lockedIn(join(source, 'package-lock.json'))).filter(([, package_]) =>
    isForLambda(package_, architecture),
  );
  for (const root of [project, source]) {
    const installed = lockedIn(join(root, 'node_modules/.package-lock.json'));
    const isThere = ([path, { integrity }]: [string, Locked]) =>
      installed[path]?.integrity === integrity && existsSync(join(root, path, 'package.json'));
    if (wanted.every(isThere))
      return new Map(wanted.map(([path]) => [path.slice('node_modules/'.length), join(root, path)]));
  }
  return undefined;
}

/** Every package that is not a choice, and of the choices those for Lambda's system. */
function isForLambda({ optional = false, os, cpu, libc }: Locked, architecture: LayerArchitecture): boolean {
  if (!optional) return true;
  const processor = architecture === 'arm64' ? 'arm64' : 'x64';
  return os?.includes('linux') === true && cpu?.includes(processor) === true && libc?.includes('glibc') === true;
}

/** By path (`node_modules/sharp`), without the project itself. */
function lockedIn(lockFile: string): Record<string, Locked> {
  if (!existsSync(lockFile)) return {};
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, Locked> };
  return Object.fromEntries(Object.entries(packages).filter(([path]) => path !== ''));
}
