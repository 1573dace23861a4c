import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  port: number;
  url: string;
  /** Ends at once, whatever is in flight. */
  close: () => Promise<void>;
}

/**
 * Listens on 127.0.0.1, never beyond.
 * @param port 0 for any free one
 * @throws NodeJS.ErrnoException with code EADDRINUSE or EACCES
 */
export async function listenOnLoopback(server: Server, port: number): Promise<LoopbackServer> {
  await new Promise<void>((done, fail) => server.once('error', fail).listen({ port, host: '127.0.0.1' }, done));
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
