import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { createContext, Script } from 'node:vm';
import * as z from 'zod';
import { checkHeaders, checkUri, isHiddenFromFunctions } from './edge-headers.ts';
import type { HeaderList, HttpResponse, ViewerRequest } from './viewer-request.ts';

/**
 * The template's CloudFront function, run as in CloudFront: the very same text, event structure 1.0.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export type EdgeFunction = (request: ViewerRequest) => Promise<EdgeDecision>;

/** Go on with this request, or answer at once. */
type EdgeDecision = { request: ViewerRequest } | { answer: HttpResponse };

/** CloudFront stops a function after about a millisecond of work; a busy laptop needs more. */
const MAX_RUN_MS = 1_000;

export function edgeFunction(code: string, distribution: { id: string; domainName: string }): EdgeFunction {
  // As at the edge, the script runs once, and its handler for every request.
  const context = createContext({ console, require: edgeRequire, headshotEvent: '' });
  new Script(code, { filename: 'cloudfront-function.js' }).runInContext(context, { timeout: MAX_RUN_MS });
  const call = new Script('handler(JSON.parse(headshotEvent));');
  return async (request) => {
    const event = {
      version: '1.0',
      context: {
        distributionDomainName: distribution.domainName,
        distributionId: distribution.id,
        eventType: 'viewer-request',
        requestId: randomBytes(28).toString('base64url'),
      },
      viewer: { ip: request.viewerIp },
      request: edgeRequest(request),
    };
    context.headshotEvent = JSON.stringify(event);
    const result: unknown = await call.runInContext(context, { timeout: MAX_RUN_MS });
    const answered = answerSchema.safeParse(result);
    if (answered.success) {
      checkHeaders({}, answered.data.headers);
      return { answer: toAnswer(answered.data) };
    }
    const after = requestSchema.parse(result);
    checkHeaders(event.request.headers, after.headers);
    const changed = changedRequest(request, event.request, after);
    checkUri(changed.path, changed.query, changed.query !== request.query);
    return { request: changed };
  };
}

/** The modules of CloudFront's runtime. */
const nodeRequire = createRequire(import.meta.url);
const edgeRequire = (name: string): unknown => {
  if (['crypto', 'querystring', 'buffer'].includes(name)) return nodeRequire(`node:${name}`);
  throw new Error(`CloudFront functions have no module ${name}`);
};

const valueSchema = z.object({ value: z.string(), multiValue: z.array(z.object({ value: z.string() })).optional() });
const valuesSchema = z.record(z.string(), valueSchema);
type Values = z.output<typeof valuesSchema>;

const requestSchema = z.object({
  method: z.string(),
  uri: z.string().startsWith('/'),
  querystring: valuesSchema.or(z.string()).default({}),
  headers: valuesSchema,
  cookies: valuesSchema.default({}),
});
type EdgeRequest = z.output<typeof requestSchema>;

const answerSchema = z.object({
  statusCode: z.number().int(),
  headers: valuesSchema.default({}),
  cookies: z.record(z.string(), z.object({ value: z.string(), attributes: z.string().optional() })).default({}),
  body: z.union([z.string(), z.object({ encoding: z.enum(['text', 'base64']), data: z.string() })]).optional(),
});

/** Header names in lower case; cookies apart from the headers; several values of one name together. */
function edgeRequest({ method, path, query, headers }: ViewerRequest): EdgeRequest {
  const plain = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const cookies = plain
    .filter(([name]) => name === 'cookie')
    .flatMap(([, value]) => value.split(';').map((cookie) => splitAtEquals(cookie.trim())));
  const parameters = query === '' ? [] : query.split('&').map(splitAtEquals);
  return {
    method,
    uri: path,
    querystring: gather(parameters),
    headers: gather(plain.filter(([name]) => name !== 'cookie' && !isHiddenFromFunctions(name))),
    cookies: gather(cookies),
  };
}

function splitAtEquals(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function gather(pairs: readonly (readonly [string, string])[]): Values {
  const values: Values = {};
  for (const [name, value] of pairs) {
    const before = values[name];
    values[name] = before
      ? { value, multiValue: [...(before.multiValue ?? [{ value: before.value }]), { value }] }
      : { value };
  }
  return values;
}

const all = ({ value, multiValue }: Values[string]): string[] => multiValue?.map((one) => one.value) ?? [value];

/** What the function did not change stays exactly as it was sent. */
function changedRequest(request: ViewerRequest, before: EdgeRequest, after: EdgeRequest): ViewerRequest {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const kept = request.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return lower === 'cookie' ? same(before.cookies, after.cookies) : same(before.headers[lower], after.headers[lower]);
  });
  const changed = Object.entries(after.headers).filter(([name, value]) => !same(before.headers[name], value));
  const cookies = same(before.cookies, after.cookies)
    ? []
    : Object.entries(after.cookies).flatMap(([name, value]) => all(value).map((one) => `${name}=${one}`));
  return {
    ...request,
    path: after.uri,
    query: same(before.querystring, after.querystring) ? request.query : toQuery(after.querystring),
    headers: [
      ...kept,
      ...changed.flatMap(([name, value]) => all(value).map((one): [string, string] => [name, one])),
      ...(cookies.length > 0 ? [['cookie', cookies.join('; ')] satisfies [string, string]] : []),
    ],
  };
}

const toQuery = (querystring: EdgeRequest['querystring']): string =>
  typeof querystring === 'string'
    ? querystring
    : Object.entries(querystring)
        .flatMap(([name, value]) => all(value).map((one) => `${name}=${one}`))
        .join('&');

function toAnswer({ statusCode, headers, cookies, body }: z.output<typeof answerSchema>): HttpResponse {
  const text = typeof body === 'string' ? { encoding: 'text' as const, data: body } : body;
  const list: HeaderList = Object.entries(headers).flatMap(([name, value]) =>
    all(value).map((one): [string, string] => [name, one]),
  );
  for (const [name, { value, attributes }] of Object.entries(cookies)) {
    list.push(['set-cookie', `${name}=${value}${attributes ? `; ${attributes}` : ''}`]);
  }
  return {
    status: statusCode,
    headers: list,
    body: Buffer.from(text?.data ?? '', text?.encoding === 'base64' ? 'base64' : 'utf8'),
  };
}
