import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import sharp from 'sharp';
import { PRICES } from '../infra/prices.ts';
import { POLL_MS } from '../lambdas/flow/status.ts';
import { dynamoClient, s3Client } from '../lambdas/store/clients.ts';
import { readAssembly } from '../local/assembly.ts';
import { jpeg, photoLike } from '../test/pictures.ts';
import { setPhoto } from './cold-start.ts';
import { dollars, GB, idleLines, type Line, renderedViewLines, viewLines } from './cost-lines.ts';
import { type CountedWorld, countedWorld, type FunctionCalls } from './function-calls.ts';
import { itemBytes } from './item-size.ts';
import { quantile, type Table } from './table.ts';

/** More than a user's history holds, so that records are as large as they become. */
const WARM_UP = 12;
const UPLOADS = 40;
const MILLION = 1e6;

/**
 * How long AWS's services take to answer in one region, milliseconds: what is commonly seen, since nothing of AWS can be
 * measured here. Calls that are made at once count as the slowest, and a twentieth more for each other one.
 */
const AWS_MS: Record<string, number> = {
  'S3.PUT': 30,
  'S3.GET': 20,
  'S3.LIST': 25,
  'S3.POST': 30,
  'S3.DELETE': 20,
  DynamoDB: 5,
  AmazonSQS: 10,
  SNS: 15,
};
/** From a message's sending until the worker has it. */
const QUEUE_MS = 30;
/** Half of what lies between two looks at the record (`flow/status.ts`). */
const LATE_MS = 15;

/** What a read unit scans, eventually consistent. */
const SCANNED_BYTES = 8_192;

/** Lambda gives a whole processor at so much memory, and of less in proportion less (its guide, "Configure memory"). */
const WHOLE_PROCESSOR_MB = 1_769;
/** Sizes to compare for the function that takes uploads. Below 1,024 MB the largest pictures might not fit. */
const CHANGE_SIZES_MB = [768, 1_024, 1_536, 1_769];

/** What Lambda itself writes of each invocation: START, END and REPORT. */
const LAMBDA_LOG_BYTES = 420;
/** Of `users.setPhoto`, with its headers. */
const ANSWER_BYTES = 2_500;

/** X-Ray records the first request of each second and a twentieth of the rest. A million in a month come evenly here, one in 2.6 s. */
const A_SECOND = MILLION / (30 * 86_400);
const FIRST_OF_SECOND = (1 - Math.exp(-A_SECOND)) / A_SECOND;
const TRACED = FIRST_OF_SECOND + 0.05 * (1 - FIRST_OF_SECOND);

/**
 * What a million uploads through Slack's door cost with a month's storage: from the calls, objects, bytes and durations of real
 * ones on the laptop run, and list prices. Nothing is taken off for free tiers.
 */
export async function costs(): Promise<Table> {
  const world = await countedWorld();
  try {
    const seen = await measure(world);
    const upload = uploadLines(seen);
    const uploads = dollars(upload, MILLION);
    const view = viewLines(seen.squareBytes);
    const rendered = renderedViewLines(seen.squareBytes, seen.renderMs + (AWS_MS['S3.GET'] ?? 0), seen.jobMb / 1_024);
    const idle = idleLines(standing(world));
    return {
      name: 'costs',
      title: `A million uploads of a JPEG of 1024×1024 (${Math.round(seen.rawBytes / 1e3)} KB) through Slack's door; ${PRICES.knownAs}`,
      columns: ['', 'each', 'dollars a million', 'dollars'],
      rows: [
        ...upload.map((line) => row(line, MILLION)),
        total('a million uploads, with a month of storage', uploads),
        total(
          '  of that without waiting (Prefer: respond-async; Twitter)',
          uploads - dollars(upload.filter(isWait), MILLION),
        ),
        ...CHANGE_SIZES_MB.map((mb) => sizeRow(seen, mb)),
        ...view.map((line) => row(line, MILLION)),
        total('a million views of 192×192', dollars(view, MILLION)),
        total('  the same, if each miss were rendered', dollars(rendered, MILLION)),
        ...idle.map((line) => row(line, 1)),
        total('a month in which nobody calls', dollars(idle, 1)),
      ],
      goals: [{ what: 'a million uploads, with a month of storage', measured: cents(uploads), atMost: 90, unit: '$' }],
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

type Seen = Awaited<ReturnType<typeof measure>>;

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
  const largestItem = async (table: string) => {
    const { Items } = await dynamoClient().send(new ScanCommand({ TableName: outputs[table] }));
    return Math.max(...(Items ?? []).map(itemBytes));
  };
  return {
    change: of('OnChange'),
    job: of('OnJob'),
    changeMb: memoryMbOf(world, 'OnChange'),
    jobMb: memoryMbOf(world, 'OnJob'),
    rawBytes: photo.length,
    logBytes: (logBytes(world) - logsBefore) / UPLOADS + 2 * LAMBDA_LOG_BYTES,
    pictures: pictures.length,
    pictureBytes: pictures.reduce((sum, { bytes }) => sum + bytes, 0),
    squareBytes: pictures.find(({ key }) => key.includes('/192x192.'))?.bytes ?? Number.NaN,
    userBytes: await largestItem('TableUsers'),
    uploadBytes: await largestItem('TableUploads'),
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

/** What a service that renders on each miss does for one size, the usual way. */
async function renderOne(photo: Buffer): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < WARM_UP; turn++) {
    const startMs = performance.now();
    await sharp(photo).autoOrient().resize(192, 192).jpeg().toBuffer();
    took.push(performance.now() - startMs);
  }
  return median(took);
}

const isWait = ({ what }: Line): boolean => what.includes('waiting');

function uploadLines(seen: Seen): Line[] {
  const { change, job, jobMb } = seen;
  const looks = change.flatMap(looksOf).length / UPLOADS;
  const both = [...change, ...job];
  const calls = both.flatMap((one) => one.calls);
  const count = (kind: RegExp) => calls.filter((call) => kind.test(call)).length / UPLOADS;
  // Two of the writes are of the user's record: its number, its photo. All other items are below a unit.
  const writeUnits = count(/\.(Update|Put)Item$/) + 2 * (Math.ceil(seen.userBytes / 1_024) - 1);
  return [
    { what: 'CloudFront: request', each: 1, price: PRICES.cloudFrontHttpsRequest },
    { what: 'CloudFront: edge function', each: 1, price: PRICES.cloudFrontFunctionInvocation },
    { what: 'CloudFront: GB to the origin', each: seen.rawBytes / GB, price: PRICES.cloudFrontGbToOrigin },
    { what: 'CloudFront: GB of answers', each: ANSWER_BYTES / GB, price: PRICES.cloudFrontGbOut },
    { what: 'API Gateway: request', each: 1, price: PRICES.apiGatewayRestRequest },
    { what: 'Lambda: requests', each: both.length / UPLOADS, price: PRICES.lambdaRequest },
    ...changeTimes(seen),
    lambdaTime('of the worker', median(job.map((one) => onAws(one, jobMb))), jobMb),
    { what: 'S3: PUT, raw file and pictures', each: count(/^S3\.PUT$/), price: PRICES.s3PutRequest },
    { what: 'S3: LIST', each: count(/^S3\.LIST$/), price: PRICES.s3ListRequest },
    { what: 'S3: GET', each: count(/^S3\.GET$/), price: PRICES.s3GetRequest },
    { what: 'S3: GB-months of pictures', each: seen.pictureBytes / GB, price: PRICES.s3GbMonth },
    { what: 'S3: GB-months of the raw file, 15 days', each: seen.rawBytes / GB / 2, price: PRICES.s3GbMonth },
    { what: 'DynamoDB: write units', each: writeUnits, price: PRICES.dynamoWriteUnit },
    {
      what: 'DynamoDB: read units',
      each: count(/\.GetItem$/) - looks + looksWithin(waitMsOf(seen)),
      price: PRICES.dynamoReadUnit,
    },
    {
      what: 'DynamoDB: GB-months of record and row, with backup',
      each: (seen.userBytes + seen.uploadBytes / 2) / GB,
      price: PRICES.dynamoGbMonth + PRICES.dynamoBackupGbMonth,
    },
    // Of each day that a photo is stored for, and of the fifteen of its raw file and row; a person with one photo is the dearest.
    {
      what: 'daily sweep: S3 LIST, of a thousand objects each',
      each: (30 * seen.pictures + 15) / 1_000,
      price: PRICES.s3ListRequest,
    },
    {
      what: 'daily sweep: DynamoDB read units',
      each: 30 * (1 + seen.userBytes / SCANNED_BYTES) + 15 * (2 + seen.uploadBytes / SCANNED_BYTES),
      price: PRICES.dynamoReadUnit,
    },
    { what: 'SQS: sent, received, deleted', each: 3, price: PRICES.sqsRequest },
    { what: 'SNS: published', each: count(/^SNS$/), price: PRICES.snsPublish },
    { what: 'CloudWatch: GB of logs', each: seen.logBytes / GB, price: PRICES.logsGbIngested + PRICES.logsGbMonth },
    { what: `X-Ray: traces of both functions, ${Math.round(100 * TRACED)} %`, each: 2 * TRACED, price: PRICES.trace },
  ];
}

/** The function that takes an upload: until it has it, and while it waits for the worker. */
function changeTimes(seen: Seen): Line[] {
  const { change, changeMb } = seen;
  const acceptMs = median(change.map((one) => onAws(one, changeMb, /SQS/)));
  return [
    lambdaTime('until acknowledged', acceptMs, changeMb),
    lambdaTime('of waiting until it is shown', waitMsOf(seen), changeMb),
  ];
}

const waitMsOf = ({ job, jobMb }: Seen): number =>
  QUEUE_MS + median(job.map((one) => onAws(one, jobMb, /UpdateItem/))) + LATE_MS;

/** An invocation's looks at the record while it waits: fewer here than on AWS, where the worker takes longer. */
function looksOf({ rounds }: FunctionCalls): string[] {
  const sent = rounds.findIndex(({ calls }) => calls.some((call) => call.includes('SQS')));
  return rounds.slice(sent + 1).flatMap(({ calls }) => calls.filter((call) => call.endsWith('GetItem')));
}

function looksWithin(ms: number): number {
  let looks = 0;
  for (let atMs = 0; atMs < ms; looks++) atMs += (POLL_MS[looks] ?? 250) + (AWS_MS.DynamoDB ?? 0);
  return looks;
}

const lambdaTime = (what: string, ms: number, mb: number): Line => ({
  what: `Lambda: GB-seconds ${what} (${Math.round(ms)} ms)`,
  each: ((ms / 1e3) * mb) / 1_024,
  price: PRICES.lambdaGbSecondX86,
});

/**
 * How long an invocation would take on AWS, or until its first call of a kind is answered: the function's own time as measured,
 * longer by what its share of a processor is less than a whole one, and the calls as they take there.
 */
function onAws({ rounds, tookMs, cpuMs }: FunctionCalls, memoryMb: number, until?: RegExp): number {
  const slowerMs = cpuMs * Math.max(0, WHOLE_PROCESSOR_MB / memoryMb - 1);
  const last = until === undefined ? -1 : rounds.findIndex(({ calls }) => calls.some((call) => until.test(call)));
  const first = last < 0 ? rounds : rounds.slice(0, last + 1);
  const end = slowerMs + (last < 0 ? tookMs : (rounds[last]?.atMs ?? 0) + (rounds[last]?.tookMs ?? 0));
  return first.reduce(
    (ms, { calls, tookMs: here }) => ms - here + Math.max(...calls.map(msOf)) * (1 + 0.05 * (calls.length - 1)),
    end,
  );
}

function msOf(call: string): number {
  const found = Object.entries(AWS_MS).find(([name]) => call.startsWith(name));
  if (found === undefined) throw new Error(`no time is known for ${call}`);
  return found[1];
}

const median = (values: number[]): number => quantile(values, 0.5);

/** What the template has that costs without being used. */
function standing(world: CountedWorld) {
  const { Resources } = readAssembly(join(world.laptop.dataDir, 'cdk.out')).template;
  const count = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type).length;
  return {
    alarms: count('AWS::CloudWatch::Alarm'),
    secrets: count('AWS::SecretsManager::Secret'),
    queuesPolled: count('AWS::Lambda::EventSourceMapping'),
  };
}
