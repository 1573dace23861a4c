import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ImportWorld, importsIn, said as summaryText } from '../test/import-world.ts';
import { worldHere } from '../test/world.ts';
import { BAD_PICTURES, badPictures, INACTIVE, type Mix, mixedFiles, type Named, TWINS_EMAIL } from './import-mix.ts';
import { manifestMix, STRAYS } from './manifest-mix.ts';
import { startCommand } from './start-command.ts';
import type { Table } from './table.ts';
import { watchMemory } from './watch-memory.ts';

const PHOTOS = Number(process.env.HEADSHOT_BENCH_PHOTOS ?? 2_000);
/** Of the folder: one file in eleven is a bad one. */
const FOLDER_USERS = Math.ceil((PHOTOS * 10) / 11);
/** Of the manifest: ten bad ones of each of 14 kinds. */
const LINES = Math.min(PHOTOS, 420);
const BATCH = 'mix';
const PUTS_AT_ONCE = 4;

/** Good and bad files of every kind, by the command. The report must be, line by line, as was written down before. */
export const importByCommand = (): Promise<Table> => exact('import-by-command', FOLDER_USERS, folderMix, byCommand(''));

/** The same files by plain puts of the SDK, with S3's test event among them. */
export const importByPuts = (): Promise<Table> =>
  exact('import-by-puts', FOLDER_USERS, folderMix, async (world, _folder, files) => {
    await world.send({ Service: 'Amazon S3', Event: 's3:TestEvent', Time: new Date().toISOString() });
    for (let from = 0; from < files.length; from += PUTS_AT_ONCE) {
      const some = files.slice(from, from + PUTS_AT_ONCE);
      await Promise.all(some.map(({ name, content }) => world.put(`imports/${BATCH}/${name}`, content)));
    }
  });

/**
 * Good and bad lines of a manifest, by the command, beside objects that no line names: the command would not send
 * those.
 */
export const importByManifest = (): Promise<Table> =>
  exact('import-by-manifest', LINES, manifestMix, async (world, folder, files) => {
    for (const { name, content } of files.filter((file) => file.name.startsWith(STRAYS)))
      await world.put(`manifests/${BATCH}/${name}`, content);
    await byCommand('manifest.csv')(world, folder, files);
  });

type Way = (world: ImportWorld, folder: string, files: Mix['files']) => Promise<void>;

const byCommand =
  (path: string): Way =>
  async (world, folder) => {
    const child = startCommand(world, 'import', join(folder, BATCH, path), '--json');
    const [code] = await once(child, 'close');
    if (code !== 1) throw new Error(`exit ${code}; 1 says that some files were refused`);
  };

async function folderMix(users: Named[]): Promise<Mix> {
  const good = await Array.fromAsync(mixedFiles(users.slice(BAD_PICTURES)));
  const files = [...good, ...(await badPictures(users.slice(0, BAD_PICTURES)))];
  return { files, expected: files.map(({ expected }) => expected) };
}

async function exact(name: string, userCount: number, mix: (users: Named[]) => Promise<Mix>, put: Way): Promise<Table> {
  const world = importsIn(await worldHere());
  const folder = mkdtempSync(join(tmpdir(), 'headshot-bench-'));
  try {
    const { files, ...said } = await mix(await makeUsers(world, userCount));
    for (const { name: file, content } of files) {
      const path = join(folder, BATCH, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    const memory = watchMemory();
    const startMs = performance.now();
    await put(world, folder, files);
    const lines = (await world.settled(BATCH, said.expected.length, 10 * 60_000)).map(summaryText).sort();
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    const growth = memory.stop();
    const expected = said.expected.sort();
    const wrong = [
      ...lines.filter((line) => !expected.includes(line)).map((line) => `not expected: ${line}`),
      ...expected.filter((line) => !lines.includes(line)).map((line) => `missing: ${line}`),
    ];
    const rows = [
      ['files', files.length],
      ['lines of the report', lines.length],
      ['of them published', lines.filter((line) => line.endsWith('| published')).length],
      ['seconds until the report was whole', seconds],
      ...wrong.slice(0, 20).map((line) => [line, '']),
    ];
    const excess = Math.abs(lines.length - expected.length);
    return {
      name,
      title: `${files.length} files, good and bad (${name})`,
      columns: ['', '', '', '', ''],
      rows: [...rows, ...growth.rows],
      goals: [
        { what: 'lines of the report that differ', measured: wrong.length + excess, atMost: 0, unit: 'lines' },
        growth.goal,
      ],
    };
  } finally {
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeUsers(world: ImportWorld, count: number): Promise<Named[]> {
  const users: Named[] = [];
  for (let index = 0; index < count; index++) {
    users.push(await world.createUser(`mix_${index}`, `mix+${index}@example.com`));
  }
  await world.createUser('twin_a', TWINS_EMAIL);
  await world.createUser('twin_b', TWINS_EMAIL);
  await world.stores.users.setState((await world.createUser(INACTIVE)).id, 'deactivated');
  return users;
}
