import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PolicyCondition, signForm } from '../../lambdas/store/post-policy.ts';
import { functionCredentials } from '../../local/function-credentials.ts';
import { type FunctionGate, startFunctionGate } from '../../local/function-gate.ts';
import { type LoopbackServer, listenOnLoopback } from '../../local/loopback.ts';
import { openStack } from '../../local/stack.ts';
import { copyOf } from '../template-copy.ts';
import { resource, roleOf, withRole } from './hand-made.ts';

/**
 * S3's POST Object at the gate: who may send a form, and S3's answer to one that is incomplete (S3's API, "Error
 * responses").
 */
const role = (Action: string, Resource: string) => roleOf({ Effect: 'Allow', Action, Resource });
const TEMPLATE = copyOf({
  Resources: {
    Putting: role('s3:PutObject', 'arn:aws:s3:::open/direct/*'),
    MayPut: withRole('Putting'),
    Reading: role('s3:GetObject', 'arn:aws:s3:::open/*'),
    MayRead: withRole('Reading'),
    Open: resource('AWS::S3::Bucket', {}),
  },
});

/** What reached the service behind the gate. */
const put: string[] = [];
let behind: LoopbackServer;
let gate: FunctionGate;

beforeAll(async () => {
  const server = createServer(async (request, response) => {
    put.push(`${request.method} ${request.url} ${request.headers['content-type']} ${await text(request)}`);
    response.writeHead(200, { etag: '"e"' }).end();
  });
  behind = await listenOnLoopback(server, 0);
  const { url } = behind;
  const endpoints = { s3: url, sqs: url, sns: url, dynamodb: url, secretsmanager: url, cloudfront: url };
  gate = await startFunctionGate(
    openStack(TEMPLATE, 'Hand', endpoints, () => ''),
    { endpoints },
  );
});
afterAll(async () => {
  await gate?.close();
  await behind?.close();
});

function fieldsOf(key: string, functionName = 'MayPut'): Record<string, string> {
  const expiration = new Date(Date.now() + 60_000).toISOString();
  const conditions: PolicyCondition[] = [{ bucket: 'open' }, { key }, { 'Content-Type': 'image/png' }];
  const signed = signForm(
    { expiration, conditions },
    { ...functionCredentials(functionName), region: 'us-east-1' },
    Date.now(),
  );
  return { key, 'Content-Type': 'image/png', ...signed };
}

function formOf(fields: Record<string, string>, file: string | null = 'bytes'): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== null) form.append('file', new Blob([file]), 'me.png');
  return form;
}

type SentBody = NonNullable<RequestInit['body']>;

async function post(body: SentBody, headers: Record<string, string> = {}) {
  const answer = await fetch(`${gate.endpoints.s3}/open`, { method: 'POST', body, headers });
  return { status: answer.status, etag: answer.headers.get('etag'), said: await answer.text() };
}

test('what is signed by who may put it is put, with its type, and S3 says nothing more', async () => {
  expect(await post(formOf(fieldsOf('direct/1/a b')))).toEqual({ status: 204, etag: '"e"', said: '' });
  expect(put.splice(0)).toEqual(['PUT /open/direct/1/a%20b image/png bytes']);
});

describe('is refused, and nothing is put:', () => {
  const noKey = () => {
    const { key: _, ...rest } = fieldsOf('direct/1/a');
    return formOf(rest);
  };
  test.each<[string, () => [SentBody, Record<string, string>?], number, string, string]>([
    [
      'a form whose signer may not put',
      () => [formOf(fieldsOf('direct/1/a', 'MayRead'))],
      403,
      'AccessDenied',
      's3:PutObject on resource: arn:aws:s3:::open/direct/1/a',
    ],
    ['one elsewhere', () => [formOf(fieldsOf('imports/a'))], 403, 'AccessDenied', 'arn:aws:s3:::open/imports/a'],
    [
      'one of nobody',
      () => [formOf(fieldsOf('direct/1/a', 'Nobody'))],
      403,
      'InvalidAccessKeyId',
      'does not exist in our records',
    ],
    ['one without a key', () => [noKey()], 400, 'InvalidArgument', "must contain a field named 'key'"],
    [
      'one without a file',
      () => [formOf(fieldsOf('direct/1/a'), null)],
      400,
      'InvalidArgument',
      'exactly one file upload',
    ],
    [
      'one with too much before its file',
      () => [formOf({ ...fieldsOf('direct/1/a'), 'x-ignore-me': 'x'.repeat(20_480) })],
      400,
      'MaxPostPreDataLengthExceeded',
      'too large',
    ],
    ['no form', () => ['bytes', { 'content-type': 'text/plain' }], 412, 'PreconditionFailed', 'multipart/form-data'],
    [
      'half a form',
      () => ['--x\r\nContent-Dis', { 'content-type': 'multipart/form-data; boundary=x' }],
      400,
      'MalformedPOSTRequest',
      'not well-formed',
    ],
  ])('%s', async (_name, body, status, code, words) => {
    const answer = await post(...body());
    expect([answer.status, answer.said]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
    expect(answer.said).toContain(words);
    expect(put).toEqual([]);
  });
});
