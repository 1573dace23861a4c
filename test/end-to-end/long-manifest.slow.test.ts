import { expect, test } from '@jest/globals';
import { assemblyWith } from '../assembly-copy.ts';
import { importsIn, said } from '../import-world.ts';
import { propertiesOf } from '../template-copy.ts';
import { eventually, worldHere } from '../world.ts';

/**
 * A manifest of more than a megabyte is a chain of more than 16 parts, each queued by the one before. It has few lines:
 * a column that nobody reads makes them long. (`npm run bench -- import-long-manifest` has forty thousand lines.)
 */
const LINES = 24;
const NOTE = 'x'.repeat(60_000);
const names = Array.from({ length: LINES }, (_, index) => `${String(index).padStart(2, '0')}.jpg`);
const MANIFEST = `file,user,note\n${names.map((name) => `${name},nobody,${NOTE}`).join('\n')}\n`;

test('is read to its end, on a laptop that stops loops as Lambda does', async () => {
  const world = importsIn(await worldHere());
  try {
    await world.put('manifests/long/manifest.csv', MANIFEST);
    const lines = await world.settled('long', LINES, 60_000);
    expect(lines.map(said)).toEqual(names.map((name) => `${name} | nobody | waiting | no_file`));
    expect(world.laptop.shown.filter((line) => line.includes('Lambda would stop'))).toEqual([]);
  } finally {
    await world.end();
  }
}, 120_000);

test('would be stopped half-way, had the function not said that it may call itself', async () => {
  const assembly = await assemblyWith((template) => {
    delete propertiesOf(template, 'OnImport').RecursiveLoop;
  });
  const world = importsIn(await worldHere(assembly.dir));
  try {
    await world.put('manifests/long/manifest.csv', MANIFEST);
    const isStopped = await eventually(
      async () => world.laptop.shown.some((line) => /^OnImport.* Lambda would stop it here/.test(line)),
      Boolean,
      60_000,
    );
    expect(isStopped).toBe(true);
    const read = (await world.report('long')).map(({ file }) => file);
    // A message from S3 and 15 of the function's own: as many parts, one line each.
    expect(read).toEqual(names.slice(0, read.length));
    expect(read.length).toBeGreaterThan(12);
    expect(read.length).toBeLessThan(LINES);
  } finally {
    await world.end();
    assembly.remove();
  }
}, 120_000);
