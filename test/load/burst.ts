import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { accountPlaces } from '../../infra/account-places.ts';
import { totalsOf } from '../../lambdas/flow/import-report.ts';
import { dynamoClient, s3Client, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { batchStore } from '../../lambdas/store/import-batches.ts';
import { type UploadStore, uploadStore } from '../../lambdas/store/uploads.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { asSlack, call, multipart } from './api-calls.ts';
import { asBefore } from './before-places.ts';
import { type BurstFigures, figures, type Try } from './burst-figures.ts';
import { type LoadUser, loadUsers } from './load-users.ts';
import { loadedService } from './loaded-service.ts';

const PEOPLE = 60;
export const ROUNDS = 5;
const BETWEEN_MS = 30_000;
const IMPORTED = 300;
const BATCH = 'burst';
/** Added to each call between a function and its services, because here they are on one machine. */
const ADDED_MS = 25;
/** People who come in the same second do not come in the same millisecond. */
const SPREAD_MS = 1_000;
/** People who upload and files that are imported before the round, so that processes are running. */
const WARM_UP = 4;
/** An import first takes in its files, which keeps both cores of a laptop at work; on AWS each function has its own. */
const UNDER_WAY_MS = 60_000;
/**
 * How long a request then holds its place, in seconds (`npm run bench -- critical-path`). The goal is computed from it.
 */
const REQUEST_SECONDS = 0.22;

const GOALS = { firstSecondShare: 0.7, allWithinMs: 20_000, shownWithinMs: 10_000 };
/** A client that does not get through in this time gives up, and is counted. */
const PATIENCE_MS = 60_000;
const SETTLE_MS = 120_000;

export const BURST_SAYS =
  `${PEOPLE} people upload in the same second through Slack's API, ${ROUNDS} times with ${BETWEEN_MS / 1_000} s between, while an import of ${IMPORTED} runs; ` +
  `each call of AWS takes ${ADDED_MS} ms longer, and the account has so many places`;

export async function burstLoad({
  accountConcurrency,
  before,
  rounds: count,
  json,
}: {
  accountConcurrency: number;
  before: boolean;
  rounds: number;
  json: boolean;
}): Promise<boolean> {
  const say = (line: string) => console.error(`burst: ${line}`);
  say('starting a laptop run');
  const service = await loadedService({
    settings: { accountConcurrency: String(accountConcurrency) },
    concurrency: accountConcurrency,
    withProbe: false,
    ...(before && { change: asBefore }),
  });
  process.once('SIGINT', () => void service.end().finally(() => process.exit(130)));
  try {
    const { running } = service;
    const { outputs } = running;
    const people = await loadUsers(running, PEOPLE, 'burst');
    const imported = await loadUsers(running, IMPORTED + WARM_UP, 'imported');
    const [db, s3, sqs] = [dynamoClient(), s3Client(), sqsClient()];
    const uploads = uploadStore(db, outputs.TableUploads ?? '');
    const batches = batchStore(db, outputs.TableBatches ?? '', 15);
    const picture = await jpeg({ picture: photoLike(800, 800, 1) });
    service.faults.begin(() => ({ kind: 'delay', delayMs: ADDED_MS }));
    // A file older than its user, in whole seconds, would be for whoever had the name before.
    await sleep(1_100);
    // `npm run bench -- cold-start` measures how long a process takes to start.
    say('warming up');
    // Everybody once, so that the processes are there and have run: two start at a time, and new code is slow.
    await together(running.url, people, picture, SPREAD_MS);
    const isImported = async (batch: string, files: number, maxMs: number) => {
      const untilMs = Date.now() + maxMs;
      for (;;) {
        const { published } = await totalsOf(batch, { batches, uploads });
        if (published >= files || Date.now() > untilMs) return published;
        await sleep(1_000);
      }
    };
    await putAll(s3, outputs.BucketImports ?? '', 'warm-up', imported.slice(IMPORTED), picture);
    await isImported('warm-up', WARM_UP, SETTLE_MS);
    say('the import begins');
    const importBegan = Date.now();
    await putAll(s3, outputs.BucketImports ?? '', BATCH, imported.slice(0, IMPORTED), picture);
    await sleep(UNDER_WAY_MS);

    const rounds: Try[][] = [];
    for (let round = 0; round < count; round++) {
      if (round > 0) await sleep(BETWEEN_MS);
      rounds.push(await together(running.url, people, picture, SPREAD_MS));
      say(`round ${round + 1}: ${rounds.at(-1)?.filter(({ uploadId }) => uploadId !== undefined).length} acknowledged`);
    }
    await shown(rounds.flat(), uploads);
    const total = await isImported(BATCH, IMPORTED, SETTLE_MS);
    const importedSeconds = Math.round((Date.now() - importBegan) / 1_000);
    const deadLetters = await depthOf(
      sqs,
      Object.entries(outputs).flatMap(([name, url]) => (/^Queue\w+Dead$/.test(name) ? [url] : [])),
    );
    const share = accountPlaces(accountConcurrency).requests;
    // With places for all nobody is turned away. How fast they are served then depends on the machine.
    const isEnough = share >= PEOPLE;
    const goal = isEnough ? 0 : Math.floor((GOALS.firstSecondShare * share) / REQUEST_SECONDS);
    const lines = rounds.map(figures);
    const outcome = {
      account_concurrency: accountConcurrency,
      before,
      request_places: share,
      goal_first_second: goal,
      rounds: lines,
      dead_letters: deadLetters,
      imported: total,
      imported_seconds: importedSeconds,
    };
    if (json) console.log(JSON.stringify(outcome));
    else for (const line of table(outcome)) console.log(line);
    return (
      deadLetters === 0 &&
      total === IMPORTED &&
      lines.every(
        (one) =>
          one.first_second >= goal &&
          (one.turned_away === 0 || !isEnough) &&
          one.acknowledged === PEOPLE &&
          one.last_ms <= GOALS.allWithinMs &&
          one.unseen === 0 &&
          one.shown_max_ms <= GOALS.shownWithinMs &&
          one.wrong === 0,
      )
    );
  } finally {
    await service.end();
  }
}

async function putAll(s3: S3Client, Bucket: string, batch: string, users: LoadUser[], Body: Buffer): Promise<void> {
  for (let from = 0; from < users.length; from += 10) {
    await Promise.all(
      users
        .slice(from, from + 10)
        .map(({ screenName }) =>
          s3.send(new PutObjectCommand({ Bucket, Key: `imports/${batch}/${screenName}.jpg`, Body })),
        ),
    );
  }
}

/**
 * Sends everybody's upload within `spreadMs`, one after the other. Whoever is told to try again does, after as long as
 * they were told.
 */
export async function together(base: string, people: LoadUser[], picture: Buffer, spreadMs: number): Promise<Try[]> {
  const startMs = performance.now();
  const now = () => performance.now() - startMs;
  return Promise.all(
    people.map(async (user, index) => {
      const one: Try = { beganMs: 0, turnedAway: 0, wrong: [] };
      await sleep((index / people.length) * spreadMs);
      while (now() < PATIENCE_MS) {
        one.beganMs = now();
        const { status, headers, body } = await call(
          base,
          asSlack(user, { verb: 'POST', path: '/api/users.setPhoto', body: multipart(picture) }),
        );
        const retryAfter = Number(headers.get('retry-after'));
        if (status === 200 && body.ok === true) {
          const uploadId = headers.get('x-upload-id') ?? '';
          return { ...one, uploadId, acknowledgedMs: now(), acknowledgedAt: Date.now() };
        }
        if (status === 429 && body.error === 'ratelimited' && retryAfter > 0) one.turnedAway++;
        else one.wrong.push(`${status} ${JSON.stringify(body).slice(0, 80)}`);
        await sleep((retryAfter > 0 ? retryAfter : 1) * 1_000);
      }
      return one;
    }),
  );
}

/** When each acknowledged upload was shown, by its row: to ask the APIs would take places. */
async function shown(tries: Try[], uploads: UploadStore): Promise<void> {
  const untilMs = Date.now() + SETTLE_MS;
  let open = tries.filter(({ uploadId }) => uploadId !== undefined);
  while (open.length > 0 && Date.now() < untilMs) {
    for (const one of open) {
      const row = await uploads.get(one.uploadId ?? '');
      if (row?.finishedAt === undefined) continue;
      one.shownAfterMs = Math.max(0, Date.parse(row.finishedAt) - (one.acknowledgedAt ?? 0));
    }
    open = open.filter(({ shownAfterMs }) => shownAfterMs === undefined);
    await sleep(500);
  }
}

async function depthOf(sqs: SQSClient, urls: string[]): Promise<number> {
  let depth = 0;
  for (const QueueUrl of urls) {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    depth += Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }
  return depth;
}

function table(outcome: {
  account_concurrency: number;
  before: boolean;
  request_places: number;
  goal_first_second: number;
  rounds: BurstFigures[];
  dead_letters: number;
  imported: number;
  imported_seconds: number;
}): string[] {
  const { rounds } = outcome;
  return [
    `${outcome.account_concurrency} places, ${outcome.request_places} of them for requests${outcome.before ? ', as it was before' : ''}; ${PEOPLE} people at once, ${ADDED_MS} ms added to each AWS call`,
    '',
    `| round | acknowledged | in the first second (goal ${outcome.goal_first_second}) | half by, ms | all by, ms | a request, p50 ms | told to come back | other answers | shown after, p50 ms | shown after, most ms | never shown |`,
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rounds.map(
      (one, index) =>
        `| ${index + 1} | ${one.acknowledged} | ${one.first_second} | ${one.p50_ms} | ${one.last_ms} | ${one.request_p50_ms} | ${one.turned_away} | ${one.wrong} | ${one.shown_p50_ms} | ${one.shown_max_ms} | ${one.unseen} |`,
    ),
    '',
    `${outcome.dead_letters} in dead-letter queues; import: ${outcome.imported} of ${IMPORTED} shown after ${outcome.imported_seconds} s`,
    ...rounds.flatMap(({ wrong_example }) => (wrong_example === undefined ? [] : [`e.g. ${wrong_example}`])),
  ];
}
