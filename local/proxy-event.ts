import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { gatewayHeaders, gatewayQuery } from './gateway-requests.ts';
import { ACCOUNT_ID } from './resource-types.ts';
import type { RestApi, Route } from './rest-api.ts';
import { type HeaderList, headerValue, type ViewerRequest, withoutHeaders } from './viewer-request.ts';

/**
 * The event that a REST API gives a function, payload format 1.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 * @param request as CloudFront sends it to the origin, its path without the stage
 */
export function proxyEvent(
  api: RestApi,
  route: Route,
  request: ViewerRequest,
  body: Buffer,
  requestId: string,
): APIGatewayProxyEvent {
  const query = gatewayQuery(request.query);
  const isBinary = isBinaryType(
    api.binaryMediaTypes,
    headerValue(request.headers, 'content-type') ?? 'application/json',
  );
  const now = new Date();
  return {
    resource: route.resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: lastOf(request.headers),
    multiValueHeaders: allOf(request.headers),
    queryStringParameters: query.length > 0 ? lastOf(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? allOf(query) : null,
    pathParameters: Object.keys(route.pathParameters).length > 0 ? route.pathParameters : null,
    stageVariables: null,
    requestContext: {
      resourceId: route.resourceId,
      resourcePath: route.resourcePath,
      httpMethod: request.method,
      extendedRequestId: requestId,
      requestTime: clfTime(now),
      path: `/${api.stageName}${request.path}`,
      accountId: ACCOUNT_ID,
      protocol: 'HTTP/1.1',
      stage: api.stageName,
      domainPrefix: api.id,
      requestTimeEpoch: now.getTime(),
      requestId,
      identity: {
        ...NO_IDENTITY,
        // CloudFront connects to API Gateway; here that is the same machine.
        sourceIp: '127.0.0.1',
        userAgent: headerValue(request.headers, 'user-agent') ?? null,
      },
      domainName: api.domainName,
      apiId: api.id,
      authorizer: null,
    },
    body: body.length === 0 ? null : body.toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: body.length > 0 && isBinary,
  };
}

/** The request as CloudFront sends it on to API Gateway, with what both add on the way. */
export function atGateway(request: ViewerRequest, domainName: string): ViewerRequest {
  const forwardedFor = headerValue(request.headers, 'x-forwarded-for');
  const replaced = ['host', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'];
  return {
    ...request,
    headers: [
      ...withoutHeaders(gatewayHeaders(request.headers), replaced),
      ['Host', domainName],
      ['Via', '1.1 laptop.cloudfront.net (CloudFront)'],
      ['X-Amz-Cf-Id', randomUUID()],
      [
        'X-Amzn-Trace-Id',
        `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
      ],
      [
        'X-Forwarded-For',
        [forwardedFor, request.viewerIp, '127.0.0.1'].filter((part) => part !== undefined).join(', '),
      ],
      ['X-Forwarded-Port', '80'],
      // On AWS the protocol between CloudFront and API Gateway, https. A laptop has none.
      ['X-Forwarded-Proto', 'http'],
    ],
  };
}

/** Whether a body travels in base64. Media types may have a star for either part. */
export function isBinaryType(binaryMediaTypes: string[], contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';');
  const [main] = type.trim().split('/');
  return ['*/*', `${main}/*`, type.trim()].some((wanted) => binaryMediaTypes.includes(wanted));
}

const lastOf = (list: HeaderList): Record<string, string> => Object.fromEntries(list);

function allOf(list: HeaderList): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of list) all[name] = [...(all[name] ?? []), value];
  return all;
}

const NO_IDENTITY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/** `09/Apr/2015:12:34:56 +0000` */
function clfTime(now: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
