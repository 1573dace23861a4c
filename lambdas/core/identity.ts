/** The identity provider whose users may sign in (OpenID Connect). */
export interface IdentityProvider {
  /** Exactly as in its tokens and its discovery document. */
  issuer: string;
  /** A token must be for one of these. */
  audiences: string[];
  /** Origins, besides the issuer's own, that its documents may be fetched from. */
  origins: string[];
  /** Names of claims. Dots lead into a claim: `realm_access.roles`. */
  nameClaim: string;
  emailClaim: string;
  /** An administrator has this claim with this value, alone or in a list. Absent: there are no administrators. */
  adminClaim?: { name: string; value: string };
}

/** The user that a verified token stands for. */
export interface Identity {
  issuer: string;
  /** The provider's id for the user. It never gives it to another. */
  subject: string;
  name?: string;
  /** Only if the provider has verified it. */
  email?: string;
  isAdmin: boolean;
}

/** Issuer and subject as one string. Unambiguous, because an issuer has no `#`. */
export const identityKey = ({ issuer, subject }: Pick<Identity, 'issuer' | 'subject'>): string =>
  `${issuer}#${subject}`;

/**
 * The checks of a token, by the header parameter or claim that each is about, and what the caller reads if it fails:
 * printable ASCII without quotes, as RFC 6750, section 3, demands of an `error_description`.
 */
export const TOKEN_CHECKS = {
  form: 'not a signed JWT (RFC 7519) of at most 8192 characters',
  alg: 'alg must be RS256, PS256, ES256 or EdDSA',
  typ: 'typ must be JWT or at+jwt, or absent',
  crit: 'crit names an extension that is not known here',
  jwk: 'a header may not bring a key along: jwk, jku, x5c, x5u',
  kid: 'the provider has no key of this kid and alg',
  signature: 'the signature does not fit',
  iss: 'iss is not the provider of this deployment',
  exp: 'exp is missing, or past',
  nbf: 'nbf is still to come',
  iat: 'iat is no time',
  aud: 'aud names no audience of this deployment',
  token_use: 'token_use must be access in a token without aud',
  client_id: 'client_id is no audience of this deployment',
  sub: 'sub must be 1 to 255 printable ASCII characters',
  cnf: 'cnf binds the token to a key, which a bearer does not prove',
} as const;

export type TokenCheck = keyof typeof TOKEN_CHECKS;
