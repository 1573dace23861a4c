import { DEFAULT_APP, digest, MAX_SKEW_SECONDS, type SignedCredential, twitterKeys } from '../core/credential.ts';
import { isInNetworks } from '../core/network.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { Caller } from '../core/user.ts';
import type { LimitStore } from '../store/limits.ts';
import type { AdmitStores } from './admit.ts';

export interface SignedStores extends AdmitStores {
  limits: LimitStore;
  /** The master secret's versions that may still be in use, the newest first. */
  masterSecrets(): Promise<string[]>;
}

/**
 * Who a signed request speaks for (RFC 5849). Checked in this order: application, token, clock, signature, user, team, nonce.
 * The nonce comes last: a request that is refused for another reason must not use it up.
 */
export async function admitSigned(
  signed: SignedCredential,
  nowSeconds: number,
  { credentials, users, teams, apps, limits, masterSecrets }: SignedStores,
): Promise<Result<Caller, CredentialRefusal>> {
  const [application, app, credential, secrets] = await Promise.all([
    credentials.byDigest(digest(signed.consumerKey)),
    // All consumer keys are the default app's.
    apps.get(DEFAULT_APP),
    credentials.byDigest(digest(signed.token)),
    masterSecrets(),
  ]);
  if (application?.kind !== 'twitter-app') return refused({ code: 'unknown-application' });
  if (app?.state === 'removed') return refused({ code: 'removed-application' });
  if (credential?.kind !== 'twitter') return refused({ code: 'unknown-credential' });
  if (!(Math.abs(nowSeconds - signed.timestampSeconds) <= MAX_SKEW_SECONDS)) {
    return refused({ code: 'stale-timestamp', maxSkewSeconds: MAX_SKEW_SECONDS });
  }
  const keys = secrets.map((secret) => twitterKeys(secret, credential.userId));
  // After a rotation the application's keys and the user's may come from different versions.
  const isSigned = keys.some(({ consumerSecret }) =>
    keys.some(({ accessTokenSecret }) => signed.verify(consumerSecret, accessTokenSecret)),
  );
  if (!isSigned) return refused({ code: 'bad-signature' });

  const user = await users.get(credential.userId);
  if (user === undefined || user.state !== 'active') return refused({ code: 'inactive-user' });
  const team = await teams.get(user.teamId);
  if (team === undefined) throw new Error(`user ${user.id} is in team ${user.teamId}, which does not exist`);
  if (team.allowedNetworks.length > 0 && !isInNetworks(signed.viewerAddress, team.allowedNetworks)) {
    return refused({ code: 'network-not-allowed' });
  }
  if (team.state !== 'active') return refused({ code: 'inactive-team' });
  const nonce = `${signed.token}\n${signed.timestampSeconds}\n${signed.nonce}`;
  const expiresAtSeconds = signed.timestampSeconds + 2 * MAX_SKEW_SECONDS;
  if (!(await limits.useNonce(nonce, signed.requestId, expiresAtSeconds))) return refused({ code: 'replayed-nonce' });
  return accepted({ user, team, scopes: credential.scopes });
}
