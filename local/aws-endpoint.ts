import { createServer, request as forward } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import type { Endpoints } from './resource-types.ts';

/**
 * One address for every emulated service, for tools with a single endpoint (`aws --endpoint-url …`). A request goes to
 * the service that its signature's credential scope names (`…/20260102/us-east-1/<service>/aws4_request`).
 */
export function startAwsEndpoint(endpoints: Endpoints): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    const service = serviceOf(incoming.headers.authorization ?? incoming.url ?? '');
    const endpoint = endpoints[service in endpoints ? (service as keyof Endpoints) : 's3'];
    const passed = forward(
      `${endpoint}${incoming.url}`,
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  return listenOnLoopback(server, 0);
}

/** In the Authorization header, or in a presigned URL's X-Amz-Credential. */
const serviceOf = (signed: string): string => /(?:\/|%2F)([a-z0-9-]+)(?:\/|%2F)aws4_request/.exec(signed)?.[1] ?? '';
