import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { CropRefusal, PictureRefusal } from '../lambdas/core/refusal.ts';
import type { RowProblem } from '../lambdas/core/row-bounds.ts';
import type { ManifestProblem } from '../lambdas/edge/imports/manifest.ts';
import type { ImportUserRefusal } from '../lambdas/flow/find-import-user.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Refusals that an import's row may give as its reason. It does not compile when one is missing. */
const REFUSALS = {
  'no-image': true,
  'unknown-format': true,
  'corrupt-image': true,
  'too-many-bytes': true,
  // Imports have no bounds of sides (`UPLOAD_POLICIES.import`).
  'too-small': false,
  'too-large': false,
  'too-many-pixels': true,
  'too-much-memory': true,
  'too-slow': true,
  'too-many-frames': true,
  'bad-crop': true,
  'crop-outside': true,
  'unknown-user': true,
  'ambiguous-user': true,
  'inactive-user': true,
  'lossy-id': true,
} satisfies Record<(PictureRefusal | CropRefusal | ImportUserRefusal)['code'], boolean>;

/** What a line may be refused for by itself. */
const PROBLEMS = {
  bad_row: true,
  bad_crop: true,
  bad_character: true,
  bad_quotes: true,
  not_utf8: true,
  file_too_long: true,
  user_too_long: true,
} satisfies Record<ManifestProblem | RowProblem, true>;

/** Where the words for rows and for the ends of uploads come from. */
const SOURCES = [
  'lambdas/flow/import-photo.ts',
  'lambdas/core/import-batch.ts',
  'lambdas/flow/import-announce.ts',
  'lambdas/flow/import-manifest.ts',
  'lambdas/flow/import-report.ts',
  'lambdas/flow/inspect-dead-letter.ts',
  'lambdas/flow/process-job.ts',
  'lambdas/edge/imports/manifest.ts',
];
const WORDS =
  /(?:reason|problem): ['`]([a-z_-]+)|'(bad_[a-z]+)'|refusedRow\('([a-z-]+)'|refuse\([^)]*, '([a-z_]+)'|(?:DISCARDED|ERASED|NOT_STORABLE) = '([a-z_-]+)'|'(newer_change|row_removed|duplicate_row|no_file|lossy_name)'/g;

test('the table of reasons has every reason there is, and no other', () => {
  const inCode = SOURCES.flatMap((file) =>
    [...read(file).matchAll(WORDS)].map((match) => match.slice(1).find((word) => word !== undefined) ?? ''),
  );
  const refusals = Object.entries(REFUSALS).flatMap(([code, isGiven]) => (isGiven ? [code] : []));
  const all = new Set([...inCode, ...refusals, ...Object.keys(PROBLEMS)].map((word) => word.replaceAll('-', '_')));

  const section = read('docs/imports.md').split('## The report')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const inTable = rows.flatMap((row) =>
    [...(row.split('|')[2] ?? '').matchAll(/`([a-z0-9_]+)[^`]*`/g)].map(([, it]) => it),
  );
  const beside = /`(row_removed)` beside `published`/.exec(section)?.[1];
  expect([...new Set([...inTable, beside])].sort()).toEqual([...all].sort());
});
