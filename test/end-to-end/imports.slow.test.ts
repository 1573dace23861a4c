import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '../../lambdas/core/user.ts';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { headshotHere } from '../headshot-here.ts';
import { type ImportWorld, importWorld, said } from '../import-world.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { eventually } from '../world.ts';

/**
 * Imports as people do them, by the command and by plain S3 puts, against a whole laptop run: a few hundred photos. Two
 * thousand, and how fast they are, is `npm run bench imports`.
 */
const USERS = 40;

let world: ImportWorld;
let folder: string;
let photos: Buffer[];
const users: User[] = [];
let gone: User;

beforeAll(async () => {
  world = await importWorld();
  folder = mkdtempSync(join(tmpdir(), 'headshot-imports-'));
  photos = await Promise.all([1, 2, 3, 4].map((seed) => jpeg({ picture: photoLike(64, 64, seed) })));
}, 60_000);
afterAll(async () => {
  await world?.end();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const photo = (index: number): Buffer => photos[index % photos.length] ?? Buffer.alloc(0);

async function headshot(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, out, err } = await headshotHere(words, { ...process.env, HEADSHOT_DATA: world.laptop.dataDir });
  return { code, stdout: out, stderr: err };
}

function write(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

describe('headshot users import', () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, index) => `u_${index},"User, ${index}",zoë+u${index}@example.com`);
  const file = () => join(folder, 'users.csv');

  test('a dry run makes nobody; a run makes everybody; another one nobody', async () => {
    write(file(), ['screen_name,name,email', ...lines(USERS), ''].join('\r\n'));
    const made = [];
    for (const more of [['--dry-run'], [], []]) {
      const { code, stdout } = await headshot('users', 'import', file(), '--json', ...more);
      const { created, exists } = JSON.parse(stdout);
      made.push([code, created, exists]);
    }
    expect(made).toEqual([
      [0, USERS, 0],
      [0, USERS, 0],
      [0, 0, USERS],
    ]);
    const named = new Map((await Array.fromAsync(world.stores.users.list())).map((user) => [user.screenName, user]));
    for (let index = 0; index < USERS; index++) {
      const user = named.get(`u_${index}`);
      expect(user).toMatchObject({ name: `User, ${index}`, email: `zoë+u${index}@example.com` });
      if (user) users.push(user);
    }
  });

  test('lines that cannot be are told of, and none stops the rest', async () => {
    write(
      file(),
      'screen_name;email\nfine;fine@example.com\nnot a name;x@example.com\nu_1;other@example.com\nugly;ugly\n',
    );
    const { code, stdout } = await headshot('users', 'import', file(), '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      {
        dry_run: false,
        created: 1,
        exists: 0,
        refused: 3,
        problems: [
          { line: 3, screen_name: 'not a name', reason: 'bad_screen_name' },
          { line: 4, screen_name: 'u_1', reason: 'exists_with_other_data' },
          { line: 5, screen_name: 'ugly', reason: 'bad_email' },
        ],
      },
    ]);
  });

  test.each([
    ['there is no such file', 'missing.csv', ''],
    ['a column is missing', 'wrong.csv', 'name\nada\n'],
  ])('exit 1 and one line when %s', async (_what, name, content) => {
    if (content !== '') write(join(folder, name), content);
    const { code, stderr } = await headshot('users', 'import', join(folder, name));
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
  });
});

/** Files for every user, named in each of the four ways, and every bad file. Also returns what the report must say. */
async function everyFile(): Promise<{ files: Map<string, Uint8Array>; expected: string[] }> {
  if (gone === undefined) {
    gone = await world.createUser('gone');
    await world.createUser('twin_a', 'twins@example.com');
    await world.createUser('twin_b', 'Twins@example.com');
    await world.stores.users.setState(gone.id, 'deactivated');
  }
  const files = new Map<string, Uint8Array>();
  const expected: string[] = [];
  const add = (name: string, content: Uint8Array, words: string) => {
    files.set(name, content);
    expected.push(`${name} | ${basename(name).replace(/\.(jpg|PNG|heic)$/, '')} | ${words}`);
  };
  users.forEach((user, index) => {
    const called = [user.id, user.slackId, user.screenName, user.email ?? ''][index % 4] ?? '';
    add(`${index % 5 === 0 ? 'sales & more/eu/' : ''}${called}.jpg`, photo(index), 'published');
  });
  add('nobody.jpg', photo(0), 'refused | unknown_user');
  add('写真 + letters.jpg', photo(0), 'refused | unknown_user');
  add('99.jpg', photo(0), 'refused | unknown_user');
  add('twins@example.com.jpg', photo(0), 'refused | ambiguous_user');
  add('gone.jpg', photo(0), 'refused | inactive_user');
  add('no-face.jpg', Buffer.from('neither a picture nor a user'), 'refused | unknown_user');
  // Users 2 and 6 have files by their screen names. 'z…' and '@…' sort after and before them.
  add(`zz/${users[2]?.screenName}.jpg`, photo(1), 'refused | duplicate_user');
  add('twin_a.jpg', Buffer.from('no picture at all'), 'refused | unknown_format');
  add('twin_b.PNG', photo(2).subarray(0, 600), 'refused | corrupt_image');
  return { files, expected: expected.sort() };
}

describe('a folder', () => {
  test('by the command line: a dry run changes nothing, a run does it all, another one nothing', async () => {
    const { files, expected } = await everyFile();
    for (const [name, content] of files) write(join(folder, 'staff', name), content);
    write(join(folder, 'staff/.DS_Store'), 'x');
    write(join(folder, 'staff/large.jpg'), Buffer.alloc(25_000_001, photo(0)));

    const dry = await headshot('import', join(folder, 'staff'), '--dry-run', '--json');
    // The truncated picture looks right by its first bytes.
    expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([
      1,
      {
        batch: 'staff',
        dry_run: true,
        files: USERS + 10,
        would_import: USERS + 1,
        problems: {
          unknown_user: 4,
          ambiguous_user: 1,
          inactive_user: 1,
          duplicate_user: 1,
          unknown_format: 1,
          too_many_bytes: 1,
        },
      },
    ]);
    expect(await world.report('staff')).toEqual([]);

    const run = await headshot('import', join(folder, 'staff'), '--json');
    expect([run.code, JSON.parse(run.stdout)]).toMatchObject([
      1,
      {
        finished: true,
        put: USERS + 9,
        skipped: 0,
        not_sent: 1,
        outcomes: { published: USERS, refused: 9, queued: 0 },
      },
    ]);
    expect((await world.report('staff')).map(said).sort()).toEqual(expected);

    const again = await headshot('import', join(folder, 'staff'), '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ finished: true, put: 0, skipped: USERS + 9 });
    for (const { id } of users) expect(await world.stores.users.get(id)).toMatchObject({ seq: 1, shown: 1 });
  }, 180_000);

  test('its report, as CSV and as JSON, has one line a file', async () => {
    const [csv, json] = [
      await headshot('import', 'report', 'staff'),
      await headshot('import', 'report', 'staff', '--json'),
    ];
    const lines = csv.stdout.trimEnd().split('\r\n');
    expect(lines[0]).toBe('file,user,user_id,outcome,reason,upload_id');
    expect(lines).toHaveLength(1 + USERS + 9);
    expect(JSON.parse(json.stdout)).toEqual(await world.report('staff'));
    expect(await headshot('import', 'status', 'nothing')).toMatchObject({ code: 1, stdout: '' });
  });

  test('by plain puts, each notified twice: the same report', async () => {
    const { files, expected } = await everyFile();
    for (const [name, content] of files) await world.put(`imports/put/${name}`, content);
    await world.put('imports/put/a folder/', new Uint8Array());
    await world.put('imports/put/large.jpg', Buffer.alloc(25_000_001, photo(0)));
    const all = [...expected, 'large.jpg | large | refused | unknown_user'].sort();
    await world.send({ Service: 'Amazon S3', Event: 's3:TestEvent', Time: new Date().toISOString() });
    const before = await world.settled('put', all.length, 60_000);
    expect(before.map(said).sort()).toEqual(all);

    for (const name of [...files.keys()].reverse()) {
      const key = encodeURIComponent(`imports/put/${name}`).replaceAll('%20', '+');
      await world.send({
        Records: [
          { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'imports' }, object: { key, sequencer: '01' } } },
        ],
      });
    }
    await eventually(
      () => world.depthOf('QueueIntake'),
      (depth) => depth === 0,
      30_000,
    );
    expect(await world.report('put')).toEqual(before);
    for (const { id } of users) expect(await world.stores.users.get(id)).toMatchObject({ seq: 2, shown: 2 });
    const depths = await world.depths();
    expect(Object.values(depths).every((depth) => depth === 0)).toBe(true);
  }, 180_000);

  test('undo: everybody has the photo of the import before', async () => {
    const before = await world.report('staff');
    const dry = await headshot('import', 'undo', 'put', '--dry-run', '--json');
    const undone = await headshot('import', 'undo', 'put', '--json');
    // The kept ones are the twins: their files were theirs alone, and no pictures.
    const counts = { batch: 'put', restored: USERS, removed: 0, kept: 2 };
    expect([JSON.parse(dry.stdout), JSON.parse(undone.stdout)]).toMatchObject([counts, counts]);
    for (const line of before.filter(({ outcome }) => outcome === 'published')) {
      const user = await world.stores.users.get(line.user_id);
      expect(user).toMatchObject({ photo: { number: 1 }, history: [], seq: 3, shown: 3 });
    }
    expect((await world.report('put')).filter(({ outcome }) => outcome === 'undone')).toHaveLength(USERS);
  }, 30_000);
});

describe('a manifest', () => {
  test('decides who gets what; what is missing on either side is told', async () => {
    const some = users.slice(0, 20);
    const lines = some.map((user, index) => `p/Åsa ${index}+.jpg,${user.email},${index === 3 ? '4,5,30' : ',,'}`);
    const bad = ['p/none.jpg,u_30,,,', 'p/Åsa 1+.jpg,nobody,,,', 'p/Åsa 2+.jpg,u_1,,,', ',u_31,,,', 'p/x.jpg,u_32,1,,'];
    for (let index = 0; index < some.length; index++) write(join(folder, `m/p/Åsa ${index}+.jpg`), photo(index));
    write(join(folder, 'm/manifest.csv'), ['file,user,crop_x,crop_y,crop_w', ...lines, ...bad, ''].join('\r\n'));
    await world.put('manifests/m/p/stray.jpg', photo(0));

    const run = await headshot('import', join(folder, 'm/manifest.csv'), '--json');
    expect(run).toMatchObject({ code: 1 });
    const expected = [
      ...some.map((user, index) => `p/Åsa ${index}+.jpg | ${user.email} | published`),
      'p/none.jpg | u_30 | waiting | no_file',
      'p/Åsa 1+.jpg | nobody | refused | unknown_user',
      'p/Åsa 2+.jpg | u_1 | refused | duplicate_user',
      '(line 25) | u_31 | refused | bad_row',
      '(line 26) p/x.jpg | u_32 | refused | bad_crop',
      'p/stray.jpg | refused | no_row',
    ].sort();
    const report = await eventually(
      () => world.report('m'),
      (seen) => seen.length === expected.length,
    );
    expect(report.map(said).sort()).toEqual(expected);
    expect((await world.stores.users.get(users[3]?.id ?? ''))?.photo).toMatchObject({ widthPx: 30, heightPx: 30 });

    write(join(folder, 'm/p/none.jpg'), photo(0));
    await headshot('import', join(folder, 'm/manifest.csv'), '--json');
    expect((await world.report('m')).map(said)).toContain('p/none.jpg | u_30 | published');
    for (const { id } of some) expect(await world.stores.users.get(id)).toMatchObject({ seq: 4 });
  }, 180_000);

  test('that cannot be read is told', async () => {
    await world.put('manifests/odd/manifest.csv', 'who,what\n');
    const [line] = await world.settled('odd', 1);
    expect(line).toMatchObject({
      file: 'manifest.csv',
      outcome: 'refused',
      reason: 'bad_manifest: the first line must name the columns file and user',
    });
  });
});

describe('kill -9', () => {
  const filesOf = (batch: string, from: number, to: number) => {
    users.slice(from, to).forEach((user, index) => {
      write(join(folder, batch, `${user.screenName}.jpg`), photo(index + 1));
    });
    return join(folder, batch);
  };
  const seqs = (some: User[]) => Promise.all(some.map(async ({ id }) => (await world.stores.users.get(id))?.seq ?? 0));

  test('of the command half-way: run again, it is complete and nothing was done twice', async () => {
    const path = filesOf('killed', 10, 40);
    const before = await seqs(users.slice(10, 40));
    const env = { ...process.env, HEADSHOT_DATA: world.laptop.dataDir };
    const args = ['cli/headshot.ts', 'import', path, '--concurrency', '1'];
    const child: ChildProcess = spawn(process.execPath, args, { cwd: PROJECT_DIR, env, stdio: 'ignore' });
    const there = await eventually(
      () => world.keysOf('BucketImports', 'imports/killed/'),
      (keys) => keys.length >= 5,
    );
    child.kill('SIGKILL');
    expect(there.length).toBeLessThan(30);
    const run = await headshot('import', path, '--json');
    expect([run.code, JSON.parse(run.stdout).outcomes]).toMatchObject([0, { total: 30, published: 30 }]);
    expect(await seqs(users.slice(10, 40))).toEqual(before.map((seq) => seq + 1));
  }, 60_000);
});
