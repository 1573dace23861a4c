import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './bundles.ts';
import { propsInterface } from './props-text.ts';

/** `npm run props`: writes the construct's props as TypeScript. */
writeFileSync(join(PROJECT, 'infra/headshot-props.ts'), propsInterface());
