/** The deployment's identity provider. */
export interface Provider {
  issuer: string;
  clientId: string;
  /** The scopes to request, separated by spaces. */
  scope: string;
  /** Which of its tokens the service takes. */
  token: 'access' | 'id';
  /** The audience of an access token, for providers that need it. */
  audience: string;
}

/** Written into the document when it is deployed; undefined if people paste a token. */
export function namedProvider(): Provider | undefined {
  const given = document.querySelector<HTMLMetaElement>('meta[name="headshot-sign-in"]')?.content;
  return given === undefined ? undefined : JSON.parse(given);
}
