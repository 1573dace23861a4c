import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../../infra/bundles.ts';
import { OWN_OPERATIONS, ownOpenapi } from '../../../lambdas/edge/own/own-openapi.ts';
import { CHANGES } from '../../../lambdas/edge/routes.ts';

const document = ownOpenapi();
const written = JSON.stringify(document);

describe('the document of /v1', () => {
  test('is the one in docs/ (else: npm run openapi)', () => {
    expect(JSON.parse(readFileSync(join(PROJECT, 'docs/openapi.json'), 'utf8'))).toEqual(JSON.parse(written));
  });

  test('has every path that changes something', () => {
    const paths = new Set(OWN_OPERATIONS.map(({ path }) => path));
    expect(CHANGES.own.filter((path) => !paths.has(path))).toEqual([]);
  });

  test('names each operation once, and refers to nothing that is not there', () => {
    const ids = OWN_OPERATIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...written.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(OWN_OPERATIONS.length);
    const found = (path: string) =>
      path.split('/').reduce<unknown>((part, key) => Object(part)[key], JSON.parse(written));
    expect(references.filter((path) => found(path) === undefined)).toEqual([]);
  });
});
