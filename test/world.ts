import { randomInt } from 'node:crypto';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { MAX_BURST, MAX_PER_MINUTE } from '../lambdas/core/rate-limit.ts';
import type { Team } from '../lambdas/core/user.ts';
import { createUser, DEFAULT_TEAM } from '../lambdas/flow/create-user.ts';
import { issueCredentials } from '../lambdas/flow/issue-credentials.ts';
import { appStore } from '../lambdas/store/apps.ts';
import { dynamoClient, s3Client, secretsManagerClient, snsClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { credentialStore } from '../lambdas/store/credentials.ts';
import { batchStore } from '../lambdas/store/import-batches.ts';
import { jobQueue } from '../lambdas/store/job-queue.ts';
import { limitStore } from '../lambdas/store/limits.ts';
import { photoEvents } from '../lambdas/store/photo-events.ts';
import { photoStore } from '../lambdas/store/photos.ts';
import { rawStore } from '../lambdas/store/raw-files.ts';
import { secretStore } from '../lambdas/store/secrets.ts';
import { sweepQueue } from '../lambdas/store/sweep-queue.ts';
import { teamStore } from '../lambdas/store/teams.ts';
import { ticketStore } from '../lambdas/store/tickets.ts';
import { uploadStore } from '../lambdas/store/uploads.ts';
import { userStore } from '../lambdas/store/users.ts';
import { borrowedLaptop, ownLaptop, testLaptop } from './laptop.ts';

export type World = Awaited<ReturnType<typeof sharedWorld>>;
export type WorldHere = Awaited<ReturnType<typeof worldHere>>;

/** Unique in a run of the tests, so that nothing needs to be cleaned up, whoever borrows the laptop run next. */
const unique = (): string =>
  randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0');

/** More than any test asks for. */
const UNBOUNDED = { perMinute: MAX_PER_MINUTE, burst: MAX_BURST };
const NEW_TEAM = { state: 'active', allowedNetworks: [], limits: {} } satisfies Partial<Team>;

/** A laptop run of the file's own, and helpers. */
export const testWorld = async (...given: Parameters<typeof ownLaptop>): Promise<World> =>
  worldOf(await ownLaptop(...given));

/** The same in this process, for those who look inside it. */
export const worldHere = async (...given: Parameters<typeof testLaptop>) => worldOf(await testLaptop(...given));

/** A borrowed laptop run, and helpers: for tests that leave it as they found it. */
export const sharedWorld = async () => worldOf(await borrowedLaptop());

/** The real stores over a run's emulators, and helpers. */
async function worldOf<L extends Awaited<ReturnType<typeof borrowedLaptop>>>(laptop: L) {
  const { outputs, aws_endpoints, region } = laptop.running;
  for (const [service, endpoint] of Object.entries(aws_endpoints)) {
    process.env[`AWS_ENDPOINT_URL_${service === 'secretsmanager' ? 'SECRETS_MANAGER' : service.toUpperCase()}`] =
      endpoint;
  }
  Object.assign(process.env, { AWS_REGION: region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const named = (output: string): string => {
    const value = outputs[output];
    if (value === undefined) throw new Error(`the stack has no output ${output}`);
    return value;
  };

  const db = dynamoClient();
  const s3 = s3Client();
  const sqs = sqsClient();
  const stores = {
    users: userStore(db, named('TableUsers'), { hasAvatars: outputs.Avatars === 'true' }),
    apps: appStore(db, named('TableTeams')),
    limits: limitStore(db, named('TableLimits')),
    teams: teamStore(db, named('TableTeams')),
    credentials: credentialStore(db, named('TableCredentials')),
    uploads: uploadStore(db, named('TableUploads')),
    tickets: ticketStore(db, named('TableUploads')),
    raw: rawStore(s3, named('BucketRaw')),
    photos: photoStore(s3, named('BucketPhotos')),
    batches: batchStore(db, named('TableBatches'), Number(named('RetentionDays'))),
    jobs: jobQueue(sqs, named('QueueJobs')),
    events: photoEvents(snsClient(), named('TopicPhotoEvents')),
    sweeps: sweepQueue(sqs, named('QueueSweeps')),
  };
  const secrets = secretStore(secretsManagerClient());
  const masterSecret = () => secrets.current(named('SecretMaster'));
  // Here many users of one team upload at once, as no real team does. Tests of Slack's own rates make teams of their
  // own.
  await stores.teams.ensure(DEFAULT_TEAM);
  await stores.teams.setLimits(DEFAULT_TEAM.id, { tier2: UNBOUNDED, tier4: UNBOUNDED, special: UNBOUNDED });

  const keysOf = async (output: string, prefix: string): Promise<string[]> => {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: named(output), Prefix: prefix }));
    return (Contents ?? []).map(({ Key }) => Key ?? '').sort();
  };

  const depthOf = async (output: string): Promise<number> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: named(output),
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  };

  /** All that an upload of this user could have left behind. */
  const traces = async (userId: string) => ({
    user: await stores.users.get(userId),
    raw: await keysOf('BucketRaw', `raw/${userId}/`),
    photos: await keysOf('BucketPhotos', `${userId}/`),
    queued: await depthOf('QueueJobs'),
  });

  return {
    laptop,
    url: laptop.url,
    stores,
    keysOf,
    depthOf,

    async newTeam() {
      const name = unique();
      const id = `T0${name.toUpperCase()}`;
      await stores.teams.ensure({ id, name: `Team ${name}`, domain: `team-${name}`, ...NEW_TEAM });
      return id;
    },

    async newUser(teamId = DEFAULT_TEAM.id, email?: string) {
      const screenName = `user_${unique()}`;
      const created = await createUser(
        { screenName, name: 'Ada L', teamId, ...(email !== undefined && { email }) },
        stores,
      );
      if (!created.ok) throw new Error(created.refusal.code);
      const issued = await issueCredentials(created.value, await masterSecret(), stores.credentials);
      return { ...created.value, token: issued.slackToken, twitter: issued.twitter };
    },

    traces,

    /** The same, once the jobs of earlier uploads are done: an answer may come before its job is off the queue. */
    tracesAtRest: (userId: string) =>
      eventually(
        () => traces(userId),
        ({ queued }) => queued === 0,
      ),

    /** What is in every queue of the stack, by output name. */
    async depths(): Promise<Record<string, number>> {
      const names = Object.keys(outputs).filter((name) => name.startsWith('Queue'));
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await depthOf(name)] as const)));
    },

    end: () => laptop.end(),
  };
}

/**
 * Repeats a look until it is as hoped, for at most so long. Returns the last look, so that an assertion can show it. The
 * longer it takes, the longer it rests between looks: they should not be what the others wait for.
 */
export async function eventually<T>(look: () => Promise<T>, hoped: (seen: T) => boolean, maxMs = 10_000): Promise<T> {
  const startMs = Date.now();
  for (;;) {
    const seen = await look();
    const tookMs = Date.now() - startMs;
    if (hoped(seen) || tookMs > maxMs) return seen;
    await new Promise((done) => setTimeout(done, Math.min(1_000, Math.max(50, tookMs / 5))));
  }
}
