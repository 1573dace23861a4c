import { DEFAULT_APP, digest, slackToken, twitterKeys } from '../core/credential.ts';
import type { Credential, CredentialStore } from '../store/credentials.ts';
import type { LimitStore } from '../store/limits.ts';

/** A token of the previous master secret, which stops working when that ends. */
export interface PreviousToken {
  credential: Credential;
  /** Whether its owner was shown the new one (`headshot users token`). */
  isReplaced: boolean;
  /** Seconds since 1970, to the hour; undefined if unused for 30 days, or since the rotation. */
  lastUsedSeconds?: number;
}

export interface SecretVersionUsage {
  /** The number of tokens and keys of the current version. */
  current: number;
  old: PreviousToken[];
}

/**
 * Which tokens are of which version. A record does not say, but deriving its token again does. Reads all credentials:
 * for the CLI.
 */
export async function secretVersionUsage(
  current: string,
  previous: string | undefined,
  nowSeconds: number,
  { credentials, limits }: { credentials: CredentialStore; limits: LimitStore },
): Promise<SecretVersionUsage> {
  const use: SecretVersionUsage = { current: 0, old: [] };
  const uses = previous === undefined ? new Map<string, number>() : await limits.previousSecretUses(nowSeconds);
  const ofCurrent = new Set<string>();
  const found: Credential[] = [];
  for await (const credential of credentials.list()) {
    if (digestBy(current, credential) === credential.digest) {
      use.current++;
      if (previous !== undefined) ofCurrent.add(credential.digest);
    } else if (previous !== undefined && digestBy(previous, credential) === credential.digest) {
      found.push(credential);
    }
  }
  use.old = found.map((credential) => {
    const lastUsedSeconds = uses.get(credential.digest);
    return {
      credential,
      isReplaced: ofCurrent.has(digestBy(current, credential)),
      ...(lastUsedSeconds !== undefined && { lastUsedSeconds }),
    };
  });
  return use;
}

/** The digest of the token that this master secret gives the same owner, kind and app. */
function digestBy(secret: string, { kind, userId, tokenKind, appId = DEFAULT_APP }: Credential): string {
  switch (kind) {
    case 'slack':
      return digest(slackToken(secret, userId, tokenKind, appId));
    case 'twitter':
      return digest(twitterKeys(secret, userId).accessToken);
    case 'twitter-app':
      return digest(twitterKeys(secret, userId).consumerKey);
  }
}
