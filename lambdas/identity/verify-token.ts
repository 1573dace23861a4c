import { decodeJwt, errors, type JWTHeaderParameters, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Identity, IdentityProvider, TokenCheck } from '../core/identity.ts';
import type { IdentityRefusal } from '../core/refusal.ts';
import { type Result, refused } from '../core/result.ts';
import { identityOf } from '../core/token-claims.ts';
import { documentReader, ProviderAway, type ReadDocument } from './provider-documents.ts';
import { AWAY_MS, providerKeys } from './provider-keys.ts';

/** Only asymmetric ones: with HMAC or `none`, anybody who knows the public keys could sign (RFC 8725, section 3.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_SKEW_SECONDS = 60;
const MAX_TOKEN_LENGTH = 8_192;
/**
 * Absent, a plain JWT, or an access token (RFC 9068). Logout tokens and proofs are refused (RFC 8725, section 3.11).
 */
const TYPES: unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
/** Parameters by which a token would bring its own key (RFC 7515, sections 4.1.2 to 4.1.6). */
const KEY_PARAMETERS = ['jwk', 'jku', 'x5c', 'x5u'];

/** The user of a token, or why it is refused. */
export type VerifyToken = (token: string) => Promise<Result<Identity, IdentityRefusal>>;

export interface VerifierOptions {
  readDocument?: ReadDocument;
  nowMs?: () => number;
  /** Called with the reason if the provider cannot be reached. */
  onAway?: (error: ProviderAway) => void;
}

/**
 * Verifies a provider's tokens (RFC 7519, OpenID Connect Core). Keeps its keys. Reads nothing before the first token.
 */
export function tokenVerifier(provider: IdentityProvider, options: VerifierOptions = {}): VerifyToken {
  const { readDocument = documentReader(provider), nowMs = Date.now, onAway } = options;
  const keys = providerKeys(provider, readDocument, nowMs);
  // The issuer is checked first, so that no key is searched for another provider's token.
  const keyOf: JWTVerifyGetKey = (header, token) => {
    checkHeader(header);
    if (decodeJwt(`.${token.payload}.`).iss !== provider.issuer) throw new CheckFailed('iss');
    return keys(header, token);
  };

  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return failed('form');
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ALGORITHMS,
        issuer: provider.issuer,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(nowMs()),
      });
      const identity = identityOf(payload, provider);
      return identity.ok ? identity : failed(identity.refusal);
    } catch (error) {
      if (error instanceof ProviderAway) {
        onAway?.(error);
        return refused({ code: 'provider-away', retryAfterSeconds: AWAY_MS / 1_000 });
      }
      return failed(checkOf(error));
    }
  };
}

const failed = (check: TokenCheck) => refused({ code: 'invalid-token' as const, check });

class CheckFailed extends Error {
  readonly check: TokenCheck;
  constructor(check: TokenCheck) {
    super(check);
    this.check = check;
  }
}

function checkHeader(header: JWTHeaderParameters): void {
  if (KEY_PARAMETERS.some((name) => Object.hasOwn(header, name))) throw new CheckFailed('jwk');
  const typ: unknown = header.typ;
  if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ)) throw new CheckFailed('typ');
}

const CLAIM_CHECKS: Partial<Record<string, TokenCheck>> = { iss: 'iss', exp: 'exp', nbf: 'nbf', iat: 'iat' };

/** Our check for jose's error. @throws errors that are not about the token */
function checkOf(error: unknown): TokenCheck {
  if (error instanceof CheckFailed) return error.check;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'alg';
  if (error instanceof errors.JOSENotSupported) return 'crit';
  if (error instanceof errors.JWTExpired) return 'exp';
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIM_CHECKS[error.claim] ?? 'form';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'kid';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'form';
  throw error;
}
