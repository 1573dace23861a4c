import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v1Openapi } from '../lambdas/edge/v1/openapi.ts';
import { PROJECT } from './bundles.ts';

/** `npm run openapi`: writes the OpenAPI document of `/v1`. */
writeFileSync(join(PROJECT, 'docs/openapi.json'), `${JSON.stringify(v1Openapi(), null, 2)}\n`);
