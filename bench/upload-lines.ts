import { PRICES } from '../infra/prices.ts';
import { SWEEP_PARTS } from '../lambdas/core/sweep-cursor.ts';
import { POLL_MS } from '../lambdas/flow/upload-status.ts';
import { GB, type Line } from './cost-lines.ts';
import type { FunctionCalls } from './function-calls.ts';
import { median } from './table.ts';

const MILLION = 1e6;

/** Forty uploads on the laptop run: the calls of each, and the sizes of what they left. */
export interface Seen {
  change: FunctionCalls[];
  job: FunctionCalls[];
  changeMb: number;
  jobMb: number;
  uploads: number;
  rawBytes: number;
  /** Of an upload. */
  logBytes: number;
  pictures: number;
  pictureBytes: number;
  userBytes: number;
  /** The record and the claims on the user's names. */
  userItemsBytes: number;
  uploadBytes: number;
}

/**
 * How long AWS's services take to answer within a region, in milliseconds. These are usual values, because AWS cannot
 * be measured here. Calls at once count as the slowest of them, and a twentieth more for each other one.
 */
export const AWS_MS: Record<string, number> = {
  'S3.PUT': 30,
  'S3.GET': 20,
  'S3.LIST': 25,
  'S3.POST': 30,
  'S3.DELETE': 20,
  DynamoDB: 5,
  AmazonSQS: 10,
  SNS: 15,
};
/** From the sending of a message until the worker has it. */
const QUEUE_MS = 30;
/** Half of the time between two looks at the record (`flow/upload-status.ts`). */
const LATE_MS = 15;

/** What a read unit scans, eventually consistent. */
const SCANNED_BYTES = 8_192;

/** Lambda gives a whole processor at so much memory, and less in proportion (its guide, "Configure memory"). */
const WHOLE_PROCESSOR_MB = 1_769;
/** Of `users.setPhoto`, with its headers. */
const ANSWER_BYTES = 2_500;

/**
 * X-Ray records the first request of each second, and a twentieth of the rest. A million a month, evenly, is one in 2.6
 * s.
 */
const A_SECOND = MILLION / (30 * 86_400);
const FIRST_OF_SECOND = (1 - Math.exp(-A_SECOND)) / A_SECOND;
const TRACED = FIRST_OF_SECOND + 0.05 * (1 - FIRST_OF_SECOND);

/** What an upload costs, line by line, with a month of storage. */
export function uploadLines(seen: Seen): Line[] {
  const { change, job, jobMb } = seen;
  const polls = change.flatMap(pollsOf).length / seen.uploads;
  const both = [...change, ...job];
  const calls = both.flatMap((one) => one.calls);
  const count = (kind: RegExp) => calls.filter((call) => kind.test(call)).length / seen.uploads;
  // Three of the writes are of the user's record: its number, its photo, what fell out of the history. All other items
  // are smaller than a write unit.
  const writeUnits = count(/\.(Update|Put)Item$/) + 3 * (Math.ceil(seen.userBytes / 1_024) - 1);
  return [
    { what: 'CloudFront: request', each: 1, price: PRICES.cloudFrontHttpsRequest },
    { what: 'CloudFront: edge function', each: 1, price: PRICES.cloudFrontFunctionInvocation },
    { what: 'CloudFront: GB to the origin', each: seen.rawBytes / GB, price: PRICES.cloudFrontGbToOrigin },
    { what: 'CloudFront: GB of answers', each: ANSWER_BYTES / GB, price: PRICES.cloudFrontGbOut },
    { what: 'API Gateway: request', each: 1, price: PRICES.apiGatewayRestRequest },
    { what: 'Lambda: requests', each: both.length / seen.uploads, price: PRICES.lambdaRequest },
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
      // Looks while it waits are eventually consistent.
      each: count(/\.GetItem$/) - polls + pollsWithin(waitMsOf(seen)) / 2,
      price: PRICES.dynamoReadUnit,
    },
    {
      what: 'DynamoDB: GB-months of record and row, with backup',
      each: (seen.userBytes + seen.uploadBytes / 2) / GB,
      price: PRICES.dynamoGbMonth + PRICES.dynamoBackupGbMonth,
    },
    ...sweepLines(seen),
    { what: 'SQS: sent, received, deleted; the queue looked at', each: 4, price: PRICES.sqsRequest },
    { what: 'SNS: published', each: count(/^SNS$/), price: PRICES.snsPublish },
    { what: 'CloudWatch: GB of logs', each: seen.logBytes / GB, price: PRICES.logsGbIngested + PRICES.logsGbMonth },
  ];
}

/** What `-c tracing=true` adds. */
export const traceLine: Line = {
  what: `X-Ray: traces of both functions, ${Math.round(100 * TRACED)} %`,
  each: 2 * TRACED,
  price: PRICES.trace,
};

/**
 * The sweep, for the thirty days of a photo and the fifteen of its raw file and row. A user's items are scanned every
 * day, the rest once in `SWEEP_PARTS` days. A look at a user costs half a read unit, a row read by its id a whole one.
 * A person with one photo is the most expensive.
 */
function sweepLines({ pictures, userItemsBytes, uploadBytes }: Seen): Line[] {
  const photoReads = 30 / SWEEP_PARTS;
  const rawReads = 15 / SWEEP_PARTS;
  const scanned = 30 * userItemsBytes + rawReads * uploadBytes;
  return [
    {
      what: 'sweep: S3 LIST, of a thousand objects each',
      each: (photoReads * pictures + rawReads) / 1_000,
      price: PRICES.s3ListRequest,
    },
    {
      what: 'sweep: DynamoDB read units',
      each: scanned / SCANNED_BYTES + photoReads / 2 + rawReads * (1 + 1 / 2),
      price: PRICES.dynamoReadUnit,
    },
  ];
}

/** The function that takes an upload: until it is accepted, and while it waits for the worker. */
export function changeTimes(seen: Seen): Line[] {
  const { change, changeMb } = seen;
  const acceptMs = median(change.map((one) => onAws(one, changeMb, /SQS/)));
  return [
    lambdaTime('until acknowledged', acceptMs, changeMb),
    lambdaTime('of waiting until it is shown', waitMsOf(seen), changeMb),
  ];
}

const waitMsOf = ({ job, jobMb }: Seen): number =>
  QUEUE_MS + median(job.map((one) => onAws(one, jobMb, /UpdateItem/))) + LATE_MS;

/** An invocation's looks at the record while it waits: fewer than on AWS, where the worker takes longer. */
function pollsOf({ rounds }: FunctionCalls): string[] {
  const sent = rounds.findIndex(({ calls }) => calls.some((call) => call.includes('SQS')));
  return rounds.slice(sent + 1).flatMap(({ calls }) => calls.filter((call) => call.endsWith('GetItem')));
}

function pollsWithin(ms: number): number {
  let polls = 0;
  for (let atMs = 0; atMs < ms; polls++) atMs += (POLL_MS[polls] ?? 250) + (AWS_MS.DynamoDB ?? 0);
  return polls;
}

const lambdaTime = (what: string, ms: number, mb: number): Line => ({
  what: `Lambda: GB-seconds ${what} (${Math.round(ms)} ms)`,
  each: ((ms / 1e3) * mb) / 1_024,
  price: PRICES.lambdaGbSecondX86,
});

/**
 * How long an invocation would take on AWS, whole or until its first call of a kind is answered: the function's own
 * time as measured, longer by its share of a processor, and the times of the calls there.
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

export const isWait = ({ what }: Line): boolean => what.includes('waiting');
