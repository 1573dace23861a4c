import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { versionOf } from '../../lambdas/core/change.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** 100 uploads by 10 users, 8 at a time: none is lost, the last one is shown, and every queue ends empty. */
let world: World;

beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

test('100 uploads by 10 users', async () => {
  const files = await Promise.all([1, 2, 3].map((seed) => jpeg({ picture: photoLike(512, 512, seed) })));
  const users = await Promise.all(Array.from({ length: 10 }, () => world.newUser()));
  const accepted: { userId: string; uploadId: string }[] = [];

  let next = 0;
  const client = async () => {
    for (let turn = next++; turn < 100; turn = next++) {
      const user = users[turn % users.length];
      const file = files[turn % files.length] ?? Buffer.alloc(0);
      const { body, headers } = await setPhoto(world.url, user?.token ?? '', file, {
        headers: { prefer: 'respond-async' },
      });
      expect(body).toMatchObject({ ok: true });
      accepted.push({ userId: user?.id ?? '', uploadId: headers.get('x-upload-id') ?? '' });
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  expect(new Set(accepted.map(({ uploadId }) => uploadId)).size).toBe(100);

  const rows = () => Promise.all(accepted.map(({ uploadId }) => world.stores.uploads.get(uploadId)));
  const ended = await eventually(rows, (seen) => seen.every((row) => row?.state !== 'queued'), 60_000);
  expect(ended.filter((row) => row?.state !== 'published' && row?.state !== 'superseded')).toEqual([]);

  for (const user of users) {
    const mine = ended.filter((row) => row?.userId === user.id);
    const last = mine.find((row) => row?.number === 10);
    // Ten uploads each, numbered 1 to 10 without a gap, and the tenth is shown.
    expect(mine.map((row) => row?.number).sort((a, b) => Number(a) - Number(b))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(await world.stores.users.get(user.id)).toMatchObject({
      seq: 10,
      shown: 10,
      photo: { number: 10, version: versionOf(last?.id ?? '') },
    });
  }
  const depths = await eventually(world.depths, (seen) => Object.values(seen).every((depth) => depth === 0));
  expect(Object.values(depths).reduce((sum, depth) => sum + depth, 0)).toBe(0);
}, 120_000);
