import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { template } from '../synthesized.ts';
import { templateOutline } from '../template-outline.ts';

test('the template is the one that was looked at (npm run record writes it anew)', () => {
  const recorded = readFileSync(join(PROJECT, 'test/recorded/template.txt'), 'utf8');
  expect(templateOutline(template.toJSON())).toBe(recorded);
});

test.each([
  ['hashes do not show', { Code: { S3Key: `${'ab'.repeat(32)}.zip` } }, '  Code:\n    S3Key: (hash).zip'],
  ['references are names', { Bucket: { Ref: 'RawA1B2C3D4' } }, '  Bucket: Raw'],
  ['lists have dashes', { Rules: [{ b: 1, a: 2 }, { c: [] }] }, '  Rules:\n    - a: 2\n      b: 1\n    - c: []'],
])('%s', (_, Properties, lines) => {
  const text = templateOutline({ Resources: { OneA1B2C3D4: { Type: 'T', Properties } }, Outputs: {} });
  expect(text).toBe(`T One\n${lines}\n\nOutputs\n`);
});
