import { namedProvider, type Provider } from './provider.ts';
import type { SignedIn } from './provider-sign-in.ts';

/** Who is signed in. Kept for this tab's session: `sessionStorage` ends with it, and no URL of ours ever carries a token. */
export interface Session {
  /** A token that works now; undefined when signing in again is all that helps. */
  token: () => Promise<string | undefined>;
  /** As the provider knows them; the service says it otherwise. */
  name?: string;
  /** The demo user on a laptop needs no signing out. */
  isDemo: boolean;
}

const TOKEN_KEY = 'headshot.token';
const SIGNED_IN_KEY = 'headshot.signed-in';

/** A token that ends this soon is renewed before it is used. */
const RENEW_MS = 30_000;

const provider = namedProvider();

export const hasProvider = provider !== undefined;

export const tokenSession = (token: string): Session => ({ token: async () => token, isDemo: false });

/**
 * The session of this tab; on a laptop the demo user's; undefined when somebody must sign in.
 * @throws Error when this is the way back from a provider, and it leads nowhere
 */
export async function openSession(): Promise<Session | undefined> {
  if (provider !== undefined) return openProviderSession(provider);
  const kept = sessionStorage.getItem(TOKEN_KEY);
  if (kept !== null) return tokenSession(kept);
  const token = await demoToken();
  return token === undefined ? undefined : { ...tokenSession(token), isDemo: true };
}

export const keepToken = (token: string): void => sessionStorage.setItem(TOKEN_KEY, token);

/** Forgets who is signed in, and nothing of what they framed. */
export function clearSession(): void {
  for (const key of [TOKEN_KEY, SIGNED_IN_KEY]) sessionStorage.removeItem(key);
}

/** Leaves for the provider's own page. @throws Error when the provider cannot be reached */
export async function signInAtProvider(): Promise<void> {
  if (provider !== undefined) await (await import('./provider-sign-in.ts')).beginSignIn(provider);
}

/** Signs out here, and at the provider where it has a page for that: the address to go to, this page's own otherwise. */
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
    // At once: a code works once, and has no business in the history.
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

/** Without a refresh token, or when it is worth nothing any more, the token serves to its end. */
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

/** `npm start` answers here, and nothing else does: on AWS there is no such file. */
async function demoToken(): Promise<string | undefined> {
  const answer = await fetch('/laptop.json', { cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const demo: unknown = await answer.json().catch(() => undefined);
  const token = typeof demo === 'object' && demo !== null && 'token' in demo ? demo.token : undefined;
  return typeof token === 'string' ? token : undefined;
}
