import type { CachePolicy } from '../../local/cache-policies.ts';
import type { HeaderList, ViewerRequest } from '../../local/viewer-request.ts';

/** A viewer's GET; the test says only what is odd about it. */
export const viewerGet = (
  path: string,
  headers: HeaderList = [],
  more: Partial<ViewerRequest> = {},
): ViewerRequest => ({
  method: 'GET',
  path,
  query: '',
  headers,
  httpVersion: '1.1',
  sendsBody: false,
  viewerIp: '203.0.113.7',
  readBody: async () => Buffer.alloc(0),
  ...more,
});

/** A policy that keeps for an hour and has only the path in its key. */
export const policy = (more: Partial<CachePolicy> = {}): CachePolicy => ({
  minTtlSeconds: 0,
  defaultTtlSeconds: 3_600,
  maxTtlSeconds: 3_600,
  encodings: [],
  keyHeaders: [],
  isKeyParameter: () => false,
  isKeyCookie: () => false,
  ...more,
});
