import { describe, expect, test } from '@jest/globals';
import { FAULTS } from '../../../lambdas/edge/dialect-faults.ts';
import type { Request } from '../../../lambdas/edge/request.ts';
import { v1Options, withCors } from '../../../lambdas/edge/v1/cors.ts';
import { v1Ok, v1Picture } from '../../../lambdas/edge/v1/response.ts';

const ALLOWED = ['https://app.example.com', 'http://localhost:5173'];
const request = (headers: Record<string, string>, verb = 'GET'): Request => ({
  verb,
  path: '/v1/photo',
  query: [],
  headers,
  body: Buffer.alloc(0),
  id: 'r',
  baseUrl: 'https://photos.example.com',
  viewerAddress: '192.0.2.1',
});

/** The Fetch standard's "CORS protocol", and RFC 9110, section 12.5.5, on `Vary`. */
describe('an answer', () => {
  test('may be read by a page of an allowed site, which is told which headers', () => {
    const { headers } = withCors(request({ origin: 'http://localhost:5173' }), ALLOWED, v1Ok({}));
    expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': 'http://localhost:5173', Vary: 'Origin' });
    expect(headers['Access-Control-Expose-Headers']?.split(', ')).toEqual(
      expect.arrayContaining(['location', 'preference-applied', 'ratelimit', 'ratelimit-policy', 'retry-after']),
    );
    expect(headers['Access-Control-Allow-Credentials']).toBeUndefined();
  });

  test.each([
    ['of another site', { origin: 'https://example.com' }],
    ['of another scheme', { origin: 'http://app.example.com' }],
    ['of no site', { origin: 'null' }],
    ['that says nothing', {}],
  ])('is not for a page %s, and caches know that it depends', (_name, headers) => {
    const answer = withCors(request(headers), ALLOWED, v1Ok({}));
    expect(answer.headers['Access-Control-Allow-Origin']).toBeUndefined();
    expect(answer.headers.Vary).toBe('Origin');
  });

  test('depends on nobody where no site is allowed', () => {
    const answer = withCors(request({ origin: 'https://app.example.com' }), [], v1Ok({}));
    expect(answer).toEqual(v1Ok({}));
  });

  test('that is for everybody stays so', () => {
    const picture = v1Picture(Buffer.alloc(1));
    expect(withCors(request({ origin: 'https://example.com' }), ALLOWED, picture)).toEqual(picture);
  });
});

test.each(['v1', 'slack', 'twitter'] as const)(
  'a fault of ours, by %s, is for a page to read as its answers are',
  (dialect) => {
    const { headers } = FAULTS[dialect](
      { id: 'r', headers: { origin: 'https://app.example.com' }, allowedOrigins: ALLOWED },
      new Error('secret'),
    );
    const allowed = { v1: 'https://app.example.com', slack: '*', twitter: undefined };
    expect(headers['Access-Control-Allow-Origin']).toBe(allowed[dialect]);
    if (dialect === 'v1') expect(headers.Vary).toBe('Origin');
  },
);

describe('a preflight', () => {
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'prefer' };

  test('of an allowed site', () => {
    const answer = v1Options(request({ ...asked, origin: 'https://app.example.com' }, 'OPTIONS'), ALLOWED, ['POST']);
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': 'https://app.example.com',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': 'authorization, content-type, idempotency-key, prefer',
        Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      },
    });
  });

  test.each([
    ['of another site', { ...asked, origin: 'https://example.com' }, ALLOWED],
    ['where none is allowed', { ...asked, origin: 'https://app.example.com' }, []],
    ['that is a plain OPTIONS', { origin: 'https://app.example.com' }, ALLOWED],
  ])('%s allows nothing', (_name, headers, allowed) => {
    const answer = v1Options(request(headers, 'OPTIONS'), allowed, ['POST']);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('Access-Control'))).toEqual([]);
    expect(answer.headers.Allow).toBe('POST, OPTIONS');
  });
});
