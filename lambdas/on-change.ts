import { randomUUID } from 'node:crypto';
import { callers } from './callers.ts';
import { afterFirstWrite } from './core/fault-after-write.ts';
import type { DialectHandlers } from './edge/dialect-faults.ts';
import type { ChangeFlows, PhotoUpload } from './edge/flows.ts';
import { readIdentityProvider } from './edge/read-identity-provider.ts';
import { readServiceLimits } from './edge/read-service-limits.ts';
import { readTwitterRateLimits } from './edge/read-twitter-rate-limits.ts';
import { changeBySlack } from './edge/slack/methods.ts';
import { changeByTwitter } from './edge/twitter/methods.ts';
import { changeByV1 } from './edge/v1/changes.ts';
import { readAllowedOrigins } from './edge/v1/cors.ts';
import { NEEDS, readEnv } from './env.ts';
import { accept } from './flow/accept.ts';
import { changeUser, findUsers } from './flow/administer-user.ts';
import { authenticateIdentity } from './flow/authenticate-identity.ts';
import { checkPicture } from './flow/check-picture.ts';
import { consumeChange, hasNoChanges } from './flow/consume-change.ts';
import { deletePhoto } from './flow/delete-photo.ts';
import { requestErase, TOMBSTONE_DAYS } from './flow/erase.ts';
import { findById } from './flow/find-user.ts';
import { issueTicket } from './flow/issue-ticket.ts';
import { restorePhoto } from './flow/restore-photo.ts';
import { undoPhoto } from './flow/undo-photo.ts';
import { shownWaiter } from './flow/upload-status.ts';
import { httpEntry } from './http-entry.ts';
import { loadTokenVerifier } from './load-token-verifier.ts';
import { loadWebhooks } from './load-webhooks.ts';
import { appStore } from './store/apps.ts';
import { dynamoClient, s3Client, secretsManagerClient, snsClient, sqsClient } from './store/aws-clients.ts';
import { credentialStore } from './store/credentials.ts';
import { jobQueue } from './store/job-queue.ts';
import { limitStore } from './store/limits.ts';
import { photoEvents } from './store/photo-events.ts';
import { photoStore } from './store/photos.ts';
import { rawStore } from './store/raw-files.ts';
import { secretStore } from './store/secrets.ts';
import { sweepQueue } from './store/sweep-queue.ts';
import { teamStore } from './store/teams.ts';
import { ticketStore } from './store/tickets.ts';
import { uploadForms } from './store/upload-forms.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';
import { logger, measure } from './telemetry.ts';

/** Entry: everything that changes something by HTTP. The code above the handler runs once per environment. */
const env = readEnv(NEEDS.change);
const provider = readIdentityProvider(env.identityProvider);
const verifyToken = await loadTokenVerifier(provider);
const db = dynamoClient();
const s3 = s3Client();
const sqs = sqsClient();
const secrets = secretStore(secretsManagerClient());
const webhooks = await loadWebhooks(env.webhookParts, () => secrets.current(env.masterSecretId));
const serviceLimits = readServiceLimits(env.serviceLimits);
const stores = {
  apps: appStore(db, env.teamsTable),
  credentials: credentialStore(db, env.credentialsTable),
  teams: teamStore(db, env.teamsTable),
  users: userStore(db, env.usersTable, { hasAvatars: env.avatars === 'true' }),
  uploads: uploadStore(db, env.uploadsTable),
  tickets: ticketStore(db, env.uploadsTable),
  forms: uploadForms(s3, env.importsBucket),
  limits: limitStore(db, env.limitsTable),
  masterSecrets: (maxAgeSeconds?: number) => secrets.versions(env.masterSecretId, maxAgeSeconds),
  raw: rawStore(s3, env.rawBucket),
  photos: photoStore(s3, env.photosBucket),
  jobs: jobQueue(sqs, env.jobsQueueUrl),
  sweeps: sweepQueue(sqs, env.sweepsQueueUrl),
  events: photoEvents(snsClient(), env.photoEventsTopicArn),
};

const awaitShown = shownWaiter(stores, Number(env.jobPlaces));

const flows: ChangeFlows = {
  allowedOrigins: readAllowedOrigins(env.allowedOrigins),
  ...(verifyToken && {
    authenticateIdentity: (token: string, viewerAddress: string) =>
      authenticateIdentity({ token, viewerAddress, now: new Date() }, { ...stores, verifyToken, mayWrite: true }),
  }),
  serviceLimits,
  ...callers(stores, readTwitterRateLimits(env.twitterRateLimits)),
  checkPicture: ({ source, ...picture }) => checkPicture({ ...picture, policy: serviceLimits.policies[source] }),
  setPhoto,
  deletePhoto: async (userId) =>
    (await deletePhoto(userId, new Date().toISOString(), stores)) ? stores.users.get(userId) : undefined,
  undoPhoto: async (userId) =>
    (await undoPhoto(userId, new Date().toISOString(), stores)) ? stores.users.get(userId) : undefined,
  restorePhoto: (userId, version) => restorePhoto(userId, version, new Date().toISOString(), stores),
  async issueTicket(file) {
    const issued = await issueTicket({ id: randomUUID(), ...file }, Number(env.retentionDays), stores);
    logger.info('ticket', { upload_id: issued.ticket.id, user_id: file.userId, bytes: file.bytes });
    return issued;
  },
  findRepeat: (uploadId) => stores.uploads.get(uploadId),
  hasNoChanges: (userId) => hasNoChanges(userId, Date.now(), stores),
  consumeChange: (change) => consumeChange(change, Date.now(), stores),
  setAvatar: (userId, isShown) => stores.users.setAvatar(userId, isShown),
  ...(provider?.adminClaim && {
    administer: {
      find: (query) => findUsers(query, provider.issuer, stores.users),
      findById: (id) => findById(id, stores.users),
      change: (user, change) => changeUser(user, change, stores.users),
      note: ({ adminId, userIds, webhookId, ...deed }) =>
        logger.info('administered', { admin_id: adminId, user_ids: userIds, webhook_id: webhookId, ...deed }),
      ...(webhooks && { webhooks }),
    },
  }),
  eraseUser: async (userId) => ((await requestErase(userId, stores)) ? { tombstoneDays: TOMBSTONE_DAYS } : undefined),
};

const handlers: DialectHandlers<ChangeFlows> = { slack: changeBySlack, twitter: changeByTwitter, v1: changeByV1 };

export const handler = httpEntry(handlers, flows, () => secrets.current(env.originSecretId));

async function setPhoto({ maxWaitMs, repeatable, ...upload }: PhotoUpload): ReturnType<ChangeFlows['setPhoto']> {
  const uploadId = repeatable?.uploadId ?? randomUUID();
  // Every later line of this request has it, including a fault's.
  logger.appendKeys({ upload_id: uploadId });
  const acceptedAt = new Date().toISOString();
  const retentionDays = Number(env.retentionDays);
  const done = await accept(
    {
      ...upload,
      policy: serviceLimits.policies[upload.source],
      uploadId,
      acceptedAt,
      retentionDays,
      ...(repeatable && { repeatable }),
    },
    stores,
  );
  if (!done.ok) {
    measure(upload.source, { Refused: 1 });
    logger.info('refused', { user_id: upload.userId, source: upload.source, reason: done.refusal.code });
    return done;
  }
  const { number, photo, state } = done.value;
  measure(upload.source, { Accepted: 1 });
  logger.info('accepted', { user_id: upload.userId, number, source: upload.source });
  const isToWait = maxWaitMs > 0 && state === 'queued';
  const shownBy = isToWait ? await afterFirstWrite(() => awaitShown(upload.userId, number, maxWaitMs)) : undefined;
  return { ok: true, value: { uploadId, photo, state, ...(shownBy && { shownBy }) } };
}
