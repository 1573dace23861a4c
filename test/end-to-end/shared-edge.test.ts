import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { s3Client } from '../../lambdas/store/aws-clients.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { testWorld, type World } from '../world.ts';

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
  // In turns and at once: each gets its own again.
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
