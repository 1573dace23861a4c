import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { fetchedPackages } from '../fetched-packages.ts';
import { paint, png } from '../pictures.ts';
import { sharedWorld, type World } from '../world.ts';

/** openapi-typescript makes a client from docs/openapi.json. It is compiled, and used over HTTP. */
const FOLDER = import.meta.dirname;
/** In another process: this one is the laptop run that the client calls. */
const execute = promisify(execFile);
const run = (program: string, args: string[]) =>
  execute(join(FOLDER, 'node_modules/.bin', program), args, { cwd: FOLDER });

let world: World;
const files = mkdtempSync(join(tmpdir(), 'headshot-client-'));

beforeAll(async () => {
  await fetchedPackages(FOLDER);
  world = await sharedWorld();
}, 120_000);
afterAll(async () => {
  rmSync(files, { recursive: true });
  await world?.end();
}, 30_000);

test('a program with a generated client sets, reads, deletes, and is refused in the words of the document', async () => {
  await run('openapi-typescript', [join(PROJECT, 'docs/openapi.json'), '-o', join(FOLDER, 'program/v1.d.ts')]);
  // Throws what the compiler printed.
  await run('tsc', ['-p', FOLDER]);
  const user = await world.newUser();
  const file = join(files, 'me.png');
  writeFileSync(file, await png({ picture: paint(90, 60, () => [200, 150, 120]) }));
  const env = { ...process.env, URL: world.url, TOKEN: user.token, USER_ID: user.id, FILE: file };
  const { stdout } = await execute(process.execPath, [join(FOLDER, 'program/use-v1.ts')], { env });
  expect(JSON.parse(stdout)).toEqual({
    set: [200, 'published'],
    crop_by: 'centre',
    is_same_version: true,
    deleted: null,
    restored: [404, 'unknown-version'],
    undone: [409, 'nothing-to-undo'],
    found: [302, '/v1/default-photo/default_profile_48.png'],
    ticket: [201, 204],
    max_ticket_bytes: 25_000_000,
    max_bytes: 4_500_000,
    health: 'ok',
    refused: 3,
  });
}, 120_000);
