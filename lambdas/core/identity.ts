/** The identity provider whose people are let in, as the deployment names it (OpenID Connect). */
export interface IdentityProvider {
  /** Exactly as its tokens and its discovery document say it. */
  issuer: string;
  /** A token must be for one of these. */
  audiences: string[];
  /** Origins, beside the issuer's own, that its documents may lead to. */
  origins: string[];
  /** Names of claims. A claim within another is named with dots: `realm_access.roles`. */
  nameClaim: string;
  emailClaim: string;
  /** Who has it, with this value or with this value in a list, is an administrator. Absent: nobody is. */
  adminClaim?: { name: string; value: string };
}

/** Who a verified token speaks for. */
export interface Identity {
  issuer: string;
  /** The provider's own name for the person: it never goes to another. */
  subject: string;
  name?: string;
  /** Only when the provider says that it verified it. */
  email?: string;
  isAdmin: boolean;
}

/** One line for issuer and subject: an issuer has no `#`, so no two identities are spelled alike. */
export const identityKey = ({ issuer, subject }: Pick<Identity, 'issuer' | 'subject'>): string =>
  `${issuer}#${subject}`;

/**
 * The checks of a token, each by the name of the header parameter or claim that it is about, with what a token that fails is told. In
 * printable ASCII without quotes, as RFC 6750, section 3, has it for an `error_description`.
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
