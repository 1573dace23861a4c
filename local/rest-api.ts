import * as z from 'zod';
import { checkRootPart, checkSiblings } from './gateway-requests.ts';
import { type GatewayResponses, gatewayResponses } from './gateway-responses.ts';
import { REGION } from './resource-types.ts';
import type { Stack } from './stack.ts';
import { methodSettingsSchema, type StageThrottle, stageThrottle } from './stage-throttle.ts';

/** One of the template's REST APIs. */
export interface RestApi {
  id: string;
  /** The Host by which CloudFront calls it. */
  domainName: string;
  stageName: string;
  binaryMediaTypes: string[];
  /** Undefined where API Gateway says MISSING_AUTHENTICATION_TOKEN: no such resource, or no such method on it. */
  routeOf: (method: string, path: string) => Route | undefined;
  gatewayResponses: GatewayResponses;
  /** Whether its stage lets a request through to a method. */
  letsThrough: StageThrottle;
}

export interface Route {
  resourceId: string;
  /** The method's own, which may be ANY. */
  httpMethod: string;
  /** The resource's own path, `/api/{proxy+}`. */
  resourcePath: string;
  /** What the braces stand for, percent-decoded. */
  pathParameters: Record<string, string>;
  functionArn: string;
  timeoutMs: number;
}

export function restApis(stack: Stack): RestApi[] {
  const resources = stack.ofType('AWS::ApiGateway::Resource', resourceSchema);
  const methods = stack.ofType('AWS::ApiGateway::Method', methodSchema);
  const stages = stack.ofType('AWS::ApiGateway::Stage', stageSchema);
  return stack.ofType('AWS::ApiGateway::RestApi', restApiSchema).map(({ logicalId, properties }) => {
    const id = stack.ref(logicalId);
    const stage = stages.find(({ properties: { RestApiId } }) => RestApiId === id);
    if (!stage) throw new Error(`${logicalId} has no AWS::ApiGateway::Stage`);
    const root = stack.attribute(logicalId, 'RootResourceId');
    const pathOf = (resourceId: string): string => {
      if (resourceId === root) return '';
      const found = resources.find((resource) => stack.ref(resource.logicalId) === resourceId);
      if (!found) throw new Error(`${logicalId}: no API resource ${resourceId}`);
      const { ParentId, PathPart } = found.properties;
      if (ParentId === root) checkRootPart(PathPart);
      return `${pathOf(ParentId)}/${PathPart}`;
    };
    const own = resources.filter(({ properties: { RestApiId } }) => RestApiId === id).map((one) => one.properties);
    for (const parent of new Set(own.map(({ ParentId }) => ParentId)))
      checkSiblings(own.filter(({ ParentId }) => ParentId === parent).map(({ PathPart }) => PathPart));
    const routes = methods
      .filter(({ properties: { RestApiId } }) => RestApiId === id)
      .map(({ properties: { HttpMethod, ResourceId, Integration } }) => ({
        httpMethod: HttpMethod,
        resourceId: ResourceId,
        resourcePath: pathOf(ResourceId) || '/',
        functionArn: functionArnOf(Integration.Uri),
        timeoutMs: Integration.TimeoutInMillis,
      }));
    return {
      id,
      domainName: `${id}.execute-api.${REGION}.amazonaws.com`,
      stageName: stage.properties.StageName,
      binaryMediaTypes: properties.BinaryMediaTypes,
      routeOf: (method, path) => findRoute(routes, method, path),
      gatewayResponses: gatewayResponses(stack, id),
      letsThrough: stageThrottle(stage.properties.MethodSettings),
    };
  });
}

const stageSchema = z.object({ RestApiId: z.string(), StageName: z.string(), MethodSettings: methodSettingsSchema });
const restApiSchema = z.object({ BinaryMediaTypes: z.array(z.string()).default([]) });
const resourceSchema = z.object({ RestApiId: z.string(), ParentId: z.string(), PathPart: z.string() });
const methodSchema = z.object({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.literal('NONE', { error: 'authorizers do not run on a laptop' }).optional(),
  Integration: z.object({
    Type: z.literal('AWS_PROXY', { error: 'only Lambda proxy integrations run on a laptop' }),
    Uri: z.string(),
    /** API Gateway's default, and its maximum unless a quota was raised. */
    TimeoutInMillis: z.coerce.number().default(29_000),
  }),
});

/** `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations` */
function functionArnOf(uri: string): string {
  const found = /\/functions\/(.+)\/invocations$/.exec(uri)?.[1];
  if (found === undefined) throw new Error(`no function in the integration ${uri}`);
  return found;
}

type Candidate = Omit<Route, 'pathParameters'>;

/** The most specific resource that matches the whole path; on it the method itself before ANY. */
function findRoute(candidates: Candidate[], method: string, path: string): Route | undefined {
  const matching = candidates
    .flatMap((candidate) => {
      const pathParameters = matchPath(candidate.resourcePath, path);
      return pathParameters ? [{ ...candidate, pathParameters }] : [];
    })
    .sort((one, other) => compareExactness(one.resourcePath, other.resourcePath));
  const [best] = matching;
  const same = matching.filter(({ resourceId }) => resourceId === best?.resourceId);
  return same.find(({ httpMethod }) => httpMethod === method) ?? same.find(({ httpMethod }) => httpMethod === 'ANY');
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  // A slash at the end makes no difference, as in API Gateway.
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.replace(/\/+$/, '').split('/').slice(1);
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const [, name, greedy] = /^\{([^}+]+)(\+)?\}$/.exec(part) ?? [];
    const value = greedy ? given.slice(index).join('/') : given[index];
    if (value === undefined || value === '') return undefined;
    if (name === undefined && part !== value) return undefined;
    if (name !== undefined) parameters[name] = decode(value);
    if (greedy) return parameters;
  }
  return given.length === wanted.length ? parameters : undefined;
}

/** Literal parts before `{name}` before `{name+}`, from the left. */
function compareExactness(one: string, other: string): number {
  const weights = (pattern: string) =>
    pattern.split('/').map((part) => (part.endsWith('+}') ? 2 : part.startsWith('{') ? 1 : 0));
  const [left, right] = [weights(one), weights(other)];
  const at = left.findIndex((weight, index) => weight !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
