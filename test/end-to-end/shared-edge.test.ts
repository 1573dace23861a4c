import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { defaultPhotoPath } from '../../lambdas/edge/default-photo.ts';
import { s3Client } from '../../lambdas/store/aws-clients.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { eventually, testWorld, type World } from '../world.ts';

/** What the one host in front of everything must not mix up. */
let world: World;

beforeAll(async () => {
  world = await testWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

test.each([
  ['/api/users.profile.get', 'profile.display_name'],
  ['/api/auth.test', 'user_id'],
])("%s: two callers' answers are never shared", async (path, field) => {
  const callers = [await world.newUser(), await world.newUser()];
  const ask = async (token: string) => {
    const response = await fetch(world.url + path, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await response.json();
    return field.split('.').reduce<unknown>((value, name) => Object(value)[name], body);
  };
  const [one, other] = [await ask(callers[0]?.token ?? ''), await ask(callers[1]?.token ?? '')];
  expect([typeof one, typeof other]).toEqual(['string', 'string']);
  expect(one).not.toBe(other);
  // One after the other and at once: each gets its own again.
  expect(await Promise.all(callers.flatMap(({ token }) => [ask(token), ask(token)]))).toEqual([one, one, other, other]);
});

test('an error is not kept: a photo that comes later is there at once', async () => {
  const { id } = await world.newUser();
  const version = '0123456789abcdef0123';
  const url = `${world.url}/p/600x600/${id}_${version}_48.png`;
  // Nobody may list the bucket, so S3 does not say whether it is missing.
  expect((await fetch(url)).status).toBe(403);
  const picture = await png({ picture: solid(48, 48, GREEN) });
  await s3Client().send(
    new PutObjectCommand({
      Bucket: world.laptop.running.outputs.BucketPhotos,
      Key: `${id}/${version}/48x48.png`,
      Body: picture,
      ContentType: 'image/png',
    }),
  );
  const response = await fetch(url);
  expect([response.status, Buffer.from(await response.arrayBuffer())]).toEqual([200, picture]);
});

const seen = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(path.startsWith('/') ? world.url + path : path, { headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return {
    status: answer.status,
    xCache: answer.headers.get('x-cache'),
    encoding: answer.headers.get('content-encoding'),
    bytes,
  };
};

/** A user with a photo, and the URL of one of its pictures. */
async function shown(): Promise<{ token: string; screenName: string; url: string }> {
  const { token, screenName } = await world.newUser();
  const { body } = await setPhoto(world.url, token, await png({ picture: solid(512, 512, GREEN) }));
  return { token, screenName, url: (body.profile as { image_48: string }).image_48 };
}

test('a photo is kept by the edge, whole and in parts, under the name that it is stored by', async () => {
  const { url } = await shown();
  const first = await seen(url);
  expect(first).toMatchObject({ status: 200, xCache: 'Miss from cloudfront' });
  expect(await seen(url)).toEqual({ ...first, xCache: 'Hit from cloudfront' });
  // Twitter's name of the same picture.
  expect(await seen(url.replace('_48.', '_normal.'))).toEqual({ ...first, xCache: 'Hit from cloudfront' });
  expect(await seen(url, { range: 'bytes=0-3' })).toMatchObject({ status: 206, bytes: first.bytes.subarray(0, 4) });
  const head = await fetch(url, { method: 'HEAD' });
  expect(head.headers.get('x-cache')).toBe('Hit from cloudfront');
});

test.each([
  [
    'deleted',
    (token: string) =>
      fetch(`${world.url}/v1/photo`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } }),
  ],
  [
    'erased with its user',
    (token: string, screenName: string) =>
      fetch(`${world.url}/v1/user?confirm=${screenName}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      }),
  ],
])('a photo that is %s is gone from the edge within the minute that is promised', async (_, remove) => {
  const { token, screenName, url } = await shown();
  await seen(url);
  expect((await seen(url)).xCache).toBe('Hit from cloudfront');
  expect((await remove(token, screenName)).ok).toBe(true);
  const gone = await eventually(
    () => seen(url),
    ({ status }) => status !== 200,
    25_000,
  );
  expect(gone).toMatchObject({ status: 403, xCache: 'Error from cloudfront' });
});

test('the page is compressed, its parts are kept, and a new one is there when it is deployed', async () => {
  const page = readFileSync(join(PROJECT, 'dist/web/index.html'), 'utf8');
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
  const first = await seen(script, { 'accept-encoding': 'gzip, deflate, br' });
  expect(first).toMatchObject({ status: 200, encoding: 'br', xCache: 'Miss from cloudfront' });
  expect(await seen(script, { 'accept-encoding': 'br, gzip' })).toEqual({ ...first, xCache: 'Hit from cloudfront' });
  // `fetch` asks for compression by default.
  expect(await seen(script, { 'accept-encoding': 'identity' })).toMatchObject({ encoding: null, bytes: first.bytes });

  expect((await seen('/')).bytes.toString()).toBe(page);
  const next = page.replace('</head>', '<!-- the next one --></head>');
  await s3Client().send(
    new PutObjectCommand({
      Bucket: world.laptop.running.outputs.BucketSite,
      Key: 'index.html',
      Body: next,
      ContentType: 'text/html',
      CacheControl: 'no-cache',
    }),
  );
  expect((await seen('/')).bytes.toString()).toBe(next);
});

test('the default photo is kept by path alone', async () => {
  const path = defaultPhotoPath('normal');
  const first = await seen(`${path}?a=1`, { authorization: 'Bearer x' });
  expect([first.status, first.xCache]).toEqual([200, 'Miss from cloudfront']);
  expect(await seen(`${path}?a=2`)).toEqual({ ...first, xCache: 'Hit from cloudfront' });
});
