import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './bundles.ts';
import { propsInterface, propsTable } from './props-text.ts';

/** `npm run props`: writes the construct's props for TypeScript and into docs/construct.md. */
writeFileSync(join(PROJECT, 'infra/headshot-props.ts'), propsInterface());

const page = join(PROJECT, 'docs/construct.md');
const text = readFileSync(page, 'utf8');
const begin = text.indexOf('| prop | type | default | |\n');
const end = text.indexOf('\n\n', begin);
const head = text.slice(begin, end).split('\n').slice(0, 2);
writeFileSync(page, `${text.slice(0, begin)}${[...head, ...propsTable()].join('\n')}${text.slice(end)}`);
