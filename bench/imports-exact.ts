import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_DIR } from '../local/assembly.ts';
import { type ImportWorld, importWorld, said } from '../test/import-world.ts';
import { badPictures, INACTIVE, type MixedFile, mixedFiles, type Named, TWINS_EMAIL } from './import-mix.ts';
import type { Table } from './table.ts';
import { watchMemory } from './watch-memory.ts';

const PHOTOS = Number(process.env.HEADSHOT_BENCH_PHOTOS ?? 2_000);
const BATCH = 'mix';
const PUTS_AT_ONCE = 4;

/** Good and bad files of every kind, by the command line: the report must be what was written down before, line by line. */
export const importByCommand = (): Promise<Table> =>
  exact('import-by-command', async (world, folder) => {
    const child = command(world, 'import', join(folder, BATCH), '--json');
    const [code] = await once(child, 'close');
    if (code !== 1) throw new Error(`exit ${code}; 1 says that some files were refused`);
  });

/** The same files by plain puts of the SDK, and S3's test event among them. */
export const importByPuts = (): Promise<Table> =>
  exact('import-by-puts', async (world, _folder, files) => {
    await world.send({ Service: 'Amazon S3', Event: 's3:TestEvent', Time: new Date().toISOString() });
    for (let from = 0; from < files.length; from += PUTS_AT_ONCE) {
      const some = files.slice(from, from + PUTS_AT_ONCE);
      await Promise.all(some.map(({ name, content }) => world.put(`imports/${BATCH}/${name}`, content)));
    }
  });

type Way = (world: ImportWorld, folder: string, files: MixedFile[]) => Promise<void>;

async function exact(name: string, put: Way): Promise<Table> {
  const world = await importWorld();
  const folder = mkdtempSync(join(tmpdir(), 'headshot-bench-'));
  try {
    const users = await makeUsers(world);
    // Three of them are for pictures that are refused.
    const files = [...(await Array.fromAsync(mixedFiles(users.slice(3)))), ...(await badPictures(users.slice(0, 3)))];
    for (const { name: file, content } of files) {
      const path = join(folder, BATCH, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    const memory = watchMemory();
    const startMs = performance.now();
    await put(world, folder, files);
    const lines = (await world.settled(BATCH, files.length, 10 * 60_000)).map(said).sort();
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    const growth = memory.stop();
    const expected = files.map((file) => file.expected).sort();
    const wrong = [
      ...lines.filter((line) => !expected.includes(line)).map((line) => `not expected: ${line}`),
      ...expected.filter((line) => !lines.includes(line)).map((line) => `missing: ${line}`),
    ];
    const rows = [
      ['files', files.length],
      ['of them published', lines.filter((line) => line.endsWith('| published')).length],
      ['seconds until the report was whole', seconds],
      ...wrong.slice(0, 20).map((line) => [line, '']),
    ];
    const excess = Math.abs(lines.length - expected.length);
    return {
      name,
      title: `${files.length} files with every bad one among them (${name})`,
      columns: ['', '', '', '', ''],
      rows: [...rows, ...growth.rows],
      goals: [
        { what: 'lines of the report that differ', measured: wrong.length + excess, atMost: 0, unit: 'lines' },
        {
          what: 'memory of any process, last third against middle third',
          measured: growth.most,
          atMost: 1.2,
          unit: '×',
        },
      ],
    };
  } finally {
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function command(world: ImportWorld, ...args: string[]): ChildProcess {
  const env = { ...process.env, HEADSHOT_DATA: world.laptop.dataDir };
  return spawn(process.execPath, ['cli/headshot.ts', ...args], { cwd: PROJECT_DIR, env, stdio: 'ignore' });
}

async function makeUsers(world: ImportWorld): Promise<Named[]> {
  const users: Named[] = [];
  // One file in eleven is a bad one.
  for (let index = 0; index < Math.ceil((PHOTOS * 10) / 11); index++) {
    users.push(await world.createUser(`mix_${index}`, `mix+${index}@example.com`));
  }
  await world.createUser('twin_a', TWINS_EMAIL);
  await world.createUser('twin_b', TWINS_EMAIL);
  await world.stores.users.setState((await world.createUser(INACTIVE)).id, 'deactivated');
  return users;
}
