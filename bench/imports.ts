import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ImportWorld, importsIn } from '../test/import-world.ts';
import { jpeg, photoLike } from '../test/pictures.ts';
import { worldHere } from '../test/world.ts';
import { importParts } from './import-parts.ts';
import { startCommand } from './start-command.ts';
import { latencyRow, quantile, ratio, type Table } from './table.ts';
import { watchMemory } from './watch-memory.ts';

/** `HEADSHOT_BENCH_PHOTOS`, for a quicker look. */
const PHOTOS = Number(process.env.HEADSHOT_BENCH_PHOTOS ?? 2_000);
const UPLOADS = 40;
/** As in a fresh account. */
const PLACES = 10;
/** Between uploads, so that they meet every stage of the import. */
const PAUSE_MS = PHOTOS;

/**
 * An import by the command on the laptop run: its speed beside that of its parts alone, what it does to people who
 * upload meanwhile, and whether memory grows with it.
 */
export async function imports(): Promise<Table> {
  const world = importsIn(await worldHere(undefined, { concurrency: PLACES }));
  const folder = mkdtempSync(join(tmpdir(), 'headshot-bench-'));
  try {
    const files = await Promise.all([1, 2, 3, 4].map((seed) => jpeg({ picture: photoLike(64, 64, seed) })));
    const parts = await importParts(world, files);
    await makeUsers(world, folder, files);
    const person = await world.newUser();
    const face = await jpeg({ picture: photoLike(512, 512, 9) });
    await uploads(world, person, face, 10, 0);
    const before = await uploads(world, person, face, UPLOADS, PAUSE_MS / 10);

    const memory = watchMemory();
    const startMs = performance.now();
    const cli = startCommand(world, 'import', join(folder, 'faces'), '--json');
    const ended = once(cli, 'close');
    await until(async () => (await world.keysOf('BucketImports', 'imports/')).length > 0);
    const during = await uploads(world, person, face, UPLOADS, PAUSE_MS);
    const [code] = await ended;
    const perPhotoMs = (performance.now() - startMs) / PHOTOS;
    const growth = memory.stop();
    // Before and after, so that the machine's other work favours neither.
    const alone = [...before, ...(await uploads(world, person, face, UPLOADS, PAUSE_MS / 10))];
    const shown = (await world.report('faces')).filter(({ outcome }) => outcome === 'published').length;
    if (code !== 0 || shown !== PHOTOS) throw new Error(`exit ${code}, ${shown} of ${PHOTOS} photos are shown`);

    const sumMs = parts.decodeMs + parts.renderMs + parts.storeMs + parts.queueMs;
    const milliseconds = (value: number) => value.toFixed(1);
    return {
      name: 'imports',
      title: `An import of ${PHOTOS} photos of 64×64, milliseconds`,
      columns: ['', 'min', 'p50', 'p95', 'max'],
      rows: [
        ['decode, alone, a photo', '', milliseconds(parts.decodeMs), '', ''],
        ['render, alone, a photo', '', milliseconds(parts.renderMs), '', ''],
        [`calls of the stores, alone, a photo (${parts.storeCalls})`, '', milliseconds(parts.storeMs), '', ''],
        ['notification and queues, alone, a photo', '', milliseconds(parts.queueMs), '', ''],
        ['sum', '', milliseconds(sumMs), '', ''],
        ['the whole import, a photo', '', milliseconds(perPhotoMs), '', ''],
        latencyRow('upload → shown, without an import', alone),
        latencyRow('upload → shown, during the import', during),
        ...growth.rows,
      ],
      goals: [
        { what: 'the import against the sum of its parts', measured: ratio(perPhotoMs, sumMs), atMost: 1.5, unit: '×' },
        {
          what: 'upload → shown, p95, during against without',
          measured: ratio(quantile(during, 0.95), quantile(alone, 0.95)),
          atMost: 1.5,
          unit: '×',
        },
        growth.goal,
      ],
    };
  } finally {
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeUsers(world: ImportWorld, folder: string, files: Buffer[]): Promise<void> {
  mkdirSync(join(folder, 'faces'));
  const names = Array.from({ length: PHOTOS }, (_, index) => `bench_${index}`);
  writeFileSync(join(folder, 'users.csv'), `screen_name\n${names.join('\n')}\n`);
  names.forEach((name, index) => {
    writeFileSync(join(folder, 'faces', `${name}.jpg`), files[index % files.length] ?? '');
  });
  const [code] = await once(startCommand(world, 'users', 'import', join(folder, 'users.csv')), 'close');
  if (code !== 0) throw new Error(`the users could not be made: exit ${code}`);
}

/** From the request until the user's record shows the photo, which `users.setPhoto` waits for. */
async function uploads(
  world: ImportWorld,
  { token }: { token: string },
  file: Buffer,
  count: number,
  pauseMs: number,
): Promise<number[]> {
  const durationsMs: number[] = [];
  while (durationsMs.length < count) {
    const body = new FormData();
    body.append('image', new Blob([new Uint8Array(file)]));
    const startMs = performance.now();
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${world.url}/api/users.setPhoto`, { method: 'POST', headers, body });
    const answer = (await response.json()) as { ok: boolean; error?: string };
    // Slack's rate limit is not measured here.
    if (answer.error === 'ratelimited') await sleep(Number(response.headers.get('retry-after') ?? 1) * 1_000);
    else if (!answer.ok) throw new Error(`an upload was refused: ${answer.error}`);
    else durationsMs.push(performance.now() - startMs);
    await sleep(pauseMs);
  }
  return durationsMs;
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(50);
}
