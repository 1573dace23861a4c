import type { IncomingMessage } from 'node:http';
import { hasOneHost, readTarget } from './request-target.ts';

/** Keeps order, repetitions and case of the headers, because API Gateway passes all of that to a function. */
export type HeaderList = [name: string, value: string][];

/** A request on its way through the host. */
export interface ViewerRequest {
  method: string;
  /** As sent, with percent signs; starts with a slash. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  headers: HeaderList;
  httpVersion: string;
  /** Whether a body comes with it, of whatever length. */
  sendsBody: boolean;
  viewerIp: string;
  /** Reads the body when it is wanted; undefined when it is longer than `maxBytes`. */
  readBody: (maxBytes: number) => Promise<Buffer | undefined>;
}

export interface HttpResponse {
  status: number;
  headers: HeaderList;
  body: Buffer;
  /** The connection ends after it. */
  isLast?: boolean;
}

export const headerValue = (headers: HeaderList, name: string): string | undefined =>
  headers.find(([given]) => given.toLowerCase() === name)?.[1];

export const withoutHeaders = (headers: HeaderList, names: readonly string[]): HeaderList =>
  headers.filter(([name]) => !names.includes(name.toLowerCase()));

/**
 * Undefined, a 400, when its target or its Host is invalid.
 * @param allowBody called before the body is read: a client that sent `Expect: 100-continue` waits for that
 */
export function viewerRequest(incoming: IncomingMessage, allowBody: () => void): ViewerRequest | undefined {
  const sent: HeaderList = incoming.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 0 ? [[name, all[index + 1] ?? '']] : [],
  );
  const target = readTarget(incoming.url ?? '');
  if (target === undefined || !hasOneHost(sent, incoming.httpVersion)) return undefined;
  const { path, query, authority } = target;
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: authority === undefined ? sent : [['Host', authority], ...withoutHeaders(sent, ['host'])],
    httpVersion: incoming.httpVersion,
    sendsBody: incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length']) > 0,
    viewerIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    async readBody(maxBytes) {
      if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) return undefined;
      allowBody();
      return readBounded(incoming, maxBytes);
    },
  };
}

/** Reads only what is asked for; the rest of a longer body stays unread (see `drained` in `drain.ts`). */
async function readBounded(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((done, fail) => {
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      incoming.off('data', onData).pause();
      done(undefined);
    };
    incoming
      .on('data', onData)
      .once('end', () => done(Buffer.concat(chunks)))
      .once('error', fail)
      .once('close', () => fail(new Error('the client went away')));
  });
}
