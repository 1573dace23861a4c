import { setTimeout as sleep } from 'node:timers/promises';
import { oauthHeader } from '../oauth-header.ts';
import type { Person } from './context.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
  /** Undefined when it is none. */
  json: Record<string, unknown> | undefined;
  ms: number;
}

const MAX_MS = 30_000;

/** One request through the public URL, as a client makes it. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
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

/** Asks again and again until it is satisfied, or the time is up: then the last answer. */
export async function poll<T>(read: () => Promise<T>, isWanted: (value: T) => boolean, maxMs: number): Promise<T> {
  for (const untilMs = Date.now() + maxMs; ; await sleep(250)) {
    const value = await read();
    if (isWanted(value) || Date.now() > untilMs) return value;
  }
}

/** What an API said, short enough for a line. */
export const saying = ({ status, body }: Answer): string =>
  `${status} ${body
    .toString('utf8')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 120)}`;
