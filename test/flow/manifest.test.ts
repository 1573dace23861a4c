import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '../../lambdas/core/user.ts';
import { createUser } from '../../lambdas/flow/create-user.ts';
import { findUser } from '../../lambdas/flow/find-user.ts';
import { said } from '../import-world.ts';
import { png, RED, solid } from '../pictures.ts';
import { type ImportEntry, importEntry } from './import-entry.ts';

/** Manifests by the import function's entry, on the real stores: what a manifest says, and what its report says. */
let entry: ImportEntry;
let picture: Buffer;
let user: User;
let made = 0;

beforeAll(async () => {
  entry = await importEntry();
  picture = await png({ picture: solid(8, 8, RED) });
  user = await newUser('ada');
}, 60_000);
afterAll(() => entry?.end(), 30_000);

async function newUser(screenName: string): Promise<User> {
  const created = await createUser({ screenName, name: screenName, email: `${screenName}@example.com` }, entry.stores);
  if (!created.ok) throw new Error(created.refusal.code);
  return created.value;
}

/** The report of a manifest that was wholly delivered, in the order of its lines. */
async function reportOf(content: string | Buffer, lines: number, batch = `m${++made}`): Promise<string[]> {
  await entry.put(`manifests/${batch}/manifest.csv`, content);
  await entry.deliver({ s3: 1, listing: 1, row: lines });
  return (await entry.report(batch)).map(said);
}

const bytes = (count: number): string => 'ж'.repeat(Math.floor(count / 2)) + 'x'.repeat(count % 2);

describe('a length that a caller chooses and the store of rows limits', () => {
  // Of 1,024 bytes, manifests/len/<file>\n<user> leaves the file all but 14, the user's three and the line end.
  const LONGEST = 1_024 - 'manifests/len/'.length - '\nada'.length;

  test('one byte more is a row of its line, with the beginning of the cell; all others go on', async () => {
    const start = `(line %) ${'ж'.repeat(60)}…`;
    const presigned = `https://bucket.s3.amazonaws.com/a.jpg?X-Amz-Signature=${'0'.repeat(2_000)}`;
    const rows = [
      'first.png,ada',
      `${bytes(LONGEST)},ada`,
      `${bytes(LONGEST + 1)},ada`,
      `${presigned},ada`,
      `${'x'.repeat(300_000)},ada`,
      `a.png,${bytes(254)}`,
      `a.png,${bytes(255)}`,
      'last.png,ada',
    ];
    expect(await reportOf(['file,user', ...rows, ''].join('\r\n'), 4, 'len')).toEqual(
      [
        'first.png | ada | waiting | no_file',
        `${bytes(LONGEST)} | ada | waiting | no_file`,
        `${start.replace('%', '4')} | ada | refused | file_too_long`,
        `(line 5) ${presigned.slice(0, 60)}… | ada | refused | file_too_long`,
        `(line 6) ${'x'.repeat(60)}… | ada | refused | file_too_long`,
        `a.png | ${bytes(254)} | waiting | no_file`,
        `(line 8) a.png | ${'ж'.repeat(60)}… | refused | user_too_long`,
        'last.png | ada | waiting | no_file',
      ].sort(byKey),
    );
  });

  test('a batch of 257 bytes', async () => {
    const batch = bytes(257);
    await entry.put(`manifests/${batch}/manifest.csv`, 'file,user\na.png,ada\n');
    await entry.deliver({ s3: 1 });
    expect((await entry.report(batch)).map(said)).toEqual([
      'manifest.csv | refused | bad_manifest: the name of its folder is longer than 256 bytes',
    ]);
  });

  test('an object whose key is as long as a key may be', async () => {
    const name = 'x'.repeat(1_024 - 'manifests/key/'.length);
    await entry.put(`manifests/key/${name}`, picture);
    expect(await reportOf('file,user\na.png,ada\n', 1, 'key')).toEqual([
      'a.png | ada | waiting | no_file',
      `${name} | refused | no_row`,
    ]);
  });

  test('a name in a folder that grows when it is composed: nobody’s, and no store is asked', async () => {
    // Four bytes each, and twelve in NFC: 3,012 bytes, in a key of at most 2,048.
    const name = `${'\u{1D160}'.repeat(250)}@x`;
    await entry.put(`imports/grows/${name}`, picture);
    await entry.deliver({ s3: 1 });
    expect(await entry.report('grows')).toMatchObject([{ outcome: 'refused', reason: 'unknown_user' }]);
  });

  test('a new user’s e-mail address and name, and whom the command line asks for', async () => {
    const { users, teams } = entry.stores;
    const create = async (screenName: string, over: { name?: string; email?: string }) => {
      const done = await createUser({ screenName, name: 'x', ...over }, { users, teams });
      return done.ok ? 'made' : done.refusal.code;
    };
    expect(await create('mail_a', { email: `${bytes(252)}@x` })).toBe('made');
    expect(await create('mail_b', { email: `${bytes(253)}@x` })).toBe('bad-email');
    expect(await create('name_a', { name: 'ж'.repeat(50) })).toBe('made');
    expect(await create('name_b', { name: 'ж'.repeat(51) })).toBe('bad-name');
    for (const called of ['1'.repeat(2_044), 'A'.repeat(2_040), bytes(2_049)]) {
      expect(await findUser(called, users)).toBeUndefined();
    }
  });

  test('a user that so many rows have lost that a condition could not name them all', async () => {
    const { turns, users } = entry.stores;
    const rowOf = (line: number) => `manifests/lost/${line}.png\nada`;
    const lost = new Set(Array.from({ length: 157 }, (_, index) => rowOf(index + 4)));
    const claim = { holder: rowOf(3), manifest: '0'.repeat(64), place: '3'.padStart(12, '0'), ousted: lost };
    const key = { batch: 'lost', file: `user#${user.id}` };
    await entry.db.send(new PutCommand({ TableName: entry.batchesTable, Item: { ...key, ...claim, expires_at: 4e9 } }));
    const turn = { at: '2099-01-01T00:00:00.000Z', from: rowOf(3), sequencer: '00', ousted: [] };
    expect(await turns.take(user.id, turn)).toBe((await users.get(user.id))?.seq);
    // The first line is read last. Its file is older, and still it has the user.
    await entry.put('manifests/lost/2.png', picture);
    expect(await reportOf('file,user\n2.png,ada\n', 1, 'lost')).toEqual(['2.png | ada | queued']);
    expect(await entry.stores.users.get(user.id)).toMatchObject({ importedFrom: 'manifests/lost/2.png\nada' });
  });
});

const byKey = (one: string, other: string): number => {
  const [a = '', b = ''] = [one.split(' | ')[0], other.split(' | ')[0]];
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
};

describe('what a store turns down though nothing saw why before', () => {
  const row = (key: string, line: number) => ({ batch: 'odd', key, user: 'ada', line, sequencer: '0A' });

  test('a row: told, and not thrown', async () => {
    expect(await entry.stores.batches.announce(row(`manifests/odd/${'x'.repeat(1_024)}`, 2))).toBe('unstorable');
    expect(await entry.stores.batches.announce(row('manifests/odd/a.png', 3))).toBe('announced');
  });

  test('messages: a batch is halved until those that are too large are alone, and the others are sent', async () => {
    // SQS takes 1 MiB: for one message, and for all in a call together.
    const sizes = [10, 400_000, 1_048_577, 400_000, 10, 10, 400_000, 2_000_000, 10, 10, 10];
    const rows = sizes.map((size, line) => row('x'.repeat(size), line + 1));
    const before = await entry.idleQueue.depth();
    expect((await entry.idleQueue.sendRows(rows)).map(({ line }) => line)).toEqual([3, 8]);
    expect((await entry.idleQueue.depth()) - before).toBe(rows.length - 2);
  });

  test('a claim that is as large as an item may be: the line that would add to it has a row that says so', async () => {
    const owner = await newUser('full');
    const ousted = new Set(Array.from({ length: 396 }, (_, index) => `${index} ${'x'.repeat(1_020)}`));
    // The claim of a later line, so that the first line takes the user over.
    const claim = { holder: 'y'.repeat(1_000), manifest: '0'.repeat(64), place: '9'.repeat(12), ousted };
    const key = { batch: 'full', file: `user#${owner.id}` };
    const put = (pad: number) => {
      const Item = { ...key, ...claim, expires_at: 4e9, pad: 'x'.repeat(pad) };
      return entry.db.send(new PutCommand({ TableName: entry.batchesTable, Item })).then(
        () => true,
        () => false,
      );
    };
    // The largest claim, to the byte: 400 KB less the names.
    let [fits, tooMuch] = [0, 8_192];
    while (tooMuch - fits > 1) {
      const pad = Math.floor((fits + tooMuch) / 2);
      if (await put(pad)) fits = pad;
      else tooMuch = pad;
    }
    expect([await put(fits), await put(fits + 1)]).toEqual([true, false]);
    for (const name of ['a', 'b']) await entry.put(`manifests/full/${name}.png`, picture);
    await newUser('not_full');
    expect(await reportOf('file,user\na.png,full\nb.png,not_full\n', 2, 'full')).toEqual([
      'a.png | full | refused | not_storable',
      'b.png | not_full | queued',
    ]);
  });
});

describe('a letter with a mark', () => {
  const NFC = 'Jos\u00e9';
  const NFD = 'Jose\u0301';

  test.each([
    ['composed in the manifest, two characters in the bucket', `${NFC}.png`, `${NFD}.png`],
    ['two characters in the manifest, composed in the bucket', `${NFD}.png`, `${NFC}.png`],
    ['both ways in one key', `${NFC}/${NFC}.png`, `${NFC}/${NFD}.png`],
    ['in a script whose letters come apart', '홍길동.png', '홍길동.png'.normalize('NFD')],
  ])('%s: found, with no row too many, and the key is left as it is', async (_what, named, stored) => {
    const batch = `m${++made}`;
    const { screenName } = await newUser(`nf${made}`);
    await entry.put(`manifests/${batch}/${stored}`, picture);
    expect(await reportOf(`file,user\n${named},${screenName}\n`, 1, batch)).toEqual([
      `${stored} | ${screenName} | queued`,
    ]);
    expect((await entry.stores.files.list(`manifests/${batch}/`)).keys).toContain(`manifests/${batch}/${stored}`);
  });

  test('two objects that differ in nothing else: each line has its own, and one that no line names is told', async () => {
    const [ada, bob] = [await newUser('exact_a'), await newUser('exact_b')];
    for (const name of [NFC, NFD]) await entry.put(`manifests/two/${name}.png`, picture);
    const both = await reportOf(`file,user\n${NFD}.png,exact_a\n${NFC}.png,exact_b\n`, 2, 'two');
    expect(both).toEqual([`${NFD}.png | exact_a | queued`, `${NFC}.png | exact_b | queued`]);
    expect(ada.id).not.toBe(bob.id);
    for (const name of [NFC, NFD]) await entry.put(`manifests/one/${name}.png`, picture);
    expect(await reportOf(`file,user\n${NFC}.png,exact_a\n`, 1, 'one')).toEqual([
      `${NFD}.png | refused | no_row`,
      `${NFC}.png | exact_a | queued`,
    ]);
  });
});

describe('lines', () => {
  test('letters beyond 16 bits are letters like others', async () => {
    await newUser('smile');
    await entry.put('manifests/smile/😀.png', picture);
    expect(await reportOf('file,user\n😀.png,smile\n', 1, 'smile')).toEqual(['😀.png | smile | queued']);
  });

  test('that say the same twice are told, wherever they stand, and the first one counts', async () => {
    const filler = Array.from({ length: 3 }, (_, index) => `f${index}.png,x,${'.'.repeat(30_000)}`);
    const lines = ['file,user,more', 'a.png,x,', 'a.png,x,', 'a.png,y,', ...filler, 'a.png,x,', ''];
    expect(await reportOf(lines.join('\n'), 5)).toEqual([
      '(line 3) a.png | x | refused | duplicate_row',
      '(line 8) a.png | x | refused | duplicate_row',
      ...['a.png | x', 'a.png | y', 'f0.png | x', 'f1.png | x', 'f2.png | x'].map(
        (row) => `${row} | waiting | no_file`,
      ),
    ]);
  });
});

describe('a manifest without a line', () => {
  test.each([
    ['', 'the first line must name the columns file and user'],
    ['file,user\r\n', 'there is no line below the header'],
    ['\uFEFF"file","user"\r,\r,\r', 'there is no line below the header'],
    [`file,user\n${',\n'.repeat(50_000)}`, 'there is no line below the header'],
  ])('%#', async (content, words) => {
    const batch = `m${++made}`;
    await entry.put(`manifests/${batch}/manifest.csv`, Buffer.from(content));
    await entry.deliver({ s3: 1, part: content.length > 65_536 ? 1 : 0 });
    expect((await entry.report(batch)).map(said)).toEqual([`manifest.csv | refused | bad_manifest: ${words}`]);
  });
});
