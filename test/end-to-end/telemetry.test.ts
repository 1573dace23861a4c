import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { s3Client } from '../../lambdas/store/aws-clients.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { eventually, testWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await testWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

type Line = Record<string, unknown>;

/** The lines that a function has logged so far, parsed. */
function linesOf(logicalId: string): Line[] {
  const folder = join(world.laptop.dataDir, 'logs');
  const file = readdirSync(folder).find((name) => name.startsWith(logicalId));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
  return text.split('\n').flatMap((line): Line[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

const setSquare = async (token: string, side: number) =>
  setPhoto(world.url, token, await png({ picture: solid(side, side, GREEN) }));

/** A line of CloudWatch's embedded metric format, by its specification: what the metrics are, and their values. */
const metricLine = (source: string, units: Record<string, string>) =>
  expect.objectContaining({
    source,
    service: 'Headshot',
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Headshot',
          Dimensions: [expect.arrayContaining(['service', 'source'])],
          Metrics: Object.entries(units).map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
  });

test('an upload is told by its id through every function, and counted', async () => {
  const user = await world.newUser();
  const answer = await setSquare(user.token, 512);
  const uploadId = answer.headers.get('x-upload-id');
  const ofUpload = () => linesOf('OnJob').filter((line) => line.upload_id === uploadId);
  const [processed] = await eventually(
    async () => ofUpload(),
    (lines) => lines.length > 0,
  );
  expect(processed).toMatchObject({ message: 'processed', state: 'published', user_id: user.id, source: 'slack' });

  const change = linesOf('OnChange').filter((line) => line.upload_id === uploadId);
  expect(change.map((line) => line.message)).toEqual(['accepted', 'answered']);
  expect(linesOf('OnChange')).toContainEqual(metricLine('slack', { Accepted: 'Count' }));
  expect(linesOf('OnJob')).toContainEqual(metricLine('slack', { Published: 'Count', TimeToPublish: 'Milliseconds' }));
  const took = linesOf('OnJob').find((line) => 'TimeToPublish' in line)?.TimeToPublish;
  expect(took).toBeGreaterThan(0);
});

test("a refusal's reason is a field of the log and not a dimension; no line holds a token", async () => {
  const user = await world.newUser();
  await setSquare(user.token, 100);
  const refused = await eventually(
    async () => linesOf('OnChange').filter((line) => line.message === 'refused' && line.user_id === user.id),
    (lines) => lines.length > 0,
  );
  expect(refused).toEqual([
    expect.objectContaining({ reason: 'too-small', source: 'slack', upload_id: expect.any(String) }),
  ]);
  expect(linesOf('OnChange')).toContainEqual(metricLine('slack', { Refused: 'Count' }));
  for (const line of ['OnChange', 'OnRead', 'OnJob'].flatMap(linesOf))
    expect(JSON.stringify(line)).not.toContain(user.token);
});

test('an imported file is counted like an upload', async () => {
  const user = await world.newUser();
  const Body = await png({ picture: solid(64, 64, GREEN) });
  const Bucket = world.laptop.running.outputs.BucketImports;
  const s3 = s3Client();
  await s3.send(new PutObjectCommand({ Bucket, Key: `imports/counted/${user.id}.png`, Body }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'imports/counted/nobody_at_all.png', Body }));
  const imported = await eventually(
    async () => linesOf('OnImport').filter((line) => line.message === 'imported'),
    (lines) => lines.length >= 2,
  );
  expect(imported.map(({ state, source }) => [state, source]).sort()).toEqual([
    ['queued', 'import'],
    ['refused', 'import'],
  ]);
  expect(linesOf('OnImport')).toContainEqual(metricLine('import', { Accepted: 'Count' }));
  expect(linesOf('OnImport')).toContainEqual(metricLine('import', { Refused: 'Count' }));
});
