import type { Parameter } from '../../lambdas/edge/oauth.ts';
import { authorization } from '../signed.ts';
import type { LoadUser } from './load-users.ts';

export interface Said {
  status: number;
  headers: Headers;
  /** Empty when the body is not JSON. */
  body: Record<string, unknown>;
  bytes: Buffer;
  tookMs: number;
}

export interface Call {
  verb?: string;
  path: string;
  headers?: Record<string, string>;
  body?: RequestInit['body'];
}

/** Longer than any answer may take: API Gateway gives up after 29 s. */
const MAX_WAIT_MS = 35_000;

/** Sends a request, and times its whole answer. @throws when there is none */
export async function call(base: string, { verb = 'GET', path, headers = {}, body }: Call): Promise<Said> {
  const startMs = performance.now();
  const signal = AbortSignal.timeout(MAX_WAIT_MS);
  const url = path.startsWith('http') ? path : base + path;
  const answer = await fetch(url, { method: verb, headers, signal, ...(body !== undefined && { body }) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const tookMs = performance.now() - startMs;
  return { status: answer.status, headers: answer.headers, body: parsed(bytes), bytes, tookMs };
}

export const asSlack = (user: LoadUser, one: Call): Call => ({
  ...one,
  headers: { authorization: `Bearer ${user.token}`, ...one.headers },
});

/** Signs a request, now. */
export function asTwitter(base: string, user: LoadUser, one: Call): Call {
  const form: Parameter[] = one.body instanceof URLSearchParams ? [...one.body] : [];
  const signature = authorization({ keys: user.twitter, verb: one.verb ?? 'GET', url: base + one.path, form });
  return { ...one, headers: { authorization: signature, ...one.headers } };
}

export function multipart(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(bytes)]), 'me.png');
  return form;
}

/** A fault of ours, in each dialect's words: the caller should try again, and learns nothing else. */
export const isFault = ({ status, body }: Said): boolean =>
  status >= 500 || body.error === 'internal_error' || body.error === 'fatal_error';

function parsed(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
