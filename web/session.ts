import { namedProvider, type Provider } from './provider.ts';
import type { SignedIn } from './provider-sign-in.ts';

/** Who is signed in, for this tab: in `sessionStorage`, which ends with it. No URL ever has a token. */
export interface Session {
  /** A token that works now; undefined if only signing in again helps. */
  token: () => Promise<string | undefined>;
  /** The name that the provider gave; otherwise the service has it. */
  name?: string;
  /** The demo user on a laptop need not sign out. */
  isDemo: boolean;
}

const TOKEN_KEY = 'headshot.token';
const SIGNED_IN_KEY = 'headshot.signed-in';

/** A token that ends within this time is renewed before it is used. */
const RENEW_MS = 30_000;

const provider = namedProvider();

export const hasProvider = provider !== undefined;

export const tokenSession = (token: string): Session => ({ token: async () => token, isDemo: false });

/**
 * This tab's session; on a laptop the demo user's; undefined if somebody must sign in.
 * @throws Error if coming back from a provider failed
 */
export async function openSession(): Promise<Session | undefined> {
  if (provider !== undefined) return openProviderSession(provider);
  const kept = sessionStorage.getItem(TOKEN_KEY);
  if (kept !== null) return tokenSession(kept);
  const token = await demoToken();
  return token === undefined ? undefined : { ...tokenSession(token), isDemo: true };
}

export const keepToken = (token: string): void => sessionStorage.setItem(TOKEN_KEY, token);

/** Removes the session, but not what was framed. */
export function clearSession(): void {
  for (const key of [TOKEN_KEY, SIGNED_IN_KEY]) sessionStorage.removeItem(key);
}

/** Goes to the provider's page. @throws Error if the provider cannot be reached */
export async function signInAtProvider(): Promise<void> {
  if (provider !== undefined) await (await import('./provider-sign-in.ts')).beginSignIn(provider);
}

/** Signs out. Returns where to go: the provider's sign-out page, or this page. */
export async function signOut(): Promise<string> {
  const kept = keptSignIn();
  clearSession();
  if (provider === undefined || kept === undefined) return '/';
  const { signOutAddress } = await import('./provider-sign-in.ts');
  return (await signOutAddress(provider, kept).catch(() => undefined)) ?? '/';
}

async function openProviderSession(at: Provider): Promise<Session | undefined> {
  const query = new URLSearchParams(location.search);
  if (query.has('state')) {
    // First of all: a code works once, and must not stay in the history.
    history.replaceState(null, '', '/');
    const { completeSignIn, isCallback } = await import('./provider-sign-in.ts');
    if (isCallback(query)) keepSignIn(await completeSignIn(at, query));
  }
  const kept = keptSignIn();
  return kept && { token: () => currentToken(at), name: kept.name, isDemo: false };
}

let renewing: Promise<string | undefined> | undefined;

async function currentToken(at: Provider): Promise<string | undefined> {
  const kept = keptSignIn();
  if (kept === undefined) return undefined;
  if (kept.endsAtMs - Date.now() > RENEW_MS) return kept.token;
  renewing ??= renewed(at, kept).finally(() => {
    renewing = undefined;
  });
  return renewing;
}

/** Without a valid refresh token, the token is used until it ends. */
async function renewed(at: Provider, kept: SignedIn): Promise<string | undefined> {
  const { renew } = await import('./provider-sign-in.ts');
  const fresh = await renew(at, kept).catch(() => undefined);
  if (fresh !== undefined) keepSignIn(fresh);
  const { token, endsAtMs } = fresh ?? kept;
  return endsAtMs > Date.now() ? token : undefined;
}

const keepSignIn = (signedIn: SignedIn): void => sessionStorage.setItem(SIGNED_IN_KEY, JSON.stringify(signedIn));

function keptSignIn(): SignedIn | undefined {
  const kept = sessionStorage.getItem(SIGNED_IN_KEY);
  return kept === null ? undefined : JSON.parse(kept);
}

/** Only `npm start` answers here. On AWS there is no such file. */
async function demoToken(): Promise<string | undefined> {
  const answer = await fetch('/laptop.json', { cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const demo: unknown = await answer.json().catch(() => undefined);
  const token = typeof demo === 'object' && demo !== null && 'token' in demo ? demo.token : undefined;
  return typeof token === 'string' ? token : undefined;
}
