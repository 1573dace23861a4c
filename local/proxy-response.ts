import * as z from 'zod';
import { type HeaderList, type HttpResponse, withoutHeaders } from './viewer-request.ts';

/**
 * A function's answer as API Gateway sends it on; undefined when it is not a proxy response (API Gateway's log says
 * "Malformed Lambda proxy response").
 * @param takesBinary whether the caller asked for one of the API's binary media types: to others base64 is sent as it
 * is
 */
export function proxyResponse(payload: Buffer, takesBinary: boolean): HttpResponse | undefined {
  const read = responseSchema.safeParse(parse(payload));
  if (!read.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = read.data;
  const several = Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, value]),
  );
  // Where both name a header, the list wins.
  const single = Object.entries(headers ?? {}).filter(([name]) => !several.some(([other]) => sameName(name, other)));
  const list = withoutHeaders([...single, ...several], DROPPED).map(([name, value]): [string, string] => [
    remapped(name),
    value,
  ]);
  const hasType = list.some(([name]) => sameName(name, 'content-type'));
  return {
    status: statusCode,
    headers: hasType ? list : ([...list, ['Content-Type', 'application/json']] satisfies HeaderList),
    body: Buffer.from(body ?? '', isBase64Encoded && takesBinary ? 'base64' : 'utf8'),
  };
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** Any other key makes the answer malformed for API Gateway, too. */
const responseSchema = z.strictObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(scalar)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * API Gateway renames these before they reach the caller ("Important notes", its table of headers, column "Response").
 * A function that answers 401 with WWW-Authenticate finds out here, not after deploying.
 */
const REMAPPED = [
  'authorization',
  'connection',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
];

/** And it drops these. */
const DROPPED = ['expect', 'host', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'via'];

const remapped = (name: string): string => (REMAPPED.includes(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name);
