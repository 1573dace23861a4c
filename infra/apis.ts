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

/** A literal, so that the distribution can name an API's address without waiting for its stage. */
export const STAGE_NAME = 'live';

/** How long API Gateway waits for a function: its own maximum, and more than any function's timeout. */
const INTEGRATION_TIMEOUT_SECONDS = 29;

/**
 * An API in logical ids and in names of the stack. These never change, because CloudFormation would replace the API.
 */
export const API_NAMES: Record<Dialect, string> = { slack: 'slack', twitter: 'twitter', v1: 'own' };

export interface DialectApi {
  dialect: Dialect;
  rest: RestApi;
}

/** One REST API for each dialect, because each has its own gateway responses. */
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

/** One permission for each API and function, not for each method. */
export const integration = (handler: Lambda) =>
  new LambdaIntegration(handler, {
    scopePermissionToMethod: false,
    timeout: Duration.seconds(INTEGRATION_TIMEOUT_SECONDS),
  });

/** An API without paths. */
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
  // The CDK's output has an address that nobody should call: only requests through the distribution are trusted.
  rest.node.tryRemoveChild('Endpoint');
  return rest;
}

/** Each method of a stage has its own bucket. Uploads have a smaller one, because they take longer. */
const methodOptions = (dialect: Dialect, { upload, other }: ReturnType<typeof stageThrottles>) => ({
  '/*/*': throttled(other),
  ...Object.fromEntries(UPLOADS[dialect].map((path) => [`${path}/ANY`, throttled(upload)])),
});

export const throttled = ({ burst, requestsPerSecond }: Throttle) => ({
  throttlingBurstLimit: burst,
  throttlingRateLimit: requestsPerSecond,
});

/**
 * The listed paths change something; all others read. Every resource on the way to a listed path gets the catch-all
 * too: API Gateway does not promise to fall back to the root's after it has followed a more specific resource.
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
 * The administrators' paths. `read` still answers GET of a photo. API Gateway allows one variable part among siblings
 * ("only one unique variable path part is allowed"), so there is no `{proxy+}` beside `{id}`.
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

/**
 * All but the one for too large a body: API Gateway's 413 cannot be changed ("Important notes"), so the edge sends
 * ours.
 */
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

/** API Gateway reads a header's value as an expression. A literal needs single quotes. */
const quoted = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
