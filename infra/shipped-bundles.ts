import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundles } from './bundles.ts';
import type { LayerArchitecture } from './layer-packages.ts';

/** The package's folder with everything that is deployed, next to its code. */
export const ASSETS = 'assets';

/** In `ASSETS`: the layer as a zip file, because npm leaves every `node_modules` out of a package. */
export const layerFile = (architecture: LayerArchitecture): string => `sharp-layer-${architecture}.zip`;

/** In `ASSETS`: the edge function's source. */
export const EDGE_FILE = 'on-viewer-request.js';

/** In `ASSETS`: folders. */
export const FOLDERS = {
  change: 'on-change',
  read: 'on-read',
  job: 'on-job',
  import: 'on-import',
  sweep: 'on-sweep',
  avatar: 'on-avatar',
  hook: 'on-hook',
  page: 'page',
} as const satisfies Omit<Record<keyof Bundles, string>, 'sharpLayer' | 'edgeScript'>;

/**
 * What the package contains, built when it was packed (`write-package.ts`). Nothing is built in somebody else's app.
 */
export function shippedBundles(architecture: LayerArchitecture): Bundles {
  const at = (name: string) => join(import.meta.dirname, ASSETS, name);
  return {
    change: at(FOLDERS.change),
    read: at(FOLDERS.read),
    job: at(FOLDERS.job),
    import: at(FOLDERS.import),
    sweep: at(FOLDERS.sweep),
    avatar: at(FOLDERS.avatar),
    hook: at(FOLDERS.hook),
    page: at(FOLDERS.page),
    sharpLayer: at(layerFile(architecture)),
    edgeScript: readFileSync(at(EDGE_FILE), 'utf8'),
  };
}
