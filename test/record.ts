import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundles, PROJECT } from '../infra/bundles.ts';
import { bundleSizes } from './bundle-sizes.ts';
import { template } from './synthesized.ts';
import { templateOutline } from './template-outline.ts';

/** `npm run record`: writes what the tests compare the code with, for a person to check by `git diff` and commit. */
const sizes = bundleSizes(await bundles());
const recorded: Record<string, string> = {
  'test/recorded/template.txt': templateOutline(template.toJSON()),
  'test/recorded/bundle-sizes.json': `${JSON.stringify(sizes, undefined, 2)}\n`,
};
for (const [file, text] of Object.entries(recorded)) {
  mkdirSync(join(PROJECT, file, '..'), { recursive: true });
  writeFileSync(join(PROJECT, file), text);
}
console.table(sizes);
console.log(`written: ${Object.keys(recorded).join(', ')}; look at them with git diff`);
