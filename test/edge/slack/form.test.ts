import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Request, readRequest } from '../../../lambdas/edge/request.ts';
import { readSlackCall, textOf } from '../../../lambdas/edge/slack/call.ts';
import { readSlackForm, refuseName, warningsOf } from '../../../lambdas/edge/slack/form.ts';

const request = (
  contentType: string | undefined,
  body: string | Buffer = '',
  more: Partial<Request> = {},
): Request => ({
  verb: 'POST',
  path: '/api/users.setPhoto',
  query: [],
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  body: Buffer.from(body),
  id: 'request-1',
  baseUrl: 'https://example.com',
  viewerAddress: '192.0.2.1',
  ...more,
});

const FORM = 'application/x-www-form-urlencoded';

describe('warnings', () => {
  test.each([
    ['text/plain', ['missing_charset']],
    ['application/json', ['missing_charset']],
    ['text/plain; charset=utf-8', []],
    ['application/json;charset=utf-8', []],
    [FORM, []],
    [`${FORM}; charset=utf-8`, ['superfluous_charset']],
    [`${FORM};CHARSET="ISO-8859-1"`, ['superfluous_charset']],
    ['multipart/form-data; boundary=b', []],
    ['multipart/form-data; boundary=b; charset=utf-8', ['superfluous_charset']],
    [undefined, []],
  ])('%s: %j', (contentType, warnings) => {
    expect(warningsOf(request(contentType))).toEqual(warnings);
    // Slack's page says: "The method was called via a POST request".
    expect(warningsOf(request(contentType, '', { verb: 'GET' }))).toEqual([]);
  });
});

describe('a body', () => {
  const read = (contentType: string | undefined, body: string) => {
    const form = readSlackForm(request(contentType, body));
    return form.ok ? form.value.map(({ name, bytes }) => `${name}=${bytes}`) : form.refusal.code;
  };

  test.each<[contentType: string | undefined, body: string, expected: string[] | string]>([
    [FORM, 'a=1&b=2', ['a=1', 'b=2']],
    ['text/plain', 'a=1&b=x%20y', ['a=1', 'b=x y']],
    ['text/plain', 'hello', []],
    ['text/plain', 'hello = world', []],
    ['text/plain', '{"a":1}', []],
    ['application/json', '{}', 'content-type-unknown'],
    ['image/png', 'x', 'content-type-unknown'],
    [undefined, 'a=1', 'content-type-missing'],
    [`${FORM}; charset=us-ascii`, 'a=1', 'charset-unknown'],
    ['text/plain; charset=', 'a=1', 'charset-unknown'],
    ['application/json', '', []],
    [undefined, '', []],
    ['application/json; charset=utf-16', '', 'charset-unknown'],
    ['multipart/form-data', '', []],
  ])('%s %j: %j', (contentType, body, expected) => {
    expect(read(contentType, body)).toEqual(expected);
  });

  test('of a GET is not looked at', () => {
    expect(readSlackForm(request('application/json', '{}', { verb: 'GET' }))).toEqual({ ok: true, value: [] });
  });
});

test.each([
  ['crop_w', undefined],
  ['_x_id', undefined],
  ['a'.repeat(100), undefined],
  ['a'.repeat(101), 'bad-argument-name'],
  ['', 'bad-argument-name'],
  ['crop-w', 'bad-argument-name'],
  ['crop w', 'bad-argument-name'],
  ['é', 'bad-argument-name'],
  ['foo[7]', 'array-argument'],
  ['foo[]', 'array-argument'],
  ['foo[a][b]', 'array-argument'],
])('the name %j: %s', (name, code) => {
  expect(refuseName(name)?.code).toBe(code);
});

describe('a call', () => {
  const call = (contentType: string, body: Buffer | string, query: Request['query'] = [], headers = {}) => {
    const slackRequest = request(contentType, body, { query });
    const read = readSlackCall({ ...slackRequest, headers: { ...slackRequest.headers, ...headers } });
    if (!read.ok) throw new Error(read.refusal.code);
    return read.value;
  };

  test('takes the token of the header, then of the form, never of the query', () => {
    const bearer = { authorization: 'Bearer xoxp-h' };
    expect(call(FORM, 'token=xoxp-f', [['token', 'xoxp-q']], bearer).token).toBe('xoxp-h');
    expect(call(FORM, 'token=xoxp-f', [['token', 'xoxp-q']]).token).toBe('xoxp-f');
    expect(call(FORM, 'a=1', [['token', 'xoxp-q']]).token).toBeUndefined();
  });

  test('reads the form’s text in its charset, and the query’s in UTF-8', () => {
    const latin = call(`${FORM}; charset=iso-8859-1`, 'a=%E9', [['b', 'é']]);
    expect([textOf(latin, 'a'), textOf(latin, 'b')]).toEqual(['é', 'é']);
    expect(textOf(call(FORM, 'a=%C3%A9'), 'a')).toBe('é');
  });

  test('takes the form’s argument before the query’s, and the first of several', () => {
    const given = call(FORM, 'a=1&a=2', [
      ['a', '3'],
      ['b', '4'],
    ]);
    expect([textOf(given, 'a'), textOf(given, 'b'), textOf(given, 'c')]).toEqual(['1', '4', undefined]);
  });
});

describe('where a request came from', () => {
  const SECRET = 'the-origin-secret-of-the-stack';
  const event = (headers: Record<string, string>): APIGatewayProxyEvent => {
    const file = join(import.meta.dirname, '../../../events/slack-set-photo.json');
    const read = JSON.parse(readFileSync(file, 'utf8')) as APIGatewayProxyEvent;
    return { ...read, headers: { ...read.headers, ...headers } };
  };

  test('is what the edge function says, beside the origin’s secret only', () => {
    const said = { 'x-headshot-viewer-ip': '203.0.113.9' };
    expect(readRequest(event({ ...said, 'x-headshot-origin': SECRET }), SECRET).viewerAddress).toBe('203.0.113.9');
    const { requestContext } = event({});
    for (const origin of ['', 'a guess']) {
      const direct = readRequest(event({ ...said, 'x-headshot-origin': origin }), SECRET);
      expect(direct.viewerAddress).toBe(requestContext.identity.sourceIp);
    }
    expect(requestContext.identity.sourceIp).not.toBe('203.0.113.9');
  });
});
