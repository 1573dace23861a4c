/** The identity provider of this deployment. */
export interface Provider {
  issuer: string;
  clientId: string;
  /** What is asked for, with spaces between. */
  scope: string;
  /** Which of its tokens the service takes. */
  token: 'access' | 'id';
  /** Whom an access token is for, for providers that want it named. */
  audience: string;
}

/** Written into the document when it is deployed; undefined where people paste a token. */
export function namedProvider(): Provider | undefined {
  const given = document.querySelector<HTMLMetaElement>('meta[name="headshot-sign-in"]')?.content;
  return given === undefined ? undefined : JSON.parse(given);
}
