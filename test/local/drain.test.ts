import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { drained } from '../../local/drain.ts';
import { listenOnLoopback } from '../../local/loopback.ts';

/** A body of 100 bytes is announced, and `sent` of them come: how long the rest is waited for, in milliseconds. */
async function waited(sent: number, bounds: { maxBytes: number; maxMs: number }): Promise<number> {
  const over = Promise.withResolvers<number>();
  const server = createServer(async (incoming) => {
    const startMs = performance.now();
    await drained(incoming, bounds);
    over.resolve(performance.now() - startMs);
  });
  const { port, close } = await listenOnLoopback(server, 0);
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n${'x'.repeat(sent)}`);
  const ms = await over.promise;
  socket.destroy();
  await close();
  return ms;
}

test('to its end', async () => {
  expect(await waited(100, { maxBytes: 100, maxMs: 20_000 })).toBeLessThan(10_000);
});

test('so many bytes and no more', async () => {
  expect(await waited(51, { maxBytes: 50, maxMs: 20_000 })).toBeLessThan(10_000);
});

test('so long and no longer', async () => {
  expect(await waited(50, { maxBytes: 50, maxMs: 200 })).toBeGreaterThanOrEqual(190);
});
