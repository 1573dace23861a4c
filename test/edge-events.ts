import { DIALECTS, PREFIXES } from '../lambdas/edge/routes.ts';
import type { ViewerRequestEvent } from '../lambdas/on-viewer-request.ts';

type Headers = ViewerRequestEvent['request']['headers'];
const event = (uri: string, headers: Headers = {}, method = 'POST'): ViewerRequestEvent => ({
  viewer: { ip: '203.0.113.7' },
  request: { method, uri, headers },
});
const length = (value: string): Headers => ({ host: { value: 'photos.example' }, 'content-length': { value } });
const photo = '/p/1024x768/776627022_0123456789abcdef0123';

const PATHS = [
  ...DIALECTS.flatMap((dialect) =>
    PREFIXES[dialect].flatMap((prefix) => [`/${prefix}/x`, `/${prefix}`, `/${prefix}s/x`]),
  ),
  ...['/', '/index.html', '//api/x', '/p', '/p/', '/%E2%82%AC', '/p/%00.jpg', '/p/1x1/1_2.jpg'],
  ...['', '_original', '_normal', '_bigger', '_mini', '_400x400', '_24', '_512', '_1024', '_huge'].flatMap((suffix) =>
    ['jpg', 'png', 'gif', 'webp'].map((ending) => `${photo}${suffix}.${ending}`),
  ),
  '/p/30x20/776627022_0123456789abcdef0123_normal.jpg',
  '/p/0x0/776627022_0123456789abcdef0123.jpg',
];
/** Every kind of request that the edge function tells apart, good and odd. */
export const EDGE_EVENTS: ViewerRequestEvent[] = [
  ...PATHS.map((path) => event(path, { host: { value: 'photos.example' } }, 'GET')),
  ...PATHS.flatMap((path) =>
    ['0', '4500000', '4500001', '', '-1', '1e9', '0x10', '10, 20', '٣', '9'.repeat(30)].map((value) =>
      event(path, length(value)),
    ),
  ),
  event('/api/x', { 'content-length': { value: '10', multiValue: [{ value: '10' }, { value: '9999999' }] } }),
  event('/api/x', {}),
  event('/v1/limits', {
    host: { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }] },
    'x-headshot-host': { value: 'evil.example' },
    'x-headshot-viewer-ip': { value: '10.0.0.1', multiValue: [{ value: '10.0.0.1' }, { value: '10.0.0.2' }] },
    'x-headshot-origin': { value: 'guess' },
    'x-http-method-override': { value: 'DELETE' },
    authorization: { value: 'Bearer ü “t”' },
  }),
];
