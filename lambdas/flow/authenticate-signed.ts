import { isInNetworks } from '../core/cidr.ts';
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
import { type AuthenticateStores, type KnownOwner, teamOf } from './authenticate.ts';
import { findByMasterSecret } from './master-secrets.ts';

interface WhileAuthenticatingSigned {
  /** Begins what needs no more than this, once the signature is known to be good, and before anything is known of the user. It must not wait. */
  onKnown?: (owner: Pick<KnownOwner, 'userId'>) => void;
  /** The token's owner, where a limit turned them away and will again (`turned-away.ts`). */
  turnedAwayBefore?: Caller | undefined;
  /** Begins what may be done beside the use of the nonce, when all else is right. It must not wait. */
  onVerified?: (caller: Caller) => void;
}

/**
 * Who a signed request speaks for (RFC 5849). Checked in this order: application, token, clock, signature, user, team, nonce.
 * After a rotation of the master secret the application's keys and the user's may be of different versions, but each key
 * goes with the secret of its own version.
 * The nonce comes last: a request that is refused for another reason must not use it up.
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
    // All consumer keys are the default app's.
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
  if (team.allowedNetworks.length > 0 && !isInNetworks(signed.viewerAddress, team.allowedNetworks)) {
    return refused({ code: 'network-not-allowed' });
  }
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

/** Whether a request is signed by whom a limit turned away a while ago, and will again: one read, and its nonce is not used up. */
async function isSignedBy(
  { user, team }: Caller,
  signed: SignedCredential,
  nowSeconds: number,
  { credentials, masterSecrets }: AuthenticateStores,
): Promise<boolean> {
  const credential = await credentials.byDigest(digest(signed.token));
  if (credential?.kind !== 'twitter' || credential.userId !== user.id) return false;
  if (team.allowedNetworks.length > 0 && !isInNetworks(signed.viewerAddress, team.allowedNetworks)) return false;
  const named = await findByMasterSecret(masterSecrets, (secrets) => namedKeys(secrets, credential.userId, signed));
  const isFresh = Math.abs(nowSeconds - signed.timestampSeconds) <= MAX_SKEW_SECONDS;
  return isFresh && named !== undefined && signed.verify(named.consumerSecret, named.accessTokenSecret);
}

/** The secrets of the two keys that a request names, and of which versions they are; undefined when one is of none. */
function namedKeys(secrets: string[], userId: string, { consumerKey, token }: SignedCredential) {
  const keys = secrets.map((secret) => twitterKeys(secret, userId));
  const consumerVersion = twitterKeyVersion(keys, 'consumerKey', consumerKey);
  const version = twitterKeyVersion(keys, 'accessToken', token);
  if (consumerVersion === undefined || version === undefined) return undefined;
  const { consumerSecret = '' } = keys[consumerVersion] ?? {};
  const { accessTokenSecret = '' } = keys[version] ?? {};
  return { consumerVersion, consumerSecret, version, accessTokenSecret };
}
