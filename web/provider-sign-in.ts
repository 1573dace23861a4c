import * as oauth from 'oauth4webapi';
import type { Provider } from './provider.ts';

/**
 * Sign-in at the provider by Authorization Code with PKCE (RFC 7636, OpenID Connect Core). Loaded only if there is a
 * provider, and when it is needed.
 */

/** The result of a sign-in. Kept for this tab's session, like a pasted token. */
export interface SignedIn {
  /** The token that the service takes. */
  token: string;
  /** By this browser's clock, milliseconds since 1970. */
  endsAtMs: number;
  refreshToken?: string;
  /** Tells the provider who signs out; absent if it is the token itself, which must not be in a URL. */
  idTokenHint?: string;
  name: string;
}

/** What only this tab knows between leaving and coming back. */
interface Begun {
  state: string;
  nonce: string;
  codeVerifier: string;
}

const BEGUN_KEY = 'headshot.sign-in-begun';

/** The one URL to come back to, exactly as the provider knows it. No link can lead anywhere else. */
const redirectUri = (): string => `${location.origin}/`;

const clientOf = ({ clientId }: Provider): oauth.Client => ({ client_id: clientId });

/** Plain http is only for a provider on this machine; the deployment's settings allow nothing else. */
const optionsFor = ({ issuer }: Provider) => ({ [oauth.allowInsecureRequests]: issuer.startsWith('http://') });

async function discover(provider: Provider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, optionsFor(provider)));
}

/** Goes to the provider. */
export async function beginSignIn(provider: Provider): Promise<void> {
  const server = await discover(provider);
  if (server.authorization_endpoint === undefined) throw new Error('the provider has no authorization endpoint');
  const begun: Begun = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    codeVerifier: oauth.generateRandomCodeVerifier(),
  };
  sessionStorage.setItem(BEGUN_KEY, JSON.stringify(begun));
  const address = new URL(server.authorization_endpoint);
  // Some providers return a refresh token for this scope. Others do not know it.
  const scope = server.scopes_supported?.includes('offline_access')
    ? `${provider.scope} offline_access`
    : provider.scope;
  for (const [name, value] of Object.entries({
    client_id: provider.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.codeVerifier),
    code_challenge_method: 'S256',
    ...(provider.token === 'access' && { audience: provider.audience }),
  }))
    address.searchParams.set(name, value);
  location.assign(address);
}

/** Whether the page was opened by coming back from a provider. */
export const isCallback = (query: URLSearchParams): boolean =>
  query.has('state') && (query.has('code') || query.has('error'));

/**
 * Exchanges the code for the provider's tokens.
 * @throws Error if the sign-in was not begun in this tab, if the provider refused, or if its answer is not valid
 */
export async function completeSignIn(provider: Provider, query: URLSearchParams): Promise<SignedIn> {
  const kept = sessionStorage.getItem(BEGUN_KEY);
  sessionStorage.removeItem(BEGUN_KEY);
  if (kept === null) throw new Error('not begun here');
  const { state, nonce, codeVerifier }: Begun = JSON.parse(kept);
  const [server, client] = [await discover(provider), clientOf(provider)];
  const checked = oauth.validateAuthResponse(server, client, query, state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    checked,
    redirectUri(),
    codeVerifier,
    optionsFor(provider),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  return signedIn(provider, tokens);
}

/** A new token by the refresh token. @throws Error if the provider gives none */
export async function renew(provider: Provider, before: SignedIn): Promise<SignedIn> {
  if (before.refreshToken === undefined) throw new Error('no refresh token');
  const [server, client] = [await discover(provider), clientOf(provider)];
  const { refreshToken } = before;
  const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, optionsFor(provider));
  const tokens = await oauth.processRefreshTokenResponse(server, client, answer);
  const { name, ...after } = signedIn(provider, tokens);
  return { ...before, ...after, name: name === '' ? before.name : name };
}

/** The provider's sign-out page, which leads back here; undefined if it has none. */
export async function signOutAddress(provider: Provider, { idTokenHint }: SignedIn): Promise<string | undefined> {
  const { end_session_endpoint } = await discover(provider);
  if (end_session_endpoint === undefined) return undefined;
  const address = new URL(end_session_endpoint);
  // OpenID Connect RP-Initiated Logout 1.0. Cognito names the way back differently (its guide, "Logout endpoint").
  const { clientId } = provider;
  for (const [name, value] of Object.entries({
    client_id: clientId,
    post_logout_redirect_uri: redirectUri(),
    ...(address.pathname === '/logout' && { logout_uri: redirectUri() }),
    ...(idTokenHint !== undefined && { id_token_hint: idTokenHint }),
  }))
    address.searchParams.set(name, value);
  return address.href;
}

function signedIn(provider: Provider, tokens: oauth.TokenEndpointResponse): SignedIn {
  const token = provider.token === 'id' ? tokens.id_token : tokens.access_token;
  if (token === undefined) throw new Error('the provider gave no ID token');
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  const endsAtSeconds = provider.token === 'id' ? claims?.exp : undefined;
  return {
    token,
    endsAtMs: endsAtSeconds === undefined ? Date.now() + (tokens.expires_in ?? 300) * 1_000 : endsAtSeconds * 1_000,
    name:
      [claims?.name, claims?.preferred_username].find((one) => typeof one === 'string' && one !== '')?.toString() ?? '',
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    ...(provider.token === 'access' && tokens.id_token !== undefined && { idTokenHint: tokens.id_token }),
  };
}
