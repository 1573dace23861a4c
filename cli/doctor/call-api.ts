import { setTimeout as sleep } from 'node:timers/promises';
import { oauthHeader } from '../oauth-header.ts';
import type { DoctorContext, Person } from './context.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
  /** Undefined when the body is not a JSON object. */
  json: Record<string, unknown> | undefined;
  ms: number;
}

const MAX_MS = 30_000;
/**
 * The longest `retry-after` that is obeyed, which is more than a full API ever says, and how often. Minutes, as of a
 * user's own limit, are an answer.
 */
const MAX_RETRY_AFTER_SECONDS = 10;
const MAX_RETRIES = 3;

/**
 * One request through the public URL, as a client sends it: when it is told that there is no place just now, again
 * after as long as told (RFC 9110, section 10.2.3).
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  for (let retries = 0; ; retries++) {
    const answer = await askOnce(url, init);
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    if (answer.status !== 429 || retries === MAX_RETRIES || !(seconds <= MAX_RETRY_AFTER_SECONDS)) return answer;
    await sleep(seconds * 1_000);
  }
}

async function askOnce(url: string, init: RequestInit): Promise<Answer> {
  const startMs = performance.now();
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(MAX_MS), ...init });
  const body = Buffer.from(await response.arrayBuffer());
  const ms = performance.now() - startMs;
  return { status: response.status, headers: response.headers, body, json: readJson(body), ms };
}

function readJson(body: Buffer): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export const bearer = (person: Person) => ({ authorization: `Bearer ${person.slackToken}` });

const formOf = (bytes: Uint8Array): FormData => {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(bytes)]), 'photo');
  return form;
};

export const setBySlack = (url: string, person: Person | undefined, bytes: Uint8Array): Promise<Answer> =>
  ask(`${url}/api/users.setPhoto`, {
    method: 'POST',
    body: formOf(bytes),
    headers: person === undefined ? {} : bearer(person),
  });

/** `wait=5`: the answer comes when the photo is shown (RFC 7240). */
export function setByTwitter(url: string, person: Person | undefined, bytes: Uint8Array, wait = true): Promise<Answer> {
  const to = `${url}/1.1/account/update_profile_image.json`;
  return ask(to, {
    method: 'POST',
    body: formOf(bytes),
    headers: {
      ...(person !== undefined && { authorization: oauthHeader(person.twitter, 'POST', to) }),
      ...(wait && { prefer: 'wait=5' }),
    },
  });
}

/** The picture alone, with its media type. */
export const setByV1 = (
  url: string,
  person: Person | undefined,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  ask(`${url}/v1/photo`, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'image/jpeg', ...(person !== undefined && bearer(person)), ...headers },
  });

/** Asks again and again until the answer is good or the time is up. Returns the last answer. */
export async function poll<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
  maxMs: number,
  everyMs = 250,
): Promise<T> {
  for (const untilMs = Date.now() + maxMs; ; await sleep(everyMs)) {
    const value = await read();
    if (isWanted(value) || Date.now() > untilMs) return value;
  }
}

const MAX_SHOW_STUCK_MS = 1_500;
/** Short enough to measure times, and far from any limit of requests. */
const SHOW_POLL_MS = 100;

/** Waits until a photo is shown; when it is not, the context remembers that. */
export async function untilShown<T>(
  context: DoctorContext,
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
): Promise<T> {
  const value = await poll(read, isWanted, context.isStuck ? MAX_SHOW_STUCK_MS : context.maxShowMs, SHOW_POLL_MS);
  if (!isWanted(value)) context.isStuck = true;
  return value;
}

/** What an API said, short enough for a line. */
export const saying = ({ status, body }: Answer): string =>
  `${status} ${body
    .toString('utf8')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 120)}`;
