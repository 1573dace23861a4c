import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lambda's names of processors. */
export type LayerArchitecture = 'x86_64' | 'arm64';

/** The folder with the layer's lock file, and with its own install if one is needed. */
export const layerSource = (architecture: LayerArchitecture): string =>
  architecture === 'arm64' ? 'infra/sharp-layer-arm64' : 'infra/sharp-layer';

/** The parts of a lock file's entry that say for which machines a package is. */
interface Locked {
  integrity?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/**
 * The folder of each package in the layer, by name. A Linux machine like Lambda's has installed them for the project
 * itself, the same bytes by the same lock file. Only other machines need a second install.
 * @param project the project's folder
 * @returns undefined if a package is in neither place
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

/** All packages that are not optional, and the optional ones for Lambda's system. */
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
