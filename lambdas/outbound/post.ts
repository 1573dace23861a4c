import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isAllowed, type OutboundRules, urlProblem } from './rules.ts';

/** How a POST ended: with an answer, or without. Nothing else of the answer is kept. */
export type PostOutcome =
  | { status: number; retryAfterSeconds?: number; tookMs: number }
  | { failed: PostFailure; tookMs: number };

/**
 * `refused-address`: not allowed, by its spelling or by what its name resolves to. `unknown-host`: the name does not
 * resolve. `not-secure`: its certificate is not trusted. `no-answer`: the answer was not HTTP, or empty.
 */
type PostFailure = 'refused-address' | 'unknown-host' | 'not-reached' | 'not-secure' | 'timed-out' | 'no-answer';

/** Resolves a name to all of its addresses. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 4_096;
/** The status is enough. A slow body is not waited for. */
const BODY_MS = 1_000;

/**
 * Sends one message, in at most ten seconds. The name is resolved once, and the connection goes to an address that was
 * checked: a name that changes a moment later makes no difference. No redirect, no kept connection, no proxy.
 */
export async function post(
  address: string,
  { headers, body }: { headers: Record<string, string>; body: string },
  rules: OutboundRules,
  resolve: Resolve = (host) => lookup(host, { all: true }),
): Promise<PostOutcome> {
  const startedMs = performance.now();
  const tookMs = (): number => Math.round(performance.now() - startedMs);
  // It may have been added under other rules.
  if (urlProblem(address, rules) !== undefined) return { failed: 'refused-address', tookMs: 0 };
  const url = new URL(address);
  const { promise, resolve: settle } = Promise.withResolvers<PostOutcome>();
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // A new connection each time, because a kept one would be cut when Lambda freezes the process.
    agent: false,
    lookup: checkedLookup(rules, resolve),
  });
  const end = (outcome: PostOutcome): void => {
    settle(outcome);
    request.destroy();
  };
  const deadline = setTimeout(() => end({ failed: 'timed-out', tookMs: tookMs() }), TIMEOUT_MS);
  request.on('error', (error) => end({ failed: failureOf(error), tookMs: tookMs() }));
  // Has no effect after an answer or an error.
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

/** Resolves only to addresses that are allowed. */
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

/** Only by the kind of error: its message may contain the address, which may contain a secret. */
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
