import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../../infra/bundles.ts';
import { CHANGES } from '../../../lambdas/edge/routes.ts';
import { v1Openapi } from '../../../lambdas/edge/v1/openapi.ts';
import { V1_OPERATIONS } from '../../../lambdas/edge/v1/operations.ts';

const document = v1Openapi();
const written = JSON.stringify(document);

describe('the document of /v1', () => {
  test('is the one in docs/ (else: npm run openapi)', () => {
    expect(JSON.parse(readFileSync(join(PROJECT, 'docs/openapi.json'), 'utf8'))).toEqual(JSON.parse(written));
  });

  test('has every path that changes something', () => {
    const paths = new Set(V1_OPERATIONS.map(({ path }) => path));
    expect(CHANGES.v1.filter((path) => !paths.has(path))).toEqual([]);
  });

  test('names each operation once, and refers to nothing that is not there', () => {
    const ids = V1_OPERATIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...written.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(V1_OPERATIONS.length);
    const found = (path: string) =>
      path.split('/').reduce<unknown>((part, key) => Object(part)[key], JSON.parse(written));
    expect(references.filter((path) => found(path) === undefined)).toEqual([]);
  });
});
