import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isAllowed, type OutboundRules, urlProblem } from './rules.ts';

/** How a POST ended: with an answer, or without one. Nothing of the answer is kept but this. */
export type PostOutcome =
  | { status: number; retryAfterSeconds?: number; tookMs: number }
  | { failed: PostFailure; tookMs: number };

/**
 * `refused-address`: it is not to be sent to, by its spelling or by what its name leads to. `unknown-host`: its name leads nowhere.
 * `not-secure`: its certificate is not trusted. `no-answer`: what came was none of HTTP, or nothing.
 */
type PostFailure = 'refused-address' | 'unknown-host' | 'not-reached' | 'not-secure' | 'timed-out' | 'no-answer';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 4_096;
/** The status has said all that is needed; a body that does not come is not waited for. */
const BODY_MS = 1_000;

/**
 * Sends one message, and waits ten seconds at the most for all of it. The addresses of the name are looked up once, and those that it is
 * connected to are the very ones that were looked at: a name that leads elsewhere a moment later changes nothing. No redirect is
 * followed, no connection is kept, no proxy is asked.
 */
export async function post(
  address: string,
  { headers, body }: { headers: Record<string, string>; body: string },
  rules: OutboundRules,
  resolve: Resolve = (host) => lookup(host, { all: true }),
): Promise<PostOutcome> {
  const startedMs = performance.now();
  const tookMs = (): number => Math.round(performance.now() - startedMs);
  // It may have been added when the rules were others.
  if (urlProblem(address, rules) !== undefined) return { failed: 'refused-address', tookMs: 0 };
  const url = new URL(address);
  const { promise, resolve: settle } = Promise.withResolvers<PostOutcome>();
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // A connection of its own: one that is kept would be cut when Lambda freezes the process.
    agent: false,
    lookup: checkedLookup(rules, resolve),
  });
  const end = (outcome: PostOutcome): void => {
    settle(outcome);
    request.destroy();
  };
  const deadline = setTimeout(() => end({ failed: 'timed-out', tookMs: tookMs() }), TIMEOUT_MS);
  request.on('error', (error) => end({ failed: failureOf(error), tookMs: tookMs() }));
  // After an answer or an error it is settled already: then this says nothing.
  request.on('close', () => settle({ failed: 'no-answer', tookMs: tookMs() }));
  request.on('response', (answer) => {
    const retryAfterSeconds = secondsOf(answer.headers['retry-after']);
    const outcome: PostOutcome = {
      status: answer.statusCode ?? 0,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      tookMs: tookMs(),
    };
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes >= MAX_ANSWER_BYTES) end(outcome);
    });
    answer.on('end', () => end(outcome)).on('error', () => end(outcome));
    setTimeout(() => end(outcome), BODY_MS).unref();
  });
  request.end(body);
  return promise.finally(() => clearTimeout(deadline));
}

class RefusedAddress extends Error {}

/** Gives a connection only addresses that it may have. */
const checkedLookup =
  (rules: OutboundRules, resolve: Resolve): LookupFunction =>
  (host, options, give) => {
    void resolve(host).then(
      (found) => {
        const allowed = found.filter(({ address }) => isAllowed(address, rules));
        const [first] = allowed;
        if (first === undefined) return give(new RefusedAddress(), []);
        return options.all ? give(null, allowed) : give(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => give(error, []),
    );
  };

/** By the error's kind alone: its words may hold the address, which may hold a secret. */
function failureOf(error: NodeJS.ErrnoException): PostFailure {
  if (error instanceof RefusedAddress) return 'refused-address';
  const { code = '', syscall } = error;
  if (syscall === 'getaddrinfo' || /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|EREFUSED|ETIMEOUT)/.test(code))
    return 'unknown-host';
  if (/CERT|^ERR_TLS_|^ERR_SSL_|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'not-secure';
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT)$/.test(code)) return 'not-reached';
  return 'no-answer';
}

/** Retry-After: seconds, or a date (RFC 9110, section 10.2.3). */
function secondsOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - Date.now()) / 1_000));
}
