import {
  DEFAULT_APP,
  digest,
  MAX_SKEW_SECONDS,
  type SignedCredential,
  twitterKeys,
  twitterKeyVersion,
} from '../core/credential.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { Caller } from '../core/user.ts';
import { type AuthenticateStores, type KnownOwner, mayComeFrom, teamOf } from './authenticate.ts';
import { findByMasterSecret } from './master-secrets.ts';

interface WhileAuthenticatingSigned {
  /** Starts work that needs only the owner's id, once the signature is good. Must not wait. */
  onKnown?: (owner: Pick<KnownOwner, 'userId'>) => void;
  /** The token's owner, if a limit turned them away and would again (`turned-away.ts`). */
  turnedAwayBefore?: Caller | undefined;
  /** Starts work that can go on while the nonce is used, once all else is right. Must not wait. */
  onVerified?: (caller: Caller) => void;
}

/**
 * The caller of a signed request (RFC 5849). Checked in this order: application, token, clock, signature, user, team,
 * nonce. The nonce comes last, because a request that is refused for another reason must not use it up.
 * After a rotation of the master secret, the application's keys and the user's may be of different versions. Each key
 * goes with the secret of its own version.
 */
export async function authenticateSigned(
  signed: SignedCredential,
  nowSeconds: number,
  stores: AuthenticateStores,
  { turnedAwayBefore, onKnown, onVerified }: WhileAuthenticatingSigned = {},
): Promise<Result<Caller, CredentialRefusal>> {
  const { credentials, users, teams, apps, limits, masterSecrets } = stores;
  if (turnedAwayBefore !== undefined && (await isSignedBy(turnedAwayBefore, signed, nowSeconds, stores))) {
    return accepted(turnedAwayBefore);
  }
  const [application, app, credential] = await Promise.all([
    credentials.byDigest(digest(signed.consumerKey)),
    // All consumer keys belong to the default app.
    apps.get(DEFAULT_APP),
    credentials.byDigest(digest(signed.token)),
  ]);
  if (application?.kind !== 'twitter-app') return refused({ code: 'unknown-application' });
  if (app?.state === 'removed') return refused({ code: 'removed-application' });
  if (credential?.kind !== 'twitter') return refused({ code: 'unknown-credential' });
  const named = await findByMasterSecret(masterSecrets, (secrets) => namedKeys(secrets, credential.userId, signed));
  if (named === undefined) return refused({ code: 'unknown-credential' });
  if (!(Math.abs(nowSeconds - signed.timestampSeconds) <= MAX_SKEW_SECONDS)) {
    return refused({ code: 'stale-timestamp', maxSkewSeconds: MAX_SKEW_SECONDS });
  }
  if (!signed.verify(named.consumerSecret, named.accessTokenSecret)) return refused({ code: 'bad-signature' });

  const { userId, teamId, scopes } = credential;
  onKnown?.({ userId });
  const [user, namedTeam] = await Promise.all([
    users.get(userId),
    teamId === undefined ? undefined : teams.get(teamId),
  ]);
  if (user === undefined || user.state !== 'active') return refused({ code: 'inactive-user' });
  const team = await teamOf(user, namedTeam, teams);
  if (!mayComeFrom(signed.viewerAddress, team)) return refused({ code: 'network-not-allowed' });
  if (team.state !== 'active') return refused({ code: 'inactive-team' });
  const caller = { user, team, scopes };
  onVerified?.(caller);
  const nonce = `${signed.token}\n${signed.timestampSeconds}\n${signed.nonce}`;
  const expiresAtSeconds = signed.timestampSeconds + 2 * MAX_SKEW_SECONDS;
  if (!(await limits.useNonce(nonce, signed.requestId, expiresAtSeconds))) return refused({ code: 'replayed-nonce' });
  for (const [version, { digest }] of [
    [named.consumerVersion, application] as const,
    [named.version, credential] as const,
  ]) {
    if (version > 0) await limits.notePreviousSecretUse(digest, nowSeconds);
  }
  return accepted(caller);
}

/** Whether a caller signed it whom a limit would turn away again. One read, and the nonce is not used up. */
async function isSignedBy(
  { user, team }: Caller,
  signed: SignedCredential,
  nowSeconds: number,
  { credentials, masterSecrets }: AuthenticateStores,
): Promise<boolean> {
  const credential = await credentials.byDigest(digest(signed.token));
  if (credential?.kind !== 'twitter' || credential.userId !== user.id) return false;
  if (!mayComeFrom(signed.viewerAddress, team)) return false;
  const named = await findByMasterSecret(masterSecrets, (secrets) => namedKeys(secrets, credential.userId, signed));
  const isFresh = Math.abs(nowSeconds - signed.timestampSeconds) <= MAX_SKEW_SECONDS;
  return isFresh && named !== undefined && signed.verify(named.consumerSecret, named.accessTokenSecret);
}

/** The secrets and the versions of the two keys that a request names; undefined if one fits no version. */
function namedKeys(secrets: string[], userId: string, { consumerKey, token }: SignedCredential) {
  const keys = secrets.map((secret) => twitterKeys(secret, userId));
  const consumerVersion = twitterKeyVersion(keys, 'consumerKey', consumerKey);
  const version = twitterKeyVersion(keys, 'accessToken', token);
  if (consumerVersion === undefined || version === undefined) return undefined;
  const { consumerSecret = '' } = keys[consumerVersion] ?? {};
  const { accessTokenSecret = '' } = keys[version] ?? {};
  return { consumerVersion, consumerSecret, version, accessTokenSecret };
}
