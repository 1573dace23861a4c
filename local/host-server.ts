import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fromApi } from './api-origin.ts';
import { type DemoSignIn, demoSignInResponse } from './demo-sign-in.ts';
import type { Behaviour, Distribution } from './distribution.ts';
import { drained } from './drain.ts';
import type { EdgeCache } from './edge-cache.ts';
import type { FunctionPool } from './function-pool.ts';
import { listenOnLoopback } from './loopback.ts';
import { originAnswer } from './origin-answer.ts';
import { originRequest } from './origin-request.ts';
import { methodRefused, refusedByCloudFront } from './request-limits.ts';
import type { RestApi } from './rest-api.ts';
import { fromBucket } from './s3-origin.ts';
import { throughCache } from './through-cache.ts';
import { type HttpResponse, headerValue, type ViewerRequest, viewerRequest, withoutHeaders } from './viewer-request.ts';

/** The distribution and what is behind it, on one port. */
export interface Host {
  url: string;
  port: number;
  /** Takes no more requests, and waits for those in flight, at most so long. */
  stop: (graceMs: number) => Promise<void>;
}

export interface HostParts {
  distribution: Distribution;
  apis: RestApi[];
  poolOf: (functionArn: string) => FunctionPool | undefined;
  s3Endpoint: string;
  /** By the domain name that the distribution uses. */
  buckets: Map<string, string>;
  cache: EdgeCache;
  show: (line: string) => void;
  /** How the page signs in, once there is a demo user. */
  demo?: DemoSignIn;
}

/** For slow clients: when the headers and the whole request must be there. A later one is answered 408 and closed. */
interface RequestTimeouts {
  headersMs: number;
  requestMs: number;
  /** How often that is checked. */
  checkMs: number;
}

/** Long enough for the largest upload at 100 KB a second. */
const PATIENCE: RequestTimeouts = { headersMs: 10_000, requestMs: 60_000, checkMs: 5_000 };

/**
 * Listens on the port. Until `parts` returns what is behind it, every request is answered 503.
 * @throws NodeJS.ErrnoException when the port cannot be used
 */
export async function startHost(
  port: number,
  parts: () => HostParts | undefined,
  { headersMs, requestMs, checkMs }: RequestTimeouts = PATIENCE,
): Promise<Host> {
  const inFlight = new Set<Promise<void>>();
  const serve = (incoming: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const work: Promise<void> = answerTo(parts(), incoming, response, expectsContinue).finally(() =>
      inFlight.delete(work),
    );
    inFlight.add(work);
  };
  const server = createServer(
    // More than CloudFront takes, so that the distribution refuses it.
    {
      maxHeaderSize: 65_536,
      requestTimeout: requestMs,
      headersTimeout: headersMs,
      connectionsCheckingInterval: checkMs,
    },
    (incoming, response) => serve(incoming, response, false),
  );
  // curl asks before it sends more than a megabyte, so the edge function may answer without receiving it.
  server.on('checkContinue', (incoming, response) => serve(incoming, response, true));
  const listening = await listenOnLoopback(server, port);
  return {
    url: listening.url,
    port: listening.port,
    async stop(graceMs) {
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((done) => {
        timer = setTimeout(done, graceMs);
      });
      await Promise.race([Promise.all(inFlight), late]);
      clearTimeout(timer);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answerTo(
  parts: HostParts | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  // A client that waits for "100 Continue" and does not get it sends no body.
  let isBodyComing = !expectsContinue;
  const reply = (answer: HttpResponse) => send(answer, isBodyComing, incoming, response);
  const request = viewerRequest(incoming, () => {
    if (expectsContinue) response.writeContinue();
    isBodyComing = true;
  });
  if (!request) return reply(BAD_REQUEST);
  if (!parts) return reply(STARTING);
  try {
    await reply(demoSignInResponse(parts.demo, request) ?? (await route(parts, request)));
  } catch (error) {
    if (incoming.destroyed && !incoming.complete) return;
    parts.show(`${request.method} ${request.path} failed: ${(error as Error).message}`);
    await reply({ status: 502, headers: [], body: Buffer.alloc(0) });
  }
}

const STARTING: HttpResponse = { status: 503, headers: [['Retry-After', '1']], body: Buffer.from('still starting\n') };
const BAD_REQUEST: HttpResponse = {
  status: 400,
  headers: [['content-type', 'text/plain; charset=utf-8']],
  body: Buffer.from('The request has no target or no host that makes sense.\n'),
};

/**
 * CloudFront's order: its own limits, method, viewer request function, default root object, cache, origin, error page,
 * response headers.
 */
async function route(parts: HostParts, viewer: ViewerRequest): Promise<HttpResponse> {
  const { distribution, cache } = parts;
  const refused = refusedByCloudFront(viewer);
  if (refused) return refused;
  const behaviour = distribution.behaviourOf(viewer.path);
  const origin = headerValue(viewer.headers, 'origin');
  if (!behaviour.allowedMethods.includes(viewer.method)) return methodRefused(viewer.method);
  const decision = behaviour.viewerRequest ? await behaviour.viewerRequest(viewer) : { request: viewer };
  if ('answer' in decision) return behaviour.responseHeaders(byFunction(decision.answer), origin);
  const request = withRootObject(decision.request, distribution.defaultRootObject);
  const terms = { ...behaviour, cache, errorSeconds: distribution.errorSeconds };
  const answer = await throughCache(request, terms, async (originRequest) =>
    originAnswer(await fromOrigin(parts, behaviour, originRequest), behaviour),
  );
  const page = distribution.errorPages.get(answer.status);
  if (!page) return behaviour.responseHeaders(answer, origin);
  const shown = await fromOrigin(parts, distribution.behaviourOf(page.path), {
    ...viewer,
    method: viewer.method === 'HEAD' ? 'HEAD' : 'GET',
    path: page.path,
    query: '',
  });
  return behaviour.responseHeaders({ ...shown, status: page.status }, origin);
}

const byFunction = (answer: HttpResponse): HttpResponse => ({
  ...answer,
  headers: [...answer.headers, ['x-cache', 'FunctionGeneratedResponse from cloudfront']],
});

const withRootObject = (request: ViewerRequest, object: string | undefined): ViewerRequest =>
  request.path === '/' && object !== undefined ? { ...request, path: `/${object}` } : request;

async function fromOrigin(parts: HostParts, behaviour: Behaviour, viewer: ViewerRequest): Promise<HttpResponse> {
  const { origin } = behaviour;
  const custom = origin.customHeaders.map(([name]) => name.toLowerCase());
  const forwarded = originRequest(viewer, behaviour);
  const request: ViewerRequest = {
    ...forwarded,
    headers: [...withoutHeaders(forwarded.headers, custom), ...origin.customHeaders],
  };
  const bucket = parts.buckets.get(origin.domainName);
  if (bucket !== undefined)
    return fromBucket(parts.s3Endpoint, bucket, { ...request, path: origin.path + request.path });
  const api = parts.apis.find(
    ({ domainName, stageName }) => domainName === origin.domainName && origin.path === `/${stageName}`,
  );
  if (api) return fromApi(api, parts.poolOf, request);
  throw new Error(`the distribution's origin ${origin.domainName}${origin.path} is not in the template`);
}

async function send(
  answer: HttpResponse,
  isBodyComing: boolean,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The client did not wait, so no event would come when the answer is out.
  if (response.destroyed) return;
  const hasBody = answer.status !== 204 && answer.status !== 304;
  const headers = answer.headers.filter(
    ([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name.toLowerCase()),
  );
  if (hasBody) headers.push(['Content-Length', String(answer.body.length)]);
  if (answer.isLast || !incoming.complete) headers.push(['Connection', 'close']);
  response.writeHead(answer.status, headers.flat());
  const closed = new Promise<void>((done) => response.once('close', done));
  if (hasBody && incoming.method !== 'HEAD') response.write(answer.body);
  else response.flushHeaders();
  // Not earlier: the end of the answer closes the connection, on which a client may still be writing.
  if (isBodyComing) await drained(incoming);
  response.end();
  await closed;
}
