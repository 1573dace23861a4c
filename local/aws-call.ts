import { arn, type Endpoints } from './resource-types.ts';
import type { Permission } from './rights.ts';

export type AwsService = keyof Endpoints;

/** A request to an AWS service, as far as it decides which permissions it needs. */
interface AwsRequest {
  method: string;
  /** Path and query as they were sent. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  /** The whole body; empty where `needsBody` says that it does not matter. */
  body: Buffer;
}

/** What a request does, and the permissions that it needs. */
export interface AwsCall {
  service: AwsService;
  /** As `sqs.SendMessage`. */
  operation: string;
  needs: Permission[];
}

/** S3's objects are streamed through. In other requests the body says what they are about. */
export const needsBody = (service: AwsService, { method, url }: Pick<AwsRequest, 'method' | 'url'>): boolean =>
  service !== 's3' || (method === 'POST' && new URLSearchParams(url.split('?')[1]).has('delete'));

/**
 * The permissions that a request needs (Service Authorization Reference, "Actions, resources, and condition keys").
 * @throws UnknownCall for a call that the functions never made; whoever adds one adds its permissions here
 */
export const awsCall = (service: AwsService, request: AwsRequest): AwsCall => ({ service, ...CALLS[service](request) });

/** The message names the call. */
export class UnknownCall extends Error {}

const CALLS: Record<AwsService, (request: AwsRequest) => Omit<AwsCall, 'service'>> = {
  s3: s3Call,
  sqs(request) {
    const operation = target(request);
    const { QueueUrl, QueueName } = json(request.body);
    const name = text(QueueName) ?? text(QueueUrl)?.split('/').at(-1);
    const action = `sqs:${operation.replace(/Batch$/, '')}`;
    return {
      operation: `sqs.${operation}`,
      needs: [{ action, resource: name === undefined ? '*' : arn('sqs', name) }],
    };
  },
  sns({ body }) {
    const form = new URLSearchParams(body.toString('utf8'));
    const operation = form.get('Action') ?? '';
    const resource = form.get('TopicArn') ?? form.get('TargetArn') ?? '*';
    return { operation: `sns.${operation}`, needs: [{ action: `sns:${operation.replace(/Batch$/, '')}`, resource }] };
  },
  dynamodb(request) {
    const operation = target(request);
    const input = json(request.body);
    const permission = (table: string): Permission => ({
      action: `dynamodb:${operation}`,
      resource: tableArn(table, text(input.IndexName)),
    });
    if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
      return { operation: `dynamodb.${operation}`, needs: Object.keys(Object(input.RequestItems)).map(permission) };
    }
    const table = text(input.TableName);
    if (table === undefined) throw new UnknownCall(`dynamodb:${operation}`);
    return { operation: `dynamodb.${operation}`, needs: [permission(table)] };
  },
  secretsmanager(request) {
    const operation = target(request);
    const id = text(json(request.body).SecretId) ?? '';
    const resource = id.startsWith('arn:') ? id : arn('secretsmanager', `secret:${id}`);
    return { operation: `secretsmanager.${operation}`, needs: [{ action: `secretsmanager:${operation}`, resource }] };
  },
  cloudfront({ method, url }) {
    const [, id, one] = /^\/2020-05-31\/distribution\/([^/?]+)\/invalidation(?:\/([^/?]+))?/.exec(url) ?? [];
    if (id === undefined) throw new UnknownCall(`cloudfront ${method} ${url}`);
    const operation =
      method === 'POST' ? 'CreateInvalidation' : one === undefined ? 'ListInvalidations' : 'GetInvalidation';
    const permission = { action: `cloudfront:${operation}`, resource: arn('cloudfront', `distribution/${id}`, '') };
    return { operation: `cloudfront.${operation}`, needs: [permission] };
  },
};

/** Of an object, by method; of a bucket, by method. A query that asks for anything else is an unknown call. */
const OF_OBJECT: Record<string, string> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};
const OF_BUCKET: Record<string, string> = { GET: 's3:ListBucket', HEAD: 's3:ListBucket' };
const PLAIN_QUERY =
  /^(x-id|list-type|prefix|start-after|max-keys|continuation-token|delimiter|encoding-type|fetch-owner)$/;

function s3Call({ method, url, headers, body }: AwsRequest): Omit<AwsCall, 'service'> {
  const [path = '', search = ''] = url.split('?');
  const query = new URLSearchParams(search);
  const [bucket = '', ...rest] = path.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const ofKey = (name: string) => `arn:aws:s3:::${bucket}/${name}`;
  if (method === 'POST' && key === '' && query.has('delete')) {
    const keys = [...body.toString('utf8').matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = '']) => fromXml(name));
    return {
      operation: 's3.DeleteObjects',
      needs: keys.map((name) => ({ action: 's3:DeleteObject', resource: ofKey(name) })),
    };
  }
  const action = (key === '' ? OF_BUCKET : OF_OBJECT)[method];
  const odd = [...query.keys()].find((name) => !PLAIN_QUERY.test(name));
  if (action === undefined || odd !== undefined || headers['x-amz-copy-source'] !== undefined) {
    throw new UnknownCall(`s3 ${method} ${path}${odd === undefined ? '' : `?${odd}`}`);
  }
  const resource = key === '' ? `arn:aws:s3:::${bucket}` : ofKey(key);
  return { operation: `s3.${method}`, needs: [{ action, resource }] };
}

const fromXml = (written: string): string =>
  written.replaceAll(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(lt|gt|quot|apos|amp));/g,
    (_, hex?: string, decimal?: string, name?: string) =>
      name === undefined
        ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
        : ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name] ?? ''),
  );

/** A table is named by its name or its ARN. */
const tableArn = (table: string, index: string | undefined): string => {
  const whole = table.startsWith('arn:') ? table : arn('dynamodb', `table/${table}`);
  return index === undefined ? whole : `${whole}/index/${index}`;
};

/** The operation in a JSON protocol: what follows the last dot of `X-Amz-Target`. */
const target = ({ headers }: AwsRequest): string =>
  String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1) ?? '';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function json(body: Buffer): Record<string, unknown> {
  try {
    return Object(JSON.parse(body.toString('utf8'))) as Record<string, unknown>;
  } catch {
    return {};
  }
}
