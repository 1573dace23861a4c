import type { IncomingMessage } from 'node:http';

/** How much of a body that nobody wants is read and thrown away, and for how long. API Gateway reads to its 10 MB. */
export interface DrainBounds {
  maxBytes: number;
  maxMs: number;
}

const BOUNDS: DrainBounds = { maxBytes: 64 * 1024 * 1024, maxMs: 30_000 };

/**
 * Reads on and throws away until the request is over, or more than enough of it came. Many clients read no answer before they
 * have written their whole body; to them a connection that closes meanwhile is a broken pipe, and the answer is lost.
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
