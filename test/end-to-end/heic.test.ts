import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { heicFile, hevc } from '../heic/heic-files.ts';
import { heifFile, irot, itemOf } from '../heif-file.ts';
import { quartersOf } from '../image/rendered.ts';
import { pixelsOf, png, RED, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/**
 * A HEIC through the whole service: its structure is checked at once, and the worker decodes it in a thread of its own.
 */
let world: World;

beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

type User = Awaited<ReturnType<World['newUser']>>;

async function set(user: User, file: Buffer, type = 'image/heic', prefer = 'respond-async') {
  const headers = { authorization: `Bearer ${user.token}`, 'content-type': type, prefer };
  const response = await fetch(`${world.url}/v1/photo`, { method: 'POST', body: new Uint8Array(file), headers });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

/** What the status says once the upload has ended. */
const ended = (user: User, statusUrl: string): Promise<object> =>
  eventually(
    async () =>
      (await (await fetch(statusUrl, { headers: { authorization: `Bearer ${user.token}` } })).json()) as object,
    (seen) => 'finished_at' in seen,
  );

const damaged = (): Buffer => {
  const { data, ...rest } = hevc('photo-tile');
  return heifFile('heic', [itemOf('hvc1', { ...rest, data: Buffer.alloc(data.length, 0xff) })]);
};

test.each([
  ['turned by its boxes', () => heifFile('heic', [itemOf('hvc1', hevc('quadrants'), irot(1))]), 'image/jpeg', 64, 128],
  ['with alpha', () => heicFile('with-alpha'), 'image/png', 128, 64],
] as const)('%s: what it will be is told at once, and is so', async (_, file, mediaType, width, height) => {
  const user = await world.newUser();
  const { status, body } = await set(user, file());
  const photo = { media_type: mediaType, width_px: width, height_px: height };
  expect([status, body]).toEqual([202, expect.objectContaining({ photo: expect.objectContaining(photo) })]);
  expect(await ended(user, body.status_url ?? '')).toMatchObject({ state: 'published', source: 'v1' });
  const { urls } = body.photo as unknown as { urls: Record<string, string> };
  const original = Buffer.from(await (await fetch(urls.original ?? '')).arrayBuffer());
  const picture = await pixelsOf(original);
  expect([picture.width, picture.height]).toEqual([width, height]);
  expect(quartersOf(picture).join('')).toBe(height > width ? 'GYRB' : 'RGBY');
});

test('a damaged one ends as refused, with its reason; others, and the next one, are shown', async () => {
  const [user, other] = [await world.newUser(), await world.newUser()];
  const [bad, good] = await Promise.all([
    set(user, damaged()),
    set(other, await png({ picture: solid(40, 40, RED) }), 'image/png'),
  ]);
  expect(bad.status).toBe(202);
  expect(await ended(user, bad.body.status_url ?? '')).toMatchObject({ state: 'refused', reason: 'corrupt-image' });
  expect(await ended(other, good.body.status_url ?? '')).toMatchObject({ state: 'published' });
  const next = await set(user, heicFile('red'), 'image/heif', 'wait=10');
  expect([next.status, next.body.state]).toEqual([200, 'published']);
  expect((await world.traces(user.id)).user).toMatchObject({ shown: 2 });
});

test('what its structure shows is refused at once', async () => {
  const user = await world.newUser();
  const { status, body } = await set(user, heicFile('red').subarray(0, -10));
  expect([status, body]).toMatchObject([422, { code: 'corrupt-image', found: { format: 'heic' } }]);
  expect(await set(user, heicFile('red'), 'image/jpeg')).toMatchObject({
    status: 415,
    body: { code: 'content-type-wrong', found: { picture: 'image/heic' } },
  });
});

test('Slack’s API names the way that takes it', async () => {
  const user = await world.newUser();
  const { body } = await setPhoto(world.url, user.token, heicFile('red'), { name: 'me.heic' });
  expect(body).toMatchObject({
    error: 'bad_image',
    response_metadata: { messages: [expect.stringMatching(/HEIC.*send it as JPEG.*POST \/v1\/photo/)] },
  });
});
