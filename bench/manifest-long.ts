import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ImportWorldHere, importsIn, said } from '../test/import-world.ts';
import { jpeg, photoLike } from '../test/pictures.ts';
import { worldHere } from '../test/world.ts';
import type { Table } from './table.ts';
import { watchMemory } from './watch-memory.ts';

/** Of the manifest: some 1.4 MB, read in parts of 64 KiB, each queued by the one before. */
const LINES = Number(process.env.HEADSHOT_BENCH_LINES ?? 40_000);
/** Beside it, listed in pages of a thousand, each queued by the one before. */
const OBJECTS = LINES / 2;
/** Objects that no line names. */
const STRAYS = 500;
/** Lines with a user and a picture. */
const GOOD = 40;
/**
 * One of so many lines names an unknown user, or a missing file, which takes a message and an invocation of its own.
 */
const LOOKED_UP = 50;
const HEADER_LINES = 1;
/** Where Lambda would stop a chain of messages to oneself. */
const MAX_LINKS = 16;

const BATCH = 'long';
const PUTS_AT_ONCE = 8;
const REST_SECONDS = 3;

/**
 * A manifest of 40,000 lines, whose parts and pages are chains of more than 16 messages to oneself, on a laptop run
 * that stops such chains where Lambda would. The report must have every line as was written down before. Most lines
 * have only a file's name, because the chain is tested here, not the photos.
 */
export async function importLongManifest(): Promise<Table> {
  const world = importsIn(await worldHere());
  try {
    const picture = await jpeg({ picture: photoLike(16, 16, 1) });
    const lines = Array.from({ length: LINES }, (_, index) => ({
      file: `photos/of/2026/employee_${index}.jpg`,
      user: userOf(index),
    }));
    for (let index = 0; index < GOOD; index++) await world.createUser(`long_${index}`);
    const named = lines.slice(0, OBJECTS - STRAYS).map(({ file }) => file);
    const late = lines.slice(OBJECTS - STRAYS).filter(({ user }) => user.startsWith('long_'));
    const strays = Array.from({ length: STRAYS }, (_, index) => `stray_${index}.jpg`);
    await putAll(world, [...named, ...strays, ...late.map(({ file }) => file)], picture);

    const memory = watchMemory();
    const startMs = performance.now();
    const manifest = `file,user\n${lines.map(({ file, user }) => `${file},${user}`).join('\n')}\n`;
    await world.put(`manifests/${BATCH}/manifest.csv`, manifest);
    await rest(world);
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    const growth = memory.stop();

    const put = new Set([...named, ...late.map(({ file }) => file)]);
    const outcomeOf = ({ file, user }: (typeof lines)[number]) => {
      if (user === '') return 'refused | bad_row';
      if (user.startsWith('long_')) return 'published';
      return put.has(file) ? 'refused | unknown_user' : 'waiting | no_file';
    };
    // A line without a user has a row under its number (docs/imports.md), so that nothing names its object.
    const rowOf = ({ file, user }: (typeof lines)[number], index: number) =>
      user === '' ? [`(line ${index + HEADER_LINES + 1}) ${file}`] : [file, user];
    const unnamed = lines.filter(({ file, user }) => user === '' && put.has(file)).map(({ file }) => file);
    const expected = new Set([
      ...lines.map((line, index) => [...rowOf(line, index), outcomeOf(line)].join(' | ')),
      ...[...unnamed, ...strays].map((file) => `${file} | refused | no_row`),
    ]);
    const found = (await world.report(BATCH)).map(said);
    const wrong = found.filter((line) => !expected.has(line));
    const missing = expected.size - new Set(found.filter((line) => expected.has(line))).size;
    const depths = await world.depths();
    const dead = Object.entries(depths).reduce((sum, [name, depth]) => sum + (name.endsWith('Dead') ? depth : 0), 0);
    const [parts, pages] = [logged(world, '"manifest part"'), logged(world, '"manifest listed"')];
    const stopped = world.laptop.shown.filter((line) => line.includes('Lambda would stop it')).length;
    return {
      name: 'import-long-manifest',
      title: `A manifest of ${LINES} lines, ${manifest.length} bytes, beside ${OBJECTS} objects`,
      columns: ['', '', '', '', ''],
      rows: [
        ['links of the chain of parts', parts],
        ['links of the chain of pages', pages],
        ['lines of the report', found.length],
        ['seconds until all was done', seconds],
        ...wrong.slice(0, 10).map((line) => [`not expected: ${line}`, '']),
        ...growth.rows,
      ],
      goals: [
        { what: 'lines of the report that differ', measured: wrong.length + missing, atMost: 0, unit: 'lines' },
        {
          what: 'dead letters, and messages that Lambda would stop',
          measured: dead + stopped,
          atMost: 0,
          unit: 'messages',
        },
        {
          what: 'links short of those that Lambda would stop at',
          measured: Math.max(0, MAX_LINKS + 1 - Math.min(parts, pages)),
          atMost: 0,
          unit: 'links',
        },
        growth.goal,
      ],
    };
  } finally {
    await world.end();
  }
}

function userOf(index: number): string {
  if (index % (LINES / GOOD) === 0) return `long_${index / (LINES / GOOD)}`;
  return index % LOOKED_UP === 0 ? `nobody_${index}` : '';
}

async function putAll(world: ImportWorldHere, names: string[], content: Buffer): Promise<void> {
  for (let from = 0; from < names.length; from += PUTS_AT_ONCE) {
    await Promise.all(
      names.slice(from, from + PUTS_AT_ONCE).map((name) => world.put(`manifests/${BATCH}/${name}`, content)),
    );
  }
}

/** Waits until no message was seen in the queues for a while. */
async function rest(world: ImportWorldHere): Promise<void> {
  for (let still = 0; still < REST_SECONDS; still++) {
    await sleep(1_000);
    const { QueueIntake = 0, QueueBulk = 0 } = await world.depths();
    if (QueueIntake + QueueBulk > 0) still = -1;
  }
}

/** How many lines with these words the import function has logged. */
function logged(world: ImportWorldHere, words: string): number {
  const folder = join(world.laptop.dataDir, 'logs');
  const files = readdirSync(folder).filter((name) => name.startsWith('OnImport'));
  return files
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.includes(words)).length;
}
