import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';

/**
 * CloudFront's API over its real protocol (REST and XML), as far as it makes the CDN forget: invalidations are created,
 * listed and read. It checks what CloudFront checks, and refuses other calls by name. It keeps everything in memory, as
 * the CDN does here. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
 * @param invalidate gets the paths of each invalidation, and drops at once what they name
 */
export function startCloudFront(
  isDistribution: (id: string) => boolean,
  invalidate: (paths: readonly string[]) => void,
): Promise<LoopbackServer> {
  const invalidations: Invalidation[] = [];
  const server = createServer(async (request, response) => {
    const { status, body } = answer(request, await text(request), isDistribution, invalidations, invalidate);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
  });
  return listenOnLoopback(server, 0);
}

interface Invalidation {
  id: string;
  reference: string;
  createdAt: string;
  paths: string[];
}

interface HttpResponse {
  status: number;
  body: string;
}

const INVALIDATIONS = /^\/2020-05-31\/distribution\/([^/?]+)\/invalidation(?:\/([^/?]+))?$/;
const XMLNS = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

function answer(
  { method, url = '' }: IncomingMessage,
  body: string,
  isDistribution: (id: string) => boolean,
  invalidations: Invalidation[],
  invalidate: (paths: readonly string[]) => void,
): HttpResponse {
  const [, distributionId, invalidationId] = INVALIDATIONS.exec(url) ?? [];
  if (distributionId === undefined) return refused(400, 'InvalidAction', `not on a laptop: ${method} ${url}`);
  if (!isDistribution(distributionId))
    return refused(404, 'NoSuchDistribution', 'The specified distribution does not exist.');
  if (method === 'POST' && invalidationId === undefined) return create(body, invalidations, invalidate);
  if (method === 'GET' && invalidationId === undefined) return { status: 200, body: list(invalidations) };
  const entry = invalidations.find(({ id }) => id === invalidationId);
  return method === 'GET' && entry !== undefined
    ? { status: 200, body: invalidation(entry) }
    : refused(404, 'NoSuchInvalidation', 'The specified invalidation does not exist.');
}

function create(
  body: string,
  invalidations: Invalidation[],
  invalidate: (paths: readonly string[]) => void,
): HttpResponse {
  const paths = [...body.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path = '']) => path.replaceAll('&amp;', '&'));
  const reference = /<CallerReference>([^<]+)<\/CallerReference>/.exec(body)?.[1];
  const quantity = Number(/<Quantity>(\d+)<\/Quantity>/.exec(body)?.[1]);
  if (reference === undefined || paths.length === 0 || quantity !== paths.length || !paths.every(isPath))
    return refused(400, 'InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
  const known = invalidations.find((entry) => entry.reference === reference);
  if (known && String(known.paths) !== String(paths))
    return refused(400, 'InvalidationBatchAlreadyExists', 'The caller reference was used with other paths.');
  if (known) return { status: 201, body: invalidation(known) };
  const entry = { id: randomUUID(), reference, createdAt: new Date().toISOString(), paths };
  invalidations.unshift(entry);
  invalidations.splice(MAX_KEPT);
  invalidate(paths);
  return { status: 201, body: invalidation(entry) };
}

/** The latest ones, as many as CloudFront lists in a call. */
const MAX_KEPT = 100;

/** A wildcard may only stand at the end, and "the maximum length of a path is 4,000 characters". */
const isPath = (path: string): boolean => /^\/[^*]*\*?$/.test(path) && path.length <= 4_000;

/** The only edge is here, so each is done at once. */
const summary = ({ id, createdAt }: Invalidation): string =>
  `<Id>${id}</Id><CreateTime>${createdAt}</CreateTime><Status>Completed</Status>`;

const invalidation = (entry: Invalidation): string =>
  `<Invalidation xmlns="${XMLNS}">${summary(entry)}<InvalidationBatch><Paths><Quantity>${entry.paths.length}</Quantity>` +
  `<Items>${entry.paths.map((path) => `<Path>${path.replaceAll('&', '&amp;')}</Path>`).join('')}</Items></Paths>` +
  `<CallerReference>${entry.reference}</CallerReference></InvalidationBatch></Invalidation>`;

const list = (invalidations: Invalidation[]): string =>
  `<InvalidationList xmlns="${XMLNS}"><Marker></Marker><MaxItems>${MAX_KEPT}</MaxItems><IsTruncated>false</IsTruncated>` +
  `<Quantity>${invalidations.length}</Quantity>` +
  `<Items>${invalidations.map((entry) => `<InvalidationSummary>${summary(entry)}</InvalidationSummary>`).join('')}</Items></InvalidationList>`;

const refused = (status: number, code: string, message: string): HttpResponse => ({
  status,
  body:
    `<ErrorResponse xmlns="${XMLNS}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>` +
    '<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>',
});

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
