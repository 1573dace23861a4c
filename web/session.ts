/** Who is signed in. Kept for this tab's session: `sessionStorage` ends with it, and no URL ever carries the token. */
export interface Session {
  token: string;
  /** The demo user on a laptop needs no signing out. */
  isDemo: boolean;
}

const KEY = 'headshot.token';

/** The session of this tab; on a laptop the demo user's; undefined when a token must be asked for. */
export async function openSession(): Promise<Session | undefined> {
  const kept = sessionStorage.getItem(KEY);
  if (kept !== null) return { token: kept, isDemo: false };
  const token = await demoToken();
  return token === undefined ? undefined : { token, isDemo: true };
}

export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);

export const clearToken = (): void => sessionStorage.removeItem(KEY);

/** `npm start` answers here, and nothing else does: on AWS there is no such file. */
async function demoToken(): Promise<string | undefined> {
  const answer = await fetch('/laptop.json', { cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const demo: unknown = await answer.json().catch(() => undefined);
  const token = typeof demo === 'object' && demo !== null && 'token' in demo ? demo.token : undefined;
  return typeof token === 'string' ? token : undefined;
}
