import { CloudFrontClient, GetInvalidationCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { png, RED, solid } from '../pictures.ts';
import { ask, bearer, setPhoto } from '../requests.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** After a deletion or an erasure CloudFront is told to drop all of the user's pictures, once for each. */
let world: World;
let cloudFront: CloudFrontClient;
let photo: Buffer;

beforeAll(async () => {
  world = await sharedWorld();
  cloudFront = new CloudFrontClient({});
  photo = await png({ picture: solid(512, 512, RED) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

async function setAndDelete(token: string): Promise<void> {
  expect((await setPhoto(world.url, token, photo)).body).toMatchObject({ ok: true });
  const deleted = await ask(world.url, '/api/users.deletePhoto', { method: 'POST', headers: bearer(token) });
  expect(deleted.body).toEqual({ ok: true });
}

/** What CloudFront was told for this user, oldest first. */
async function asked(userId: string): Promise<{ paths: string[]; reference: string }[]> {
  const DistributionId = world.laptop.running.outputs.DistributionId ?? '';
  const { InvalidationList } = await cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  const all = (InvalidationList?.Items ?? []).toReversed().map(async ({ Id }) => {
    const { Invalidation } = await cloudFront.send(new GetInvalidationCommand({ DistributionId, Id }));
    const { CallerReference = '', Paths } = Invalidation?.InvalidationBatch ?? {};
    return { paths: Paths?.Items ?? [], reference: CallerReference };
  });
  return (await Promise.all(all)).filter(({ reference }) => reference.startsWith(`${userId}-`));
}

test('a deletion, and an erasure after it', async () => {
  const { id, screenName, token } = await world.newUser();
  await setAndDelete(token);
  // The photo had number 1, its deletion 2. The erasure is the last event.
  const paths = [`/${id}/*`];
  expect(
    await eventually(
      () => asked(id),
      ({ length }) => length === 1,
    ),
  ).toEqual([{ paths, reference: `${id}-2` }]);

  const erased = await fetch(`${world.url}/v1/user?confirm=${screenName}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(erased.status).toBe(202);
  expect(
    await eventually(
      () => asked(id),
      ({ length }) => length === 2,
    ),
  ).toEqual([
    { paths, reference: `${id}-2` },
    { paths, reference: `${id}-3` },
  ]);
}, 30_000);

test('who deletes again and again is left to time after five in an hour', async () => {
  const { id, token } = await world.newUser();
  for (let turn = 0; turn < 6; turn++) await setAndDelete(token);
  await eventually(
    () => asked(id),
    ({ length }) => length >= 5,
  );
  expect(
    await eventually(
      () => world.depthOf('QueueSweeps'),
      (depth) => depth === 0,
    ),
  ).toBe(0);
  expect((await asked(id)).map(({ reference }) => reference)).toEqual(
    [2, 4, 6, 8, 10].map((number) => `${id}-${number}`),
  );
}, 60_000);
