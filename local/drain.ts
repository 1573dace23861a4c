import type { IncomingMessage } from 'node:http';

/** How much of an unwanted body is read and dropped, and for how long. API Gateway reads up to its 10 MB. */
interface DrainBounds {
  maxBytes: number;
  maxMs: number;
}

const BOUNDS: DrainBounds = { maxBytes: 64 * 1024 * 1024, maxMs: 30_000 };

/**
 * Reads and drops until the request is over, or more than enough has come. Many clients read no answer before they have
 * written their whole body. If the connection closes meanwhile, they meet a broken pipe, and the answer is lost.
 */
export function drained(incoming: IncomingMessage, { maxBytes, maxMs }: DrainBounds = BOUNDS): Promise<void> {
  return new Promise((done) => {
    if (incoming.complete || incoming.destroyed) return done();
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) finish();
    };
    const finish = () => {
      clearTimeout(timer);
      incoming.off('data', onData);
      done();
    };
    const timer = setTimeout(finish, maxMs);
    incoming.on('data', onData).once('end', finish).once('close', finish).on('error', finish);
    incoming.resume();
  });
}
