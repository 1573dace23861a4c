import type { IncomingMessage } from 'node:http';

export type Service = 's3' | 'dynamodb' | 'sqs' | 'sns';

/** One request of an AWS SDK, as seen on the wire. */
export interface WireCall {
  service: Service;
  /** The SDK command's name without `Command`: `PutObject`, `UpdateItem`, `ReceiveMessage`. */
  operation: string;
  /** A bucket, a table, a queue's name, or a topic's ARN. */
  resource: string;
  /** An object's key; empty elsewhere. */
  key: string;
  /** JSON for DynamoDB and SQS, a form for SNS, an object's bytes for S3. */
  body: Buffer;
  /** The number of the SDK's try, from 1. */
  attempt: number;
  /** How many calls came before. A retry has the number of its first try. */
  ordinal: number;
  /** The same, among calls of this operation. */
  nth: number;
}

/** What a request alone tells. */
type NamedCall = Omit<WireCall, 'attempt' | 'ordinal' | 'nth'>;

/** Names a request by its service's protocol. @throws for a service that Headshot does not use */
export function nameCall({ method = '', url = '/', headers }: IncomingMessage, body: Buffer): NamedCall {
  // The signature's scope names the service: …/20260102/us-east-1/<service>/aws4_request
  const service = /\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1];
  switch (service) {
    case 'dynamodb': {
      const { TableName = '' } = json(body);
      return { service, operation: target(headers), resource: String(TableName), key: '', body };
    }
    case 'sqs': {
      const { QueueUrl = '' } = json(body);
      return { service, operation: target(headers), resource: String(QueueUrl).split('/').at(-1) ?? '', key: '', body };
    }
    case 'sns': {
      const form = new URLSearchParams(body.toString('utf8'));
      return { service, operation: form.get('Action') ?? '', resource: form.get('TopicArn') ?? '', key: '', body };
    }
    case 's3': {
      const { pathname, searchParams } = new URL(url, 'http://s3');
      const [bucket = '', ...path] = pathname.slice(1).split('/');
      const key = decodeURIComponent(path.join('/'));
      return { service, operation: s3Operation(method, key, searchParams), resource: bucket, key, body };
    }
    default:
      throw new Error(`a request of ${service ?? 'no service'}: ${method} ${url}`);
  }
}

const target = (headers: IncomingMessage['headers']): string => String(headers['x-amz-target']).split('.')[1] ?? '';

function json(body: Buffer): Record<string, unknown> {
  return JSON.parse(body.toString('utf8') || '{}');
}

function s3Operation(method: string, key: string, query: URLSearchParams): string {
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  if (key === '')
    return method === 'GET' ? (query.has('list-type') ? 'ListObjectsV2' : 'ListBuckets') : `${method} bucket`;
  const operations: Record<string, string> = {
    GET: 'GetObject',
    HEAD: 'HeadObject',
    PUT: 'PutObject',
    DELETE: 'DeleteObject',
  };
  return operations[method] ?? method;
}
