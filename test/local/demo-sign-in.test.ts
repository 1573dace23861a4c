import { describe, expect, test } from '@jest/globals';
import { demoSignInResponse } from '../../local/demo-sign-in.ts';
import type { HeaderList } from '../../local/viewer-request.ts';

const DEMO = { token: 'xoxp-demo', screen_name: 'demo' };
const ask = (headers: HeaderList, path = '/laptop.json', method = 'GET') =>
  demoSignInResponse(DEMO, { ...REQUEST, method, path, headers });

describe("the demo user's token", () => {
  test.each([
    ['127.0.0.1:3000', 'same-origin'],
    ['localhost:3000', 'none'],
  ])('is given to the page at %s (Sec-Fetch-Site %s)', (host, site) => {
    const answer = ask([
      ['Host', host],
      ['Sec-Fetch-Site', site],
    ]);
    expect(answer?.status).toBe(200);
    expect(JSON.parse(String(answer?.body))).toEqual(DEMO);
    // No header that would let another origin read it.
    expect(answer?.headers.map(([name]) => name)).not.toContain('access-control-allow-origin');
  });

  test.each<[string, HeaderList]>([
    ['by a name that only points at this machine', [['Host', 'evil.example:3000']]],
    ['by a name that begins like it', [['Host', '127.0.0.1.evil.example']]],
    [
      "by another site's page",
      [
        ['Host', '127.0.0.1:3000'],
        ['Sec-Fetch-Site', 'cross-site'],
      ],
    ],
    ['without a host', []],
  ])('is not given %s', (_, headers) => {
    const answer = ask(headers);
    expect(answer?.status).toBe(404);
    expect(String(answer?.body)).not.toContain(DEMO.token);
  });

  test('is not there before there is a demo user, and nowhere else', () => {
    const host: HeaderList = [['Host', '127.0.0.1:3000']];
    expect(demoSignInResponse(undefined, { ...REQUEST, headers: host })?.status).toBe(404);
    expect(ask(host, '/')).toBeUndefined();
    expect(ask(host, '/laptop.json', 'POST')).toBeUndefined();
  });
});

const REQUEST = {
  httpVersion: '1.1',
  sendsBody: false,
  method: 'GET',
  path: '/laptop.json',
  query: '',
  viewerIp: '127.0.0.1',
  readBody: async () => undefined,
};
