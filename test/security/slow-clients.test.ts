import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { NO_CACHE } from '../../local/edge-cache.ts';
import { type Host, type HostParts, startHost } from '../../local/host-server.ts';

/** The laptop run's own server, with short timeouts. On AWS it is CloudFront that waits. */
let host: Host | undefined;
afterEach(async () => {
  await host?.stop(0);
  host = undefined;
});

const unused = () => {
  throw new Error('the body never came to its end');
};
/** One API behind everything. It reads the whole body first. */
const READS_BODIES: HostParts = {
  distribution: {
    behaviourOf: () => ({
      pattern: '*',
      cachePolicy: {
        minTtlSeconds: 0,
        defaultTtlSeconds: 0,
        maxTtlSeconds: 0,
        encodings: [],
        keyHeaders: [],
        isKeyParameter: () => false,
        isKeyCookie: () => false,
      },
      compresses: false,
      allowedMethods: ['POST'],
      viewerRequest: undefined,
      forwarding: { query: (query) => query, headers: (headers) => headers },
      responseHeaders: (answer) => answer,
      origin: { domainName: 'api', path: '/live', customHeaders: [] },
    }),
    defaultRootObject: undefined,
    errorPages: new Map(),
    errorSeconds: new Map(),
  },
  apis: [
    {
      id: 'api',
      domainName: 'api',
      stageName: 'live',
      binaryMediaTypes: [],
      routeOf: unused,
      gatewayResponses: unused,
      letsThrough: unused,
    },
  ],
  poolOf: () => undefined,
  s3Endpoint: '',
  buckets: new Map(),
  cache: NO_CACHE,
  show: () => undefined,
};

/** Sends this, then another byte every 50 ms until the other side ends the connection: what it said, and when. */
async function trickle(head: string, parts?: HostParts) {
  host = await startHost(0, () => parts, { headersMs: 300, requestMs: 600, checkMs: 50 });
  const socket = connect(host.port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const startMs = Date.now();
  socket.write(head);
  const drip = setInterval(() => socket.write('a'), 50);
  // Not `once`, which fails when a byte meets a connection that has just ended.
  await new Promise((done) => socket.on('close', done));
  clearInterval(drip);
  return { status: said.split('\r\n')[0], tookMs: Date.now() - startMs };
}

test('headers that never end are answered 408, and the connection is closed', async () => {
  const { status, tookMs } = await trickle('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
  expect(status).toBe('HTTP/1.1 408 Request Timeout');
  expect(tookMs).toBeGreaterThanOrEqual(250);
});

test('a body that never ends holds no connection', async () => {
  const { tookMs } = await trickle(
    'POST /api/users.setPhoto HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n',
    READS_BODIES,
  );
  expect(tookMs).toBeGreaterThanOrEqual(500);
});
