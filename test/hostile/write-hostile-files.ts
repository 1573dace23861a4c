import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import { HOSTILE } from './hostile-files.ts';

/** `node test/hostile/write-hostile-files.ts <folder>`: writes the files of the suite, to be tried on something else. */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('which folder?');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const format of SOURCE_FORMATS)
  for (const { name, expected, make } of HOSTILE[format]) {
    const file = `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.${format}`;
    writeFileSync(join(folder, file), await make());
    console.log(`${file}  ${expected}`);
  }
