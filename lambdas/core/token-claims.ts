import type { Identity, IdentityProvider, TokenCheck } from './identity.ts';
import { accepted, type Result, refused } from './result.ts';

/** The claims of a token whose signature, issuer and times are verified. */
type Claims = Record<string, unknown>;

/** OpenID Connect Core, section 2: a subject "MUST NOT exceed 255 ASCII characters in length". */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** The user of a token that is for this deployment; otherwise the first check that fails. */
export function identityOf(claims: Claims, provider: IdentityProvider): Result<Identity, TokenCheck> {
  const failed = audienceProblem(claims, provider.audiences);
  if (failed !== undefined) return refused(failed);
  // RFC 7800; RFC 9449, section 7.1: such a token needs a proof of its key, and that is another scheme than Bearer.
  if (claims.cnf !== undefined) return refused('cnf');
  const { sub } = claims;
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) return refused('sub');
  const name = textAt(claims, provider.nameClaim);
  const email = textAt(claims, provider.emailClaim);
  return accepted({
    issuer: provider.issuer,
    subject: sub,
    ...(name !== undefined && { name }),
    ...(email !== undefined && isVerified(claims, provider.emailClaim) && { email }),
    isAdmin: isAdmin(claims, provider.adminClaim),
  });
}

/**
 * RFC 7519, section 4.1.3: a token whose `aud` does not name us must be refused. Cognito's access tokens have no `aud`:
 * they name the client in `client_id` and differ from its ID tokens in `token_use` ("Understanding the access token").
 */
function audienceProblem({ aud, token_use, client_id }: Claims, audiences: string[]): TokenCheck | undefined {
  if (aud === undefined && token_use !== undefined) {
    if (token_use !== 'access') return 'token_use';
    return typeof client_id === 'string' && audiences.includes(client_id) ? undefined : 'client_id';
  }
  const named: unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.some((one) => typeof one === 'string' && audiences.includes(one)) ? undefined : 'aud';
}

/** `email_verified` (OpenID Connect Core, section 5.1), or its like for another claim. Some send it as text. */
function isVerified(claims: Claims, emailClaim: string): boolean {
  const verified = valueAt(claims, `${emailClaim}_verified`);
  return verified === true || verified === 'true';
}

function isAdmin(claims: Claims, adminClaim: IdentityProvider['adminClaim']): boolean {
  if (adminClaim === undefined) return false;
  const found = valueAt(claims, adminClaim.name);
  return (Array.isArray(found) ? found : [found]).some(
    (one) => ['string', 'boolean', 'number'].includes(typeof one) && String(one) === adminClaim.value,
  );
}

function textAt(claims: Claims, name: string): string | undefined {
  const found = valueAt(claims, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** A claim by its name. Dots may be part of the name (`https://example.com/roles`), or lead into a claim. */
function valueAt(claims: unknown, name: string): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined;
  if (Object.hasOwn(claims, name)) return Reflect.get(claims, name);
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const outer = name.slice(0, dot);
    if (Object.hasOwn(claims, outer)) return valueAt(Reflect.get(claims, outer), name.slice(dot + 1));
  }
  return undefined;
}
