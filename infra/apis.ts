import { Duration } from 'aws-cdk-lib';
import {
  EndpointType,
  type Integration,
  type IResource,
  LambdaIntegration,
  ResponseType,
  RestApi,
  type StageOptions,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  GATEWAY_RESPONSES,
  type GatewayFailure,
  type GatewayResponse,
  RETRY_AFTER_HEADER,
} from '../lambdas/edge/gateway-responses.ts';
import { ADMINISTRATORS_PATHS, CHANGES, type Dialect, UPLOADS } from '../lambdas/edge/routes.ts';
import { accountPlaces, stageThrottles, type Throttle } from './account-places.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { serviceName } from './service-name.ts';

/** A literal, so that the distribution can spell an API's address without waiting for its stage. */
export const STAGE_NAME = 'live';

/** How long API Gateway waits for a function; its own maximum, above every function's timeout. */
const INTEGRATION_TIMEOUT_SECONDS = 29;

/** An API in logical ids and names of the stack. They stay when a word of ours changes: CloudFormation would make it anew. */
export const API_NAMES: Record<Dialect, string> = { slack: 'slack', twitter: 'twitter', v1: 'own' };

export interface DialectApi {
  dialect: Dialect;
  rest: RestApi;
}

/** One REST API a dialect, because each words API Gateway's own answers in its own way. */
export function apis(
  scope: Construct,
  dialects: Dialect[],
  functions: { change: Lambda; read: Lambda },
  settings: DeploySettings,
): DialectApi[] {
  const places = accountPlaces(settings.accountConcurrency, settings);
  const throttles = stageThrottles(places, settings.requestsPerSecond);
  const change = integration(functions.change);
  const read = integration(functions.read);
  return dialects.map((dialect) => {
    const rest = restApi(scope, API_NAMES[dialect], methodOptions(dialect, throttles));
    addRoutes(rest, CHANGES[dialect], change, read);
    if (dialect === 'v1' && settings.oidcAdminClaim !== undefined) addAdministratorsRoutes(rest, change, read);
    addGatewayResponses(rest, GATEWAY_RESPONSES[dialect]);
    return { dialect, rest };
  });
}

/** One permission for each API and function, instead of one for each method. */
export const integration = (handler: Lambda) =>
  new LambdaIntegration(handler, {
    scopePermissionToMethod: false,
    timeout: Duration.seconds(INTEGRATION_TIMEOUT_SECONDS),
  });

/** An API without a path. */
export function restApi(
  scope: Construct,
  name: string,
  methodOptions: StageOptions['methodOptions'] & object,
): RestApi {
  const rest = new RestApi(scope, `Api${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
    restApiName: `${serviceName(scope)}-${name}`,
    endpointTypes: [EndpointType.REGIONAL],
    deployOptions: { stageName: STAGE_NAME, methodOptions },
    // Bodies arrive as they were sent, in base64: a picture must not be read as text.
    binaryMediaTypes: ['*/*'],
    cloudWatchRole: false,
  });
  // The CDK's own output: an address nobody should call, because only what comes through the distribution is trusted.
  rest.node.tryRemoveChild('Endpoint');
  return rest;
}

/** Each method of a stage has a bucket of its own, those that take uploads a smaller one: they hold their places for longer. */
const methodOptions = (dialect: Dialect, { upload, other }: ReturnType<typeof stageThrottles>) => ({
  '/*/*': throttled(other),
  ...Object.fromEntries(UPLOADS[dialect].map((path) => [`${path}/ANY`, throttled(upload)])),
});

export const throttled = ({ burst, requestsPerSecond }: Throttle) => ({
  throttlingBurstLimit: burst,
  throttlingRateLimit: requestsPerSecond,
});

/**
 * The listed paths change something; all others read. Every resource on the way to a listed path gets the catch-all too:
 * API Gateway does not promise to fall back to the root's once it has followed a more exact resource.
 */
function addRoutes(rest: RestApi, changes: readonly string[], change: Integration, read: Integration): void {
  const catching = new Set<IResource>();
  const catchAll = (resource: IResource) => {
    if (catching.has(resource)) return;
    catching.add(resource);
    if (!changes.includes(resource.path)) resource.addMethod('ANY', read);
    resource.addResource('{proxy+}').addMethod('ANY', read);
  };
  catchAll(rest.root);
  for (const path of changes) {
    const resource = rest.root.resourceForPath(path);
    resource.addMethod('ANY', change);
    for (let above = resource.parentResource; above !== undefined; above = above.parentResource) catchAll(above);
  }
}

/**
 * What administrators do; who asks for a photo is answered by `read` all the same. API Gateway takes one variable part among siblings
 * ("only one unique variable path part is allowed"), so `{id}` has no `{proxy+}` beside it.
 */
function addAdministratorsRoutes(rest: RestApi, change: Integration, read: Integration): void {
  const { users, user, photo, webhooks } = ADMINISTRATORS_PATHS;
  for (const path of [users, user, photo, webhooks]) rest.root.resourceForPath(path).addMethod('ANY', change);
  for (const verb of ['GET', 'HEAD']) rest.root.resourceForPath(photo).addMethod(verb, read);
  for (const path of [photo, webhooks]) {
    rest.root.resourceForPath(path).addResource('{proxy+}').addMethod('ANY', change);
  }
  rest.root.resourceForPath(user).addResource('{proxy+}').addMethod('ANY', read);
}

/** All but that to an over-large body: API Gateway's 413 cannot be worded ("Important notes"), so the edge function sends ours. */
export function addGatewayResponses(rest: RestApi, answers: Record<GatewayFailure, GatewayResponse>): void {
  for (const [failure, answer] of Object.entries(answers)) {
    if (failure === 'REQUEST_TOO_LARGE') continue;
    rest.addGatewayResponse(failure, {
      type: ResponseType.of(failure),
      statusCode: String(answer.status),
      templates: { 'application/json': answer.body },
      responseHeaders: {
        ...quoted({ 'Content-Type': answer.contentType, ...answer.headers }),
        ...(answer.isToTryAgain && { 'Retry-After': `method.request.header.${RETRY_AFTER_HEADER}` }),
      },
    });
  }
}

/** API Gateway takes a header's value as an expression; a literal stands in single quotes. */
const quoted = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
