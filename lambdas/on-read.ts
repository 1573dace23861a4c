import { callers } from './callers.ts';
import type { DialectHandlers } from './edge/dialect-faults.ts';
import type { ReadFlows } from './edge/flows.ts';
import { readIdentityProvider } from './edge/read-identity-provider.ts';
import { readServiceLimits } from './edge/read-service-limits.ts';
import { readTwitterRateLimits } from './edge/read-twitter-rate-limits.ts';
import { readBySlack } from './edge/slack/methods.ts';
import { readByTwitter } from './edge/twitter/methods.ts';
import { readAllowedOrigins } from './edge/v1/cors.ts';
import { readByV1 } from './edge/v1/reads.ts';
import { NEEDS, readEnv } from './env.ts';
import { authenticateIdentity } from './flow/authenticate-identity.ts';
import { findById, findByScreenName, findBySlackId } from './flow/find-user.ts';
import { uploadOf } from './flow/upload-status.ts';
import { httpEntry } from './http-entry.ts';
import { loadTokenVerifier } from './load-token-verifier.ts';
import { appStore } from './store/apps.ts';
import { dynamoClient, secretsManagerClient } from './store/aws-clients.ts';
import { credentialStore } from './store/credentials.ts';
import { limitStore } from './store/limits.ts';
import { secretStore } from './store/secrets.ts';
import { teamStore } from './store/teams.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';
import { logger } from './telemetry.ts';

/** Entry: everything that only reads, by HTTP. The code above the handler runs once per environment. */
const env = readEnv(NEEDS.read);
const verifyToken = await loadTokenVerifier(readIdentityProvider(env.identityProvider));
const db = dynamoClient();
const secrets = secretStore(secretsManagerClient());
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
  allowedOrigins: readAllowedOrigins(env.allowedOrigins),
  ...(verifyToken && {
    authenticateIdentity: (token: string, viewerAddress: string) =>
      authenticateIdentity({ token, viewerAddress, now: new Date() }, { ...stores, verifyToken, mayWrite: false }),
  }),
  serviceLimits: readServiceLimits(env.serviceLimits),
  ...callers(stores, readTwitterRateLimits(env.twitterRateLimits)),
  findById: (id) => findById(id, stores.users),
  findByScreenName: (screenName) => findByScreenName(screenName, stores.users),
  findBySlackId: (slackId) => findBySlackId(slackId, stores.users),
  async upload(caller, uploadId) {
    const found = await uploadOf(caller, uploadId, stores.uploads);
    if (found !== undefined && found.userId !== caller.user.id) {
      const deed = { verb: 'GET', path: '/v1/uploads/{id}', status: 200 };
      logger.info('administered', { admin_id: caller.user.id, user_ids: [found.userId], ...deed });
    }
    return found;
  },
};

const handlers: DialectHandlers<ReadFlows> = { slack: readBySlack, twitter: readByTwitter, v1: readByV1 };

export const handler = httpEntry(handlers, flows, () => secrets.current(env.originSecretId));
