import { describe, expect, test } from '@jest/globals';
import { originRequest } from '../../local/origin-request.ts';
import { originRequestPolicies } from '../../local/origin-request-policy.ts';
import { openStack } from '../../local/stack.ts';
import type { HeaderList } from '../../local/viewer-request.ts';
import { policy, viewerGet } from './cdn-request.ts';
import { ALL_BUT_HOST, NOWHERE } from './hand-made.ts';

/**
 * CloudFront's guide: "HTTP request headers and CloudFront behavior", line by line, and "Controlling origin requests".
 */
const noPolicies = openStack({ Resources: {}, Parameters: {}, Outputs: {} }, 'Empty', NOWHERE, () => '');
const SENT: HeaderList = [
  ['Accept', '*/*'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Authorization', 'Bearer t'],
  ['Connection', 'close'],
  ['Content-Type', 'text/plain'],
  ['Host', 'photos.example'],
  ['Keep-Alive', 'timeout=5'],
  ['Proxy-Authorization', 'Basic x'],
  ['Proxy-Connection', 'close'],
  ['TE', 'trailers'],
  ['Trailer', 'x'],
  ['Upgrade', 'h2c'],
  ['User-Agent', 'me'],
  ['X-Edge-Some', '1'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Kind', '1'],
  ['X-Real-IP', '10.0.0.1'],
];
const sent = (policyId: string | undefined, cachePolicy = policy(), query = '') =>
  originRequest(viewerGet('/a', SENT, { query }), {
    forwarding: originRequestPolicies(noPolicies)(policyId),
    cachePolicy,
  });

describe('to the origin go', () => {
  test('with AllViewerExceptHostHeader all but Host and what is the connection’s or CloudFront’s own', () => {
    expect(sent(ALL_BUT_HOST).headers.map(([name]) => name)).toEqual([
      'Accept',
      'Accept-Encoding',
      'Authorization',
      'Content-Type',
      'User-Agent',
      'X-Kind',
    ]);
  });

  test('without a policy next to nothing, and CloudFront’s own User-Agent', () => {
    expect(sent(undefined).headers).toEqual([
      ['Content-Type', 'text/plain'],
      ['User-Agent', 'Amazon CloudFront'],
    ]);
  });

  test('and what is in the cache key', () => {
    const keyed = policy({ keyHeaders: ['x-kind'], isKeyParameter: (name) => name === 's', encodings: ['gzip'] });
    const { headers, query } = sent(undefined, keyed, 's=1&t=2');
    expect(headers.slice(2)).toEqual([
      ['X-Kind', '1'],
      ['Accept-Encoding', 'gzip'],
    ]);
    expect(query).toBe('s=1');
  });
});
