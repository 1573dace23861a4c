import { randomUUID } from 'node:crypto';
import { TOO_MANY_REQUESTS } from './account-concurrency.ts';
import { type FunctionPool, REQUEST_TOO_LARGE } from './function-pool.ts';
import { overridden, refusedByGateway } from './gateway-requests.ts';
import { BODY_TOO_LARGE, type GatewayFailure, PAYLOAD_TOO_LARGE } from './gateway-responses.ts';
import { atGateway, isBinaryType, proxyEvent } from './proxy-event.ts';
import { proxyResponse } from './proxy-response.ts';
import type { RestApi } from './rest-api.ts';
import { type HttpResponse, headerValue, type ViewerRequest } from './viewer-request.ts';

/** API Gateway's quota for a payload: 10 MB. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * A REST API behind CloudFront: finds the method, gives the function an event, and sends its answer on. Whatever fails
 * on the way is answered in the API's own words.
 */
export async function fromApi(
  api: RestApi,
  poolOf: (arn: string) => FunctionPool | undefined,
  request: ViewerRequest,
): Promise<HttpResponse> {
  const requestId = randomUUID();
  const refuse = (failure: GatewayFailure) =>
    withId(api.gatewayResponses(failure, requestId, request.headers), requestId);

  // A Host that API Gateway does not know: an origin request policy must leave out the viewer's.
  if (![undefined, api.domainName].includes(headerValue(request.headers, 'host'))) return withId(FORBIDDEN, requestId);
  const arrived = overridden(atGateway(request, api.domainName));
  const refused = refusedByGateway(arrived, api.stageName);
  if (refused !== undefined) return withId(plain(refused), requestId);
  const body = await request.readBody(MAX_BODY_BYTES);
  if (body === undefined) return withId(BODY_TOO_LARGE, requestId);
  const route = api.routeOf(arrived.method, arrived.path);
  if (!route) return refuse('MISSING_AUTHENTICATION_TOKEN');
  if (!api.letsThrough(route.resourcePath, route.httpMethod)) return refuse('THROTTLED');
  const pool = poolOf(route.functionArn);
  if (!pool) throw new Error(`the template has no function ${route.functionArn}`);

  const event = proxyEvent(api, route, arrived, body, requestId);
  const outcome = await within(route.timeoutMs, pool.invoke(Buffer.from(JSON.stringify(event))));
  if (outcome === undefined) return refuse('INTEGRATION_TIMEOUT');
  if (!outcome.ok) {
    const { errorType } = outcome.error;
    if (errorType === REQUEST_TOO_LARGE) return withId(PAYLOAD_TOO_LARGE, requestId);
    return refuse(errorType === TOO_MANY_REQUESTS ? 'INTEGRATION_THROTTLED' : 'INTEGRATION_FAILURE');
  }
  // "API Gateway only honors the first Accept media type."
  const accepted = headerValue(arrived.headers, 'accept')?.split(',', 1)[0] ?? '';
  const answer = proxyResponse(outcome.payload, isBinaryType(api.binaryMediaTypes, accepted));
  return answer ? withId(answer, requestId) : refuse('INTEGRATION_FAILURE');
}

const FORBIDDEN: HttpResponse = {
  status: 403,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"message":"Forbidden"}'),
};

/** No API can word what is refused before an API is found. */
const plain = (status: 400 | 431): HttpResponse => ({
  status,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from(`{"message":"${status === 400 ? 'Bad Request' : 'Request Header Fields Too Large'}"}`),
});

const withId = (answer: HttpResponse, requestId: string): HttpResponse => ({
  ...answer,
  headers: [...answer.headers, ['x-amzn-RequestId', requestId]],
});

/** Undefined when the time is over; the function goes on, as on AWS. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(done, milliseconds, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
