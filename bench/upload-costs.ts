import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import sharp from 'sharp';
import { PRICES } from '../infra/prices.ts';
import { dynamoClient, s3Client } from '../lambdas/store/aws-clients.ts';
import { readAssembly } from '../local/assembly.ts';
import { jpeg, photoLike } from '../test/pictures.ts';
import { setPhoto } from './cold-start.ts';
import { avatarLines, dollars, idleLines, type Line, renderedViewLines, viewLines } from './cost-lines.ts';
import { type CountedWorld, countedWorld } from './function-calls.ts';
import { itemBytes } from './item-size.ts';
import { median, type Table } from './table.ts';
import { AWS_MS, changeTimes, isWait, type Seen, traceLine, uploadLines } from './upload-lines.ts';

/** More than a user's history holds, so that records reach their full size. */
const WARM_UP = 12;
const UPLOADS = 40;
const MILLION = 1e6;

/** Lambda's own lines for each invocation: START, END and REPORT. */
const LAMBDA_LOG_BYTES = 420;
/** A line of API Gateway's access log (`infra/access-logs.ts`). */
const ACCESS_LOG_BYTES = 340;
/** Memory sizes to compare, for the function that takes uploads. Below 1,024 MB the largest pictures might not fit. */
const CHANGE_SIZES_MB = [768, 1_024, 1_536, 1_769];

/**
 * What a million uploads by Slack's API cost, with a month's storage: from the calls, objects, bytes and durations of
 * real ones on the laptop run, and list prices. Free tiers are not deducted.
 */
export async function costs(): Promise<Table> {
  const world = await countedWorld();
  try {
    const seen = await measure(world);
    const upload = uploadLines(seen);
    const uploads = dollars(upload, MILLION);
    const view = viewLines(seen.squareBytes);
    const rendered = renderedViewLines(seen.squareBytes, seen.renderMs + (AWS_MS['S3.GET'] ?? 0), seen.jobMb / 1_024);
    const idle = idleLines(idleResources(world));
    return {
      name: 'costs',
      title: `A million uploads of a JPEG of 1024×1024 (${Math.round(seen.rawBytes / 1e3)} KB) through Slack's API; ${PRICES.knownAs}`,
      columns: ['', 'each', 'dollars a million', 'dollars'],
      rows: [
        ...upload.map((line) => row(line, MILLION)),
        total('a million uploads, with a month of storage', uploads),
        total(
          '  of that without waiting (Prefer: respond-async; Twitter)',
          uploads - dollars(upload.filter(isWait), MILLION),
        ),
        row(traceLine, MILLION),
        total('  with tracing', uploads + dollars([traceLine], MILLION)),
        ...CHANGE_SIZES_MB.map((mb) => sizeRow(seen, mb)),
        ...view.map((line) => row(line, MILLION)),
        total('a million views of 192×192', dollars(view, MILLION)),
        total('  the same, if each miss were rendered', dollars(rendered, MILLION)),
        total('a million views of avatars of 192×192', dollars(avatarLines(seen.squareBytes), MILLION)),
        ...idle.map((line) => row(line, 1)),
        total('a month in which nobody calls', dollars(idle, 1)),
      ],
      goals: [{ what: 'a million uploads, with a month of storage', measured: cents(uploads), atMost: 81, unit: '$' }],
    };
  } finally {
    await world.end();
  }
}

const total = (what: string, sum: number): string[] => [what, '', '', sum.toFixed(2)];

const row = ({ what, each, price }: Line, times: number): string[] => [
  what,
  figure(each),
  figure(price * MILLION),
  (each * price * times).toFixed(2),
];

const cents = (sum: number): number => Math.round(100 * sum) / 100;

const figure = (value: number): string => (value >= 1 ? String(Math.round(100 * value) / 100) : value.toPrecision(2));

/** What Lambda's time of the function that takes uploads would cost at another size, and how long people would wait. */
function sizeRow(seen: Seen, mb: number): string[] {
  const lines = changeTimes({ ...seen, changeMb: mb });
  const ms = lines.reduce((sum, { each }) => sum + (each / mb) * 1_024 * 1e3, 0);
  return total(
    `  at ${mb} MB the function that takes uploads: shown after ${Math.round(ms)} ms`,
    dollars(lines, MILLION),
  );
}

async function measure(world: CountedWorld) {
  const user = await world.newUser();
  const photo = await jpeg({ picture: photoLike(1024, 1024, 3), quality: 80 });
  const upload = () => setPhoto(world, user.token, photo);
  for (let turn = 0; turn < WARM_UP; turn++) await upload();
  await world.invocations();
  const logsBefore = logBytes(world);
  for (let turn = 0; turn < UPLOADS; turn++) await upload();
  const all = await world.invocations();
  const of = (id: string) => all.filter((one) => one.id === id);
  const { outputs } = world.laptop.running;
  const shown = (await world.stores.users.get(user.id))?.photo?.version ?? '';
  const pictures = await objects(outputs.BucketPhotos, `${user.id}/${shown}/`);
  const itemSizes = async (table: string) => {
    const { Items } = await dynamoClient().send(new ScanCommand({ TableName: outputs[table] }));
    return (Items ?? []).map(itemBytes);
  };
  // There is one user in this world: these are the record, and the claims on its names.
  const userSizes = await itemSizes('TableUsers');
  return {
    change: of('OnChange'),
    job: of('OnJob'),
    uploads: UPLOADS,
    changeMb: memoryMbOf(world, 'OnChange'),
    jobMb: memoryMbOf(world, 'OnJob'),
    rawBytes: photo.length,
    logBytes: (logBytes(world) - logsBefore) / UPLOADS + 2 * LAMBDA_LOG_BYTES + ACCESS_LOG_BYTES,
    pictures: pictures.length,
    pictureBytes: pictures.reduce((sum, { bytes }) => sum + bytes, 0),
    squareBytes: pictures.find(({ key }) => key.includes('/192x192.'))?.bytes ?? Number.NaN,
    userBytes: Math.max(...userSizes),
    userItemsBytes: userSizes.reduce((sum, bytes) => sum + bytes, 0),
    uploadBytes: Math.max(...(await itemSizes('TableUploads'))),
    renderMs: await renderOne(photo),
  };
}

const memoryMbOf = (world: CountedWorld, id: string): number =>
  world.laptop.functions.find(({ spec }) => spec.logicalId.startsWith(id))?.spec.memoryMb ?? Number.NaN;

async function objects(Bucket: string | undefined, Prefix: string) {
  const { Contents } = await s3Client().send(new ListObjectsV2Command({ Bucket, Prefix }));
  return (Contents ?? []).map(({ Key = '', Size = 0 }) => ({ key: Key, bytes: Size }));
}

function logBytes(world: CountedWorld): number {
  const folder = join(world.laptop.dataDir, 'logs');
  return readdirSync(folder).reduce((bytes, name) => bytes + statSync(join(folder, name)).size, 0);
}

/** What a service that renders on each miss does for one size, in the usual way. */
async function renderOne(photo: Buffer): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < WARM_UP; turn++) {
    const startMs = performance.now();
    await sharp(photo).autoOrient().resize(192, 192).jpeg().toBuffer();
    took.push(performance.now() - startMs);
  }
  return median(took);
}

/** What costs without being used, by the template. */
function idleResources(world: CountedWorld) {
  const { Resources } = readAssembly(join(world.laptop.dataDir, 'cdk.out')).template;
  const count = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type).length;
  return {
    alarms: count('AWS::CloudWatch::Alarm'),
    secrets: count('AWS::SecretsManager::Secret'),
    queuesPolled: count('AWS::Lambda::EventSourceMapping'),
  };
}
