import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  path: string;
}

export interface Receiver {
  url: string;
  port: number;
  received: Received[];
  /** Connections so far. */
  connections: () => number;
  /** Sets how it answers from now on; 204 by default. */
  answerWith: (answer: (response: ServerResponse, received: Received) => void) => void;
  close: () => Promise<void>;
}

/** An app that hears of events: an HTTP server on loopback that keeps what it gets, and answers as a test wants. */
export async function receiver(host = '127.0.0.1'): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let answer: Parameters<Receiver['answerWith']>[0] = (response) => response.writeHead(204).end();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    const one = { headers: request.headers, body, path: request.url ?? '' };
    received.push(one);
    answer(response, one);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    port,
    received,
    connections: () => connections,
    answerWith(given) {
      answer = given;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
