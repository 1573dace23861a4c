import { DIALECTS, PREFIXES } from '../lambdas/edge/routes.ts';
import type { ViewerRequestEvent } from '../lambdas/on-viewer-request.ts';

type Headers = ViewerRequestEvent['request']['headers'];
const event = (uri: string, headers: Headers = {}, method = 'POST'): ViewerRequestEvent => ({
  viewer: { ip: '203.0.113.7' },
  request: { method, uri, headers, querystring: {} },
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
/** Every kind of request that the edge function tells apart, good and odd ones. */
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

const hash = '0bc83cb571cd1c50ba6f3e8a78ef1346';
const svg = { accept: { value: 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5' } };
const avatar = (path: string, query: string, headers: Headers = {}): ViewerRequestEvent => ({
  viewer: { ip: '203.0.113.7' },
  request: {
    method: 'GET',
    uri: `/avatar/${path}`,
    headers: { host: { value: 'photos.example' }, ...headers },
    querystring: Object.fromEntries(
      query.split('&').flatMap((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return name === '' ? [] : [[name, { value }]];
      }),
    ),
  },
});
/** Every kind of request for an avatar, good and odd ones. */
export const AVATAR_EVENTS: ViewerRequestEvent[] = [
  ...['', hash, `${hash}.png`, `${hash.toUpperCase()}.JPG`, `${hash}${hash}`, `${hash}.bmp`, 'ada', `${hash}/..`].map(
    (path) => avatar(path, 's=80&d=identicon&r=pg'),
  ),
  ...[
    '',
    's=1',
    's=512',
    's=2049',
    'size=%35%36',
    's=٣',
    'd=404&reset_cache=x',
    'default=mm&f=y',
    'd=https%3A%2F%2Fimg.example.com%2Fa.png',
    'd=https%3A%2F%2Fevil.example%2F',
    'd=%E0%A4',
    'd=constructor',
    '__proto__=1&constructor=2',
  ].map((query) => avatar(hash, query)),
  ...[
    '',
    'initials=al',
    'initials=%F0%9E%A4%80%F0%9E%A4%82x',
    'name=Ada+King+Lovelace',
    'name=%E8%AB%B8%E8%91%9B+%E4%BA%AE',
    'name=%C3%9Ft',
    'initials=%20%20',
    'name=-',
  ].flatMap((query) => [
    avatar(hash, `d=initials&${query}`, svg),
    avatar(hash, `d=initials&${query}`, { accept: { value: '*/*' } }),
  ]),
];
