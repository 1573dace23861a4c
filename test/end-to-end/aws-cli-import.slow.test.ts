import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ImportWorld, importWorld, said } from '../import-world.ts';
import { png, RED, solid } from '../pictures.ts';
import { eventually } from '../world.ts';

/**
 * An import by the AWS CLI alone, as by a person with no other tool: a folder from macOS, a manifest from Excel.
 * Skipped where there is no `aws`.
 */
const HAS_AWS = spawnSync('aws', ['--version']).status === 0;
const tried = HAS_AWS ? test : test.skip;

let world: ImportWorld;
const folder = mkdtempSync(join(tmpdir(), 'headshot-aws-'));

beforeAll(async () => {
  if (HAS_AWS) world = await importWorld();
}, 60_000);
afterAll(async () => {
  await world?.end();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const aws = (...words: string[]) =>
  new Promise<{ code: number; err: string }>((done) => {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_DEFAULT_REGION: 'us-east-1',
    };
    const all = ['--endpoint-url', world.laptop.running.aws_endpoint, ...words];
    execFile('aws', all, { env }, (error, _out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, err }),
    );
  });

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

tried(
  'aws s3 sync of a folder of macOS, then a manifest of Excel',
  async () => {
    const bucket = world.laptop.running.outputs.BucketImports ?? '';
    const picture = await png({ picture: solid(24, 24, RED) });
    const [josé, zoë] = [await world.createUser('jose_1'), await world.createUser('zoe_1', 'zoë@example.com')];
    await world.createUser('text_1');
    // As macOS spells them: decomposed.
    write('staff/Fotos/Jose\u0301.png', picture);
    write('staff/Fotos/Zoe\u0308.png', picture);
    write('staff/Fotos/text.png', 'x');
    const rows = [
      `Fotos/Jos\u00e9.png;${josé.id};`,
      `Fotos/Zo\u00eb.png;\u00a0zo\u00eb@example.com ;`,
      ';;',
      'Fotos/text.png;text_1;',
      `https://b.s3.amazonaws.com/x.png?X-Amz-Signature=${'0'.repeat(1_500)};${zoë.id};`,
      'Fotos/Jos\u00e9.png;7,76627E+11;',
      ';;',
    ];
    write('manifest.csv', `\uFEFF${['file;user;', ...rows, ''].join('\r\n')}`);

    expect(await aws('s3', 'sync', join(folder, 'staff'), `s3://${bucket}/manifests/staff/`)).toMatchObject({
      code: 0,
    });
    expect(
      await aws('s3', 'cp', join(folder, 'manifest.csv'), `s3://${bucket}/manifests/staff/manifest.csv`),
    ).toMatchObject({ code: 0 });

    const report = await world.settled('staff', 5, 60_000);
    expect(report.map(said).sort()).toEqual(
      [
        `(line 6) https://b.s3.amazonaws.com/x.png?X-Amz-Signature=00000000000… | ${zoë.id} | refused | file_too_long`,
        'Fotos/Jose\u0301.png | 7,76627E+11 | refused | lossy_id',
        `Fotos/Jose\u0301.png | ${josé.id} | published`,
        'Fotos/Zoe\u0308.png | zo\u00eb@example.com | published',
        'Fotos/text.png | text_1 | refused | unknown_format',
      ].sort(),
    );
    // Messages whose work is done may not be deleted yet.
    const depths = await eventually(world.depths, (seen) => Object.values(seen).every((depth) => depth === 0));
    expect(new Set(Object.values(depths))).toEqual(new Set([0]));
  },
  120_000,
);
