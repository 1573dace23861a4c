import type { ReadFlows } from './edge/flows.ts';
import { NEEDS, readEnv } from './env.ts';
import { admit } from './flow/admit.ts';
import { findBySlackId } from './flow/read.ts';
import { uploadOf } from './flow/status.ts';
import { httpEntry } from './http-entry.ts';
import { dynamoClient, secretsManagerClient } from './store/clients.ts';
import { credentialStore } from './store/credentials.ts';
import { secretStore } from './store/secrets.ts';
import { teamStore } from './store/teams.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';

/** Entry: everything that only reads, by HTTP. Above the handler: once an environment. */
const env = readEnv(NEEDS.read);
const db = dynamoClient();
const secrets = secretStore(secretsManagerClient());
const stores = {
  credentials: credentialStore(db, env.credentialsTable),
  teams: teamStore(db, env.teamsTable),
  users: userStore(db, env.usersTable),
  uploads: uploadStore(db, env.uploadsTable),
};

const flows: ReadFlows = {
  admit: (token) => admit(token, stores),
  findBySlackId: (slackId, teamId) => findBySlackId(slackId, teamId, stores.users),
  upload: (userId, uploadId) => uploadOf(userId, uploadId, stores.uploads),
};

export const handler = httpEntry(
  (edge, request) => edge.read(request, flows),
  () => secrets.current(env.originSecretId),
);
