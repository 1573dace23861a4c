import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readManifestPart } from '../../../lambdas/edge/imports/manifest.ts';
import { TOOLS } from './tools.ts';

const MEANT = [
  { file: 'p/José.jpg', user: '776627022' },
  { file: 'p/b.jpg', user: 'zoë@example.com' },
];

test.each(TOOLS)('$name', ({ bytes, outcome }) => {
  const read = () => readManifestPart(bytes, { line: 1, isLast: true })?.rows.map(({ line: _, ...row }) => row);
  if (typeof outcome === 'string' && outcome !== 'read') return expect(read).toThrow(outcome);
  expect(read()).toEqual(outcome === 'read' ? MEANT : outcome);
});

test('each is the same read in two pieces, wherever it is cut', () => {
  for (const { name, bytes, outcome } of TOOLS) {
    if (typeof outcome === 'string' && outcome !== 'read') continue;
    const whole = readManifestPart(bytes, { line: 1, isLast: true })?.rows;
    for (let cut = 4; cut < bytes.length; cut++) {
      const first = readManifestPart(bytes.subarray(0, cut), { line: 1, isLast: false });
      const { bytes: at = 0, lines = 0, columns } = first ?? {};
      const start = { line: 1 + lines, isLast: true, ...(columns && { columns }) };
      const rest = readManifestPart(bytes.subarray(at), start);
      expect({ name, cut, rows: [...(first?.rows ?? []), ...(rest?.rows ?? [])] }).toEqual({ name, cut, rows: whole });
    }
  }
});

test('the table of docs/imports.md has each of them, and no other', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/imports.md'), 'utf8');
  const section = docs.split('## Lists as tools write them')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((row) => row.startsWith('| ') && !row.startsWith('| written by'));
  expect(rows.map((row) => row.split(' | ')[0]?.slice(2).trim()).sort()).toEqual(TOOLS.map(({ name }) => name).sort());
});
