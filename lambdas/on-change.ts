import { randomUUID } from 'node:crypto';
import { afterFirstWrite } from './core/partly-done.ts';
import type { ChangeFlows, PhotoWish } from './edge/flows.ts';
import { readOffer } from './edge/read-offer.ts';
import { readTwitterLimits, WINDOW_SECONDS } from './edge/twitter/twitter-limits.ts';
import { NEEDS, readEnv } from './env.ts';
import { accept } from './flow/accept.ts';
import { admit } from './flow/admit.ts';
import { admitSigned } from './flow/admit-signed.ts';
import { requestErase, TOMBSTONE_DAYS } from './flow/erase.ts';
import { remove } from './flow/remove.ts';
import { spendCall } from './flow/spend-call.ts';
import { awaitShown } from './flow/status.ts';
import { undo } from './flow/undo.ts';
import { httpEntry } from './http-entry.ts';
import { appStore } from './store/apps.ts';
import { dynamoClient, s3Client, secretsManagerClient, snsClient, sqsClient } from './store/clients.ts';
import { credentialStore } from './store/credentials.ts';
import { photoEvents } from './store/events.ts';
import { jobQueue } from './store/jobs.ts';
import { limitStore } from './store/limits.ts';
import { photoStore } from './store/photos.ts';
import { rawStore } from './store/raw.ts';
import { secretStore } from './store/secrets.ts';
import { sweepQueue } from './store/sweeps.ts';
import { teamStore } from './store/teams.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';
import { logger, measure } from './telemetry.ts';

/** Entry: everything that changes a photo by HTTP. Above the handler: once an environment. */
const env = readEnv(NEEDS.change);
const db = dynamoClient();
const s3 = s3Client();
const sqs = sqsClient();
const secrets = secretStore(secretsManagerClient());
const twitterLimits = readTwitterLimits(env.twitterLimits);
const offer = readOffer(env.offer);
const stores = {
  apps: appStore(db, env.teamsTable),
  credentials: credentialStore(db, env.credentialsTable),
  teams: teamStore(db, env.teamsTable),
  users: userStore(db, env.usersTable),
  uploads: uploadStore(db, env.uploadsTable),
  limits: limitStore(db, env.limitsTable),
  masterSecrets: (maxAgeSeconds?: number) => secrets.versions(env.masterSecretId, maxAgeSeconds),
  raw: rawStore(s3, env.rawBucket),
  photos: photoStore(s3, env.photosBucket),
  jobs: jobQueue(sqs, env.jobsQueueUrl),
  sweeps: sweepQueue(sqs, env.sweepsQueueUrl),
  events: photoEvents(snsClient(), env.photoEventsTopicArn),
};

const flows: ChangeFlows = {
  offer,
  admit: (token, viewerAddress) => admit({ token, viewerAddress, nowSeconds: Date.now() / 1000 }, stores),
  spendCall: (caller, method, tier) => spendCall(caller, method, tier, Date.now(), stores.limits),
  admitSigned: (signed) => admitSigned(signed, Date.now() / 1000, stores),
  spend: (endpoint, userId) =>
    stores.limits.takeFromWindow(
      `twitter/${endpoint}/${userId}`,
      twitterLimits[endpoint],
      WINDOW_SECONDS,
      Date.now() / 1000,
    ),
  setPhoto,
  removePhoto: async (userId) =>
    (await remove(userId, new Date().toISOString(), stores)) ? stores.users.get(userId) : undefined,
  undoPhoto: async (userId) =>
    (await undo(userId, new Date().toISOString(), stores)) ? stores.users.get(userId) : undefined,
  eraseUser: async (userId) => ((await requestErase(userId, stores)) ? { tombstoneDays: TOMBSTONE_DAYS } : undefined),
};

export const handler = httpEntry(
  (edge, request) => edge.change(request, flows),
  () => secrets.current(env.originSecretId),
);

async function setPhoto({ maxWaitMs, ...wish }: PhotoWish): ReturnType<ChangeFlows['setPhoto']> {
  const uploadId = randomUUID();
  // From here on every line of this request bears it, a fault's too.
  logger.appendKeys({ upload_id: uploadId });
  const acceptedAt = new Date().toISOString();
  const retentionDays = Number(env.retentionDays);
  const done = await accept(
    { ...wish, policy: offer.policies[wish.door], uploadId, acceptedAt, retentionDays },
    stores,
  );
  if (!done.ok) {
    measure(wish.door, { Refused: 1 });
    logger.info('refused', { user_id: wish.userId, door: wish.door, reason: done.refusal.code });
    return done;
  }
  const { number, photo } = done.value;
  measure(wish.door, { Accepted: 1 });
  logger.info('accepted', { user_id: wish.userId, number, door: wish.door });
  const shownBy =
    maxWaitMs > 0 ? await afterFirstWrite(() => awaitShown(wish.userId, number, maxWaitMs, stores.users)) : undefined;
  return { ok: true, value: { uploadId, photo, ...(shownBy && { shownBy }) } };
}
