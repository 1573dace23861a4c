import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createUser } from '../../lambdas/flow/create-user.ts';
import { reportOf } from '../../lambdas/flow/import-report.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { batchStore } from '../../lambdas/store/import-batches.ts';
import { writeRunning } from '../../local/running-file.ts';
import { TOOLS } from '../edge/imports/tools.ts';
import { headshotHere } from '../headshot-here.ts';
import { hurryTemplate } from '../hurried-template.ts';
import { said } from '../import-world.ts';
import { sharedAssembly } from '../laptop.ts';
import { png, RED, solid } from '../pictures.ts';
import { testWorld, type World } from '../world.ts';

/**
 * Lists as tools write them, by the command against a laptop run. A dry run says what a run says. The template is the
 * project's own, but messages die within seconds.
 */
const VISIBILITY_SECONDS = 4;
const TRIES = 2;

let world: World;
let picture: Buffer;
const root = mkdtempSync(join(tmpdir(), 'headshot-lists-'));

beforeAll(async () => {
  const assemblyDir = join(root, 'assembly');
  cpSync((await sharedAssembly()) ?? '', assemblyDir, { recursive: true });
  hurryTemplate(assemblyDir, { visibilitySeconds: VISIBILITY_SECONDS, hidden: '\\d+', tries: TRIES });
  world = await testWorld({ assemblyDir });
  writeRunning(world.laptop.dataDir, world.laptop.running);
  picture = await png({ picture: solid(24, 24, RED) });
}, 60_000);
afterAll(async () => {
  await world?.end();
  rmSync(root, { recursive: true, force: true });
}, 30_000);

const headshot = (...words: string[]) => headshotHere(words, { HEADSHOT_DATA: world.laptop.dataDir });

const batches = () => batchStore(dynamoClient(), world.laptop.running.outputs.TableBatches ?? '', 15);
const report = async (batch: string) =>
  (await Array.fromAsync(reportOf(batch, { ...world.stores, batches: batches() }))).map(said);

function write(path: string, content: string | Uint8Array): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}

async function user(screenName: string, email?: string) {
  const made = await createUser({ screenName, name: screenName, ...(email !== undefined && { email }) }, world.stores);
  if (!made.ok) throw new Error(made.refusal.code);
  return made.value;
}

describe('users import', () => {
  const users = (name: string, content: string | Uint8Array) =>
    headshot('users', 'import', write(`${name}.csv`, content), '--json');

  test.each([
    ['PowerShell’s mark before a quote', '\uFEFF"screen_name","email"\r\n"ps_1","ps_1@example.com"\r\n'],
    ['CR alone', 'screen_name,email\rcr_1,cr_1@example.com\r'],
    ['sep=; and rows of empty cells', 'sep=;\r\nscreen_name;email;\r\n;;\r\nsep_1;sep_1@example.com;\r\n;;\r\n'],
  ])('%s', async (_what, content) => {
    const { code, out } = await users('fine', content);
    expect([code, JSON.parse(out)]).toMatchObject([0, { created: 1, refused: 0 }]);
  });

  test('a bad line is told with its number, and the others are made', async () => {
    const lines = ['screen_name,name', 'good_1,Good', '"bad_1,Bad', 'good_2,Good', ''].map((line) =>
      Buffer.from(`${line}\n`),
    );
    const { code, out } = await users('bad', Buffer.concat([...lines, Buffer.from('caf\xe9,x\n', 'latin1')]));
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      {
        created: 2,
        problems: [
          { line: 3, screen_name: 'bad_1', reason: 'bad_quotes' },
          { line: 6, reason: 'not_utf8' },
        ],
      },
    ]);
  });

  test.each([
    ['nothing but a header', 'screen_name,email\r\n', 'there are no lines below the header'],
    ['nothing but a header and empty cells', 'screen_name,email\r,\r,\r', 'there are no lines below the header'],
    ['UTF-16', Buffer.from('\uFEFFscreen_name\r\nada\r\n', 'utf16le'), 'must be UTF-8'],
    ['a workbook', Buffer.from('PK\x03\x04xxxx', 'latin1'), 'must be CSV'],
  ])('%s: exit 1, and words', async (_what, content, words) => {
    const { code, err } = await headshot('users', 'import', write('none.csv', content));
    expect([code, err]).toEqual([1, expect.stringContaining(words)]);
  });

  test('a folder: exit 1, and words', async () => {
    const err = `headshot: cannot read ${root}: illegal operation on a directory\n`;
    expect(await headshot('users', 'import', root)).toMatchObject({ code: 1, err });
  });

  test('a user, a team or an app of a name that no key could have', async () => {
    for (const [kind, called] of [
      ['users', 'x'.repeat(2_100)],
      ['teams', `T${'x'.repeat(2_100)}`],
    ] as const) {
      const { code, err } = await headshot(kind, 'show', called);
      expect([code, err.includes(`there is no ${kind.slice(0, -1)}`)]).toEqual([1, true]);
    }
    expect((await headshot('apps', 'remove', 'A'.repeat(2_100))).code).toBe(1);
  });
});

describe('a manifest', () => {
  test('names composed, files in two characters; and the other way round', async () => {
    await user('nfc_1');
    await user('nfc_2');
    const [nfc, nfd] = ['\u00c5sa/Jos\u00e9', 'A\u030asa/Jose\u0301'];
    write(`nf/${nfd}1.png`, picture);
    write(`nf/${nfc}2.png`, picture);
    const manifest = write('nf/manifest.csv', `file,user\r\n${nfc}1.png,nfc_1\r\n${nfd}2.png,nfc_2\r\n`);
    const { code, out } = await headshot('import', manifest, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { finished: true, outcomes: { total: 2, published: 2 } }]);
  }, 60_000);

  test('as Excel for Mac and as PowerShell write it: the dry run and the run say the same', async () => {
    await user('mac_1');
    for (const [name, content] of [
      ['mac', 'file,user\ra.png,mac_1\r,\r"b.png,mac_2\ra.png,mac_1\r'],
      ['powershell', '\uFEFF"file","user"\r\n"a.png","mac_1"\r\n"",""\r\n"b".png,mac_2\r\n"a.png","mac_1"\r\n'],
    ] as const) {
      write(`${name}/a.png`, picture);
      const manifest = write(`${name}/manifest.csv`, content);
      const dry = await headshot('import', manifest, '--dry-run', '--json');
      const problems = { bad_quotes: 1, duplicate_row: 1 };
      expect([dry.code, JSON.parse(dry.out)]).toMatchObject([1, { files: 3, would_import: 1, problems }]);
      const run = await headshot('import', manifest, '--json');
      expect([run.code, JSON.parse(run.out)]).toMatchObject([
        1,
        { finished: true, outcomes: { total: 3, refused: 2 } },
      ]);
      expect(await report(name)).toEqual([
        expect.stringMatching(/^\(line 4\) b.*png \| mac_2 \| refused \| bad_quotes$/),
        '(line 5) a.png | mac_1 | refused | duplicate_row',
        'a.png | mac_1 | published',
      ]);
    }
  }, 60_000);

  test('ids that a spreadsheet has rounded, and letters that became question marks', async () => {
    write('lossy/p/José.jpg', picture);
    const [excel, powershell] = ['Excel, ids in a column of numbers', 'PowerShell 5, `Export-Csv`'].map(
      (name) => TOOLS.find((tool) => tool.name === name)?.bytes ?? Buffer.alloc(0),
    );
    for (const [batch, bytes, problems, rows] of [
      ['rounded', excel, { lossy_id: 1 }, ['p/José.jpg | 7.76627E+11 | refused | lossy_id']],
      [
        'marks',
        powershell,
        { lossy_name: 1, no_file: 1 },
        ['p/Jos?.jpg | 776627022 | waiting | lossy_name', 'p/b.jpg | zo?@example.com | waiting | no_file'],
      ],
    ] as const) {
      const manifest = write('lossy/manifest.csv', bytes ?? '');
      const dry = await headshot('import', manifest, '--batch', batch, '--dry-run', '--json');
      expect([dry.code, JSON.parse(dry.out).problems]).toEqual([1, problems]);
      expect((await headshot('import', manifest, '--batch', batch, '--json')).code).toBe(1);
      expect(await report(batch)).toEqual(rows);
    }
  }, 60_000);

  test.each([
    ['nothing', ''],
    ['nothing but a header', 'file,user\r\n,\r\n'],
    ['UTF-16', Buffer.from('\uFEFFfile\tuser\r\n', 'utf16le')],
  ])('%s: exit 1, and nothing is put', async (_what, content) => {
    const manifest = write('empty/manifest.csv', content);
    for (const more of [['--dry-run'], []]) expect((await headshot('import', manifest, ...more)).code).toBe(1);
    expect(await world.keysOf('BucketImports', 'manifests/empty/')).toEqual([]);
  });
});

describe('a folder', () => {
  test('a file whose key would be too long is told and not sent; an empty one is refused', async () => {
    const owner = await user('deep_1');
    const deep = `${'x'.repeat(200)}/`.repeat(5);
    write(`deep/${deep}${owner.screenName}.png`, picture);
    await user('void_1');
    write('deep/void_1.png', '');
    const dry = await headshot('import', join(root, 'deep'), '--dry-run', '--json');
    expect([dry.code, JSON.parse(dry.out).problems]).toEqual([1, { file_too_long: 1, no_image: 1 }]);
  }, 60_000);
});

describe('what failed at every try', () => {
  test('ends the command with words, and shows in its status', async () => {
    const unlucky = await user('unlucky_1');
    await user('lucky_1');
    for (const name of ['a', 'b']) write(`dead/${name}.png`, picture);
    const manifest = write('dead/manifest.csv', 'file,user\na.png,unlucky_1\nb.png,lucky_1\n');
    // A record that nothing can read: every try of its line fails, as if the service had a bug.
    const { TableBatches } = world.laptop.running.outputs;
    const broken = { batch: 'dead', file: `user#${unlucky.id}`, expires_at: 4e9, holder: 1 };
    await dynamoClient().send(new PutCommand({ TableName: TableBatches, Item: broken }));
    const startMs = Date.now();
    const run = await headshot('import', manifest);
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('1 message of this import failed at every try')]);
    // Two tries, four seconds apart. It does not wait for the minute without news.
    expect(Date.now() - startMs).toBeLessThan(45_000);
    expect(run.out).toContain('1 published, 1 queued');
    const status = await headshot('import', 'status', 'dead', '--json');
    expect([status.code, JSON.parse(status.out)]).toMatchObject([1, { queued: 1, published: 1, dead_letters: 1 }]);
    // A dead letter of another import is not this one's.
    expect((await headshot('import', 'status', 'other')).err).toContain('there is no import other');
  }, 90_000);

  test('a file’s name that a spreadsheet would work out is text in the report’s CSV, and itself in its JSON', async () => {
    const name = '=HYPERLINK("http:evil.example").png';
    write(`formula/${name}`, picture);
    const startMs = Date.now();
    await headshot('import', join(root, 'formula'));
    // The dead letters of another import take seconds to look through. It does not rest longer for that.
    expect(Date.now() - startMs).toBeLessThan(15_000);
    const [csv, json] = [
      await headshot('import', 'report', 'formula'),
      await headshot('import', 'report', 'formula', '--json'),
    ];
    expect(csv.out).toContain(`\r\n"'=HYPERLINK(""http:evil.example"").png","'=HYPERLINK(`);
    expect(JSON.parse(json.out)).toMatchObject([{ file: name, outcome: 'refused', reason: 'unknown_user' }]);
  }, 60_000);
});
