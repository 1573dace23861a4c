import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createUser } from '../../lambdas/flow/create-user.ts';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { writeRunning } from '../../local/running-file.ts';
import { badLines } from '../bad-lines.ts';
import { type ImportEntry, importEntry } from '../flow/import-entry.ts';
import { type ImportWorld, importWorld } from '../import-world.ts';
import { png, RED, solid } from '../pictures.ts';
import { eventually } from '../world.ts';

/**
 * Manifests with ten bad lines in random places, on the real stores: by the import function's entry, and by the command
 * against a laptop run. (`edge/imports/bad-lines.test.ts` reads 200 manifests of 1,000 lines.) One seed each, and fewer
 * lines. `SEEDS=1-200` takes 200 seeds of 1,000 lines, and two hours; `SEEDS=41-60` twenty of them.
 */
const [FIRST, LAST] = (process.env.SEEDS ?? '1-1').split('-').map(Number) as [number, number];
const SEEDS = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index);
const LINES = process.env.SEEDS === undefined ? 120 : 1_000;
const BAD = 10;

describe('on the real stores', () => {
  let entry: ImportEntry;
  beforeAll(async () => {
    entry = await importEntry();
  }, 60_000);
  afterAll(() => entry?.end(), 30_000);

  test(
    `seeds ${FIRST} to ${LAST}: the good rows announced and queued, 10 that say why, and no message fails`,
    async () => {
      for (const seed of SEEDS) {
        const batch = `seed-${seed}`;
        const { content, rows } = badLines(seed, LINES, BAD, (n) => ({ file: `p/${n}.png`, user: `u${n}` }));
        await entry.put(`manifests/${batch}/manifest.csv`, content);
        // The other test sees what becomes of good lines.
        const queued = await entry.deliver({ s3: 1, listing: 1, row: LINES - BAD }, ['row']);
        const good = rows.filter(({ reason }) => reason === undefined);
        const told = queued.map((body) => JSON.parse(body) as { key: string; user: string; line: number });
        const lineOf = new Map(told.map(({ line, key, user }) => [line, `${key} ${user}`]));
        expect([seed, lineOf]).toEqual([
          seed,
          new Map(good.map(({ line, file, user }) => [line, `manifests/${batch}/${file} ${user}`])),
        ]);
        const expected = rows.map(({ file, user, reason = '' }) => {
          return { file, user, user_id: '', outcome: reason === '' ? 'queued' : 'refused', reason, upload_id: '' };
        });
        const byRow = (one: { file: string }, other: { file: string }) => (one.file < other.file ? -1 : 1);
        expect([seed, (await entry.report(batch)).sort(byRow)]).toEqual([seed, expected.sort(byRow)]);
      }
    },
    SEEDS.length * 30_000,
  );
});

describe('all the way', () => {
  let world: ImportWorld;
  let folder: string;
  beforeAll(async () => {
    world = await importWorld();
    writeRunning(world.laptop.dataDir, world.laptop.running);
    folder = mkdtempSync(join(tmpdir(), 'headshot-bad-lines-'));
  }, 60_000);
  afterAll(async () => {
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  const headshot = (...words: string[]) =>
    new Promise<{ code: number; said: Record<string, unknown> }>((done) => {
      const env = { ...process.env, HEADSHOT_DATA: world.laptop.dataDir };
      const options = { cwd: PROJECT_DIR, env, maxBuffer: 64e6 };
      execFile(process.execPath, ['cli/headshot.ts', ...words, '--json'], options, (error, out) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, said: JSON.parse(out) }),
      );
    });

  test(
    `seeds ${FIRST} to ${LAST}: the good lines published, 10 rows that say why, as the dry run said; no dead letter, and the command ends`,
    async () => {
      const picture = await png({ picture: solid(24, 24, RED) });
      mkdirSync(join(folder, 'p'));
      for (let n = 0; n < 8; n++) writeFileSync(join(folder, 'p', `${n}.png`), picture);
      for (let from = 0; from < LINES; from += 20) {
        const some = Array.from({ length: 20 }, (_, n) => `u${from + n}`);
        const made = await Promise.all(some.map((name) => createUser({ screenName: name, name }, world.stores)));
        expect(made.map(({ ok }) => ok)).not.toContain(false);
      }
      // The same batch again: a line that is bad this time was good before, and its photo is still shown.
      const shownBefore = new Set<number>();
      for (const seed of SEEDS) {
        const { content, rows } = badLines(seed, LINES, BAD, (n) => ({ file: `p/${n % 8}.png`, user: `u${n}` }));
        const manifest = join(folder, 'manifest.csv');
        writeFileSync(manifest, content);
        const isBad = (n: number) => rows[n]?.reason !== undefined;
        const bad = rows.filter(({ reason }) => reason !== undefined);
        const problems: Record<string, number> = {};
        for (const { reason = '' } of bad) problems[reason] = (problems[reason] ?? 0) + 1;
        const removed = [...shownBefore].filter(isBad).length;

        const dry = await headshot('import', manifest, '--batch', 'bad', '--dry-run');
        expect([seed, dry]).toMatchObject([
          seed,
          { code: 1, said: { files: LINES, would_import: LINES - BAD, problems } },
        ]);
        const run = await headshot('import', manifest, '--batch', 'bad');
        const published = LINES - BAD + removed;
        const outcomes = { total: LINES + removed, published, refused: BAD, row_removed: removed };
        expect([seed, run]).toMatchObject([seed, { code: 1, said: { finished: true, dead_letters: 0, outcomes } }]);
        const refused = (await world.report('bad')).filter(({ outcome }) => outcome === 'refused');
        const summaryText = ({ file, user, reason }: { file: string; user: string; reason?: string }) =>
          `${file} | ${user} | ${reason}`;
        expect([seed, refused.map(summaryText).sort()]).toEqual([seed, bad.map(summaryText).sort()]);
        const depths = await eventually(world.depths, (seen) => Object.values(seen).every((depth) => depth === 0));
        expect([seed, new Set(Object.values(depths))]).toEqual([seed, new Set([0])]);
        for (let n = 0; n < LINES; n++) if (!isBad(n)) shownBefore.add(n);
      }
    },
    300_000 + SEEDS.length * 240_000,
  );
});
