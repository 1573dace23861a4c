import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { type KeyNames, keyTooLong } from './dynamodb-key-length.ts';
import { keyTooLong as objectKeyTooLong } from './s3-key-length.ts';
import { metadataTooLarge } from './s3-metadata-size.ts';

/**
 * Puts the rules by which AWS refuses calls, and an emulator does not, before that emulator's own server. It is in the
 * emulator's process, so no caller gets around them.
 */

/** Listens in place of the server's own listeners, and passes on what is not refused. */
function listenFirst(
  server: Server,
  first: (request: IncomingMessage, response: ServerResponse, handOn: (request: IncomingMessage) => void) => void,
): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) =>
    first(request, response, (passed) => {
      for (const listener of listeners) Reflect.apply(listener, server, [passed, response]);
    }),
  );
}

/** S3's rules, from the request's head only. SQS and SNS share the address, but their URLs name no object. */
export function enforceS3Rules(server: Server): void {
  listenFirst(server, (request, response, handOn) => {
    const { url = '', headers } = request;
    const refusal = isS3(request) ? (objectKeyTooLong(url) ?? metadataTooLarge(headers)) : undefined;
    if (refusal === undefined) return handOn(request);
    // Reads and drops the rest: a client that writes everything before it reads must see the answer.
    request.resume();
    response.writeHead(refusal.status, { 'content-type': 'application/xml' });
    response.end(request.method === 'HEAD' ? undefined : refusal.body);
  });
}

const isS3 = ({ headers }: IncomingMessage): boolean =>
  !/x-amz-json|x-www-form-urlencoded/.test(headers['content-type'] ?? '');

/**
 * DynamoDB's rules. A call is its body, which is read whole (the emulator takes 16 MB) and passed on unchanged. The
 * emulator is asked once for a table's key attributes.
 */
export function enforceDynamoRules(server: Server): void {
  const tables = new Map<string, KeyNames | undefined>();
  const refusalOf = async (operation: string, body: string): Promise<string | undefined> => {
    if (!OF_ITEMS.has(operation)) return undefined;
    const input: unknown = JSON.parse(body);
    for (const table of tablesOf(input)) {
      if (!tables.has(table)) tables.set(table, await describe(server, table));
    }
    return keyTooLong(operation, input, (table) => tables.get(table));
  };
  listenFirst(server, (request, response, handOn) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks);
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
      // The emulator refuses what cannot be read, and what names an unknown table.
      const message = await refusalOf(operation, body.toString('utf8')).catch(() => undefined);
      if (message === undefined) return handOn(replayed(request, body));
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'com.amazon.coral.validate#ValidationException', message: message }));
    });
  });
}

const OF_ITEMS = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
]);

const Call = z.looseObject({
  TableName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
});

function tablesOf(input: unknown): string[] {
  const { TableName, RequestItems = {} } = Call.parse(input);
  return [...(TableName === undefined ? [] : [TableName]), ...Object.keys(RequestItems)];
}

const Described = z.looseObject({
  Table: z.looseObject({
    KeySchema: z.array(z.looseObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  }),
});

/** @throws when there is no such table */
async function describe(server: Server, table: string): Promise<KeyNames> {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.DescribeTable',
      'x-amz-date': '20260101T000000Z',
      // The emulator only checks its form.
      authorization:
        'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify({ TableName: table }),
  });
  const { KeySchema } = Described.parse(await answer.json()).Table;
  const nameOf = (type: 'HASH' | 'RANGE') => KeySchema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const sort = nameOf('RANGE');
  return { partition: nameOf('HASH') ?? '', ...(sort !== undefined && { sort }) };
}

/** The same request, with its body still to be read. */
function replayed(request: IncomingMessage, body: Buffer): IncomingMessage {
  const again = new IncomingMessage(request.socket);
  const { method, url, headers, rawHeaders, httpVersion } = request;
  Object.assign(again, { method, url, headers, rawHeaders, httpVersion, complete: true });
  again.push(body);
  again.push(null);
  return again;
}
