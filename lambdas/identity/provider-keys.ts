import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { IdentityProvider } from '../core/identity.ts';
import { ProviderAway, type ReadDocument } from './provider-documents.ts';

/** Keys this old are read again. So a key that the provider removes is worthless after five minutes. */
const REFRESH_MS = 300_000;
/** If the provider cannot be reached, keys are used for this long. */
const MAX_AGE_MS = 900_000;
/** A provider that failed is left alone for this long. */
export const AWAY_MS = 5_000;
/** Readings because of unknown keys: this many at once, and one more after each interval. */
const UNKNOWN_BURST = 3;
const UNKNOWN_EVERY_MS = 10_000;

/** The provider's keys from one reading. */
interface KeySet {
  find: JWTVerifyGetKey;
  /** Which reading it was: 1 is the first. */
  reading: number;
  readMs: number;
}

/**
 * Finds the key of a token's header among the provider's, by its discovery document and key set (OpenID Connect
 * Discovery; RFC 7517). Nothing is read before the first token. For an unknown key, the set is read again at once, so
 * that a rotation works immediately. The number of such readings is limited, whatever is sent.
 * @throws ProviderAway; JWKSNoMatchingKey for a key that the provider does not have
 */
export function providerKeys(
  { issuer }: IdentityProvider,
  readDocument: ReadDocument,
  nowMs: () => number,
): JWTVerifyGetKey {
  let known: KeySet | undefined;
  let underway: Promise<KeySet> | undefined;
  let begun = 0;
  let failure: { at: number; error: unknown } | undefined;
  let unknown = { left: UNKNOWN_BURST, at: nowMs() };

  const read = async (): Promise<KeySet> => {
    const reading = ++begun;
    try {
      const { issuer: named, jwks_uri } = await readDocument(discoveryUrl(issuer));
      // OpenID Connect Discovery, section 4.3: it MUST be the issuer that was asked. Otherwise another one speaks for
      // it.
      if (named !== issuer) throw new ProviderAway(`the provider calls itself ${named}, not ${issuer}`);
      if (typeof jwks_uri !== 'string') throw new ProviderAway('the discovery document names no jwks_uri');
      known = { find: keySet(await readDocument(jwks_uri)), reading, readMs: nowMs() };
      failure = undefined;
      return known;
    } catch (error) {
      failure = { at: nowMs(), error };
      throw error;
    }
  };

  /** One reading at a time, shared by all who wait. */
  const readShared = (): Promise<KeySet> => {
    if (failure !== undefined && nowMs() - failure.at < AWAY_MS) return Promise.reject(failure.error);
    underway ??= read().finally(() => {
      underway = undefined;
    });
    return underway;
  };

  const current = async (): Promise<KeySet> => {
    if (known !== undefined && nowMs() - known.readMs < REFRESH_MS) return known;
    try {
      return await readShared();
    } catch (error) {
      if (known !== undefined && nowMs() - known.readMs < MAX_AGE_MS) return known;
      throw error;
    }
  };

  const mayReadForUnknown = (): boolean => {
    const earned = Math.floor((nowMs() - unknown.at) / UNKNOWN_EVERY_MS);
    if (earned > 0) unknown = { left: Math.min(UNKNOWN_BURST, unknown.left + earned), at: nowMs() };
    if (unknown.left === 0) return false;
    unknown.left--;
    return true;
  };

  return async (header, token) => {
    const begunBefore = begun;
    let set = await current();
    for (;;) {
      try {
        return await set.find(header, token);
      } catch (error) {
        // A set read since the token came would have its key. A reading that was under way by then may have missed it.
        const isSettled = !(error instanceof errors.JWKSNoMatchingKey) || set.reading > begunBefore;
        if (isSettled || (underway === undefined && !mayReadForUnknown())) throw error;
        set = await readShared();
      }
    }
  };
}

/** OpenID Connect Discovery, section 4: a slash at the issuer's end is removed first. */
const discoveryUrl = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/** RFC 7518, sections 3.3 and 3.5: "A key of size 2048 bits or larger MUST be used". Smaller ones are ignored. */
const isStrong = (key: unknown): boolean => {
  const { kty, n } = Object(key);
  return kty !== 'RSA' || (typeof n === 'string' && Buffer.byteLength(n, 'base64url') >= 256);
};

function keySet({ keys }: Record<string, unknown>): JWTVerifyGetKey {
  try {
    return createLocalJWKSet({ keys: Array.isArray(keys) ? keys.filter(isStrong) : Object(keys) });
  } catch (error) {
    throw new ProviderAway('the key set is none', { cause: error });
  }
}
