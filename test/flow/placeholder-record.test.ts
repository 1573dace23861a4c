import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { png, RED, solid } from '../pictures.ts';
import { ask, bearer, setPhoto } from '../requests.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

test('a published photo has its look in the user record and in the status resource', async () => {
  const user = await world.newUser();
  const { headers } = await setPhoto(world.url, user.token, await png({ picture: solid(512, 512, RED) }));
  const read = async () =>
    (await ask(world.url, `/v1/uploads/${headers.get('x-upload-id')}`, { headers: bearer(user.token) })).body;
  const status = await eventually(read, ({ state }) => state === 'published');
  // All red, so one colour, and a thumbhash of a five-byte header and 27 + 5 + 5 terms, two a byte.
  expect(status).toMatchObject({ dominant_colour: '#e61414', thumbhash: expect.any(String) });
  const hash = Buffer.from(String(status.thumbhash), 'base64');
  expect(hash.length).toBe(5 + Math.ceil((27 + 5 + 5) / 2));

  const record = await world.stores.users.get(user.id);
  expect(record?.photo).toMatchObject({ dominantColour: '#e61414', thumbhash: status.thumbhash });
});
