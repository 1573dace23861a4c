import type { ReadFlows } from './edge/flows.ts';
import { readOffer } from './edge/read-offer.ts';
import { readTwitterLimits, WINDOW_SECONDS } from './edge/twitter/twitter-limits.ts';
import { NEEDS, readEnv } from './env.ts';
import { admit } from './flow/admit.ts';
import { admitSigned } from './flow/admit-signed.ts';
import { findById, findByScreenName, findBySlackId } from './flow/read.ts';
import { spendCall } from './flow/spend-call.ts';
import { uploadOf } from './flow/status.ts';
import { httpEntry } from './http-entry.ts';
import { appStore } from './store/apps.ts';
import { dynamoClient, secretsManagerClient } from './store/clients.ts';
import { credentialStore } from './store/credentials.ts';
import { limitStore } from './store/limits.ts';
import { secretStore } from './store/secrets.ts';
import { teamStore } from './store/teams.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';

/** Entry: everything that only reads, by HTTP. Above the handler: once an environment. */
const env = readEnv(NEEDS.read);
const db = dynamoClient();
const secrets = secretStore(secretsManagerClient());
const twitterLimits = readTwitterLimits(env.twitterLimits);
const stores = {
  apps: appStore(db, env.teamsTable),
  credentials: credentialStore(db, env.credentialsTable),
  teams: teamStore(db, env.teamsTable),
  users: userStore(db, env.usersTable),
  uploads: uploadStore(db, env.uploadsTable),
  limits: limitStore(db, env.limitsTable),
  masterSecrets: (maxAgeSeconds?: number) => secrets.versions(env.masterSecretId, maxAgeSeconds),
};

const flows: ReadFlows = {
  offer: readOffer(env.offer),
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
  findById: (id) => findById(id, stores.users),
  findByScreenName: (screenName) => findByScreenName(screenName, stores.users),
  findBySlackId: (slackId, teamId) => findBySlackId(slackId, teamId, stores.users),
  upload: (userId, uploadId) => uploadOf(userId, uploadId, stores.uploads),
};

export const handler = httpEntry(
  (edge, request) => edge.read(request, flows),
  () => secrets.current(env.originSecretId),
);
