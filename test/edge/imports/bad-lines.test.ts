import { expect, test } from '@jest/globals';
import { lineRow, rowProblem } from '../../../lambdas/core/row-bounds.ts';
import { type ManifestPart, readManifestPart } from '../../../lambdas/edge/imports/manifest.ts';
import { badLines } from '../../bad-lines.ts';

/** In parts of 64 KiB, and longer ones where a line is longer. */
function readInParts(content: Buffer): { line: number; file: string; user: string; reason?: string }[] {
  const rows: ReturnType<typeof readInParts> = [];
  let columns: ManifestPart['columns'] | undefined;
  for (let at = 0, line = 1; at < content.length; ) {
    let part: ManifestPart | undefined;
    for (let bytes = 65_536; part === undefined || part.bytes === 0; bytes *= 16) {
      const isLast = at + bytes >= content.length;
      const start = { line, isLast, maxBytes: 65_536, ...(columns && { columns }) };
      part = readManifestPart(content.subarray(at, at + bytes), start);
    }
    for (const row of part.rows) {
      const problem =
        'problem' in row ? row.problem : rowProblem({ key: `manifests/b/${row.file}`, user: row.user, line: row.line });
      const shown = problem === undefined ? row : lineRow(row.line, row.file, row.user);
      const { file, user } = shown;
      rows.push({ line: row.line, file, user, ...(problem !== undefined && { reason: problem }) });
    }
    columns = part.columns;
    at += part.bytes;
    line += part.lines;
  }
  return rows;
}

test('1,000 lines, 10 of them bad in random places, 200 seeds: 990 read, and 10 that say why', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { content, rows } = badLines(seed, 1_000, 10, (n) => ({ file: `p/${n}.png`, user: `u${n}` }));
    expect(rows.filter(({ reason }) => reason === undefined)).toHaveLength(990);
    const read = readInParts(content);
    // Strings are quicker to compare; where they differ, the rows show how.
    if (JSON.stringify(read) !== JSON.stringify(rows)) expect({ seed, rows: read }).toEqual({ seed, rows });
  }
});
