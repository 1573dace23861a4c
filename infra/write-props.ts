import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './bundles.ts';
import { propsInterface, propsTable } from './props-text.ts';

/** `npm run props`: writes the construct's props as TypeScript, and as the table of docs/construct.md. */
writeFileSync(join(PROJECT, 'infra/headshot-props.ts'), propsInterface());

const page = join(PROJECT, 'docs/construct.md');
const text = readFileSync(page, 'utf8');
const begin = text.indexOf('| prop | type | default | |\n');
const end = text.indexOf('\n\n', begin);
if (begin < 0 || end < 0) throw new Error('docs/construct.md has no table of props');
writeFileSync(page, `${text.slice(0, begin)}${propsTable()}${text.slice(end)}`);
