import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownOpenapi } from '../lambdas/edge/own/own-openapi.ts';
import { PROJECT } from './bundles.ts';

/** `npm run openapi`: writes the document of `/v1` where readers and tools find it. */
writeFileSync(join(PROJECT, 'docs/openapi.json'), `${JSON.stringify(ownOpenapi(), null, 2)}\n`);
