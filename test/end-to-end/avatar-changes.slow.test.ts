import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emailHash, emailHashes } from '../../lambdas/core/avatar.ts';
import { requestErase } from '../../lambdas/flow/erase.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { type AvatarWorld, avatarWorld, get, SVG, seen, setBySlack } from '../avatar-world.ts';
import { GREEN, jpeg, png, RED, solid } from '../pictures.ts';
import { authorization } from '../signed.ts';
import { eventually } from '../world.ts';

/** How `/avatar/{hash}` changes with a photo, a person or a setting, and what a stranger can make of it. */
let world: AvatarWorld;
let red: Buffer;

beforeAll(async () => {
  [world, red] = await Promise.all([avatarWorld(), png({ picture: solid(600, 600, RED) })]);
}, 60_000);
afterAll(() => world?.end(), 30_000);

type Person = Awaited<ReturnType<AvatarWorld['newPerson']>>;

/** Waits until the edge has forgotten what it kept. */
const becomes = (email: string, expected: string, query = '') =>
  eventually(
    () => seen(world.avatarUrl(email, query)),
    (picture) => picture === expected,
    5_000,
  );

describe('within the time of the cache', () => {
  const green = () => jpeg({ picture: solid(600, 600, GREEN) });

  test.each([
    ['slack', async (user: Person, file: Buffer) => setBySlack(world, user.token, file)],
    [
      'twitter',
      async (user: Person, file: Buffer) => {
        const url = `${world.url}/1.1/account/update_profile_image.json`;
        const body = new FormData();
        body.append('image', new Blob([new Uint8Array(file)]));
        const header = authorization({ keys: user.twitter, verb: 'POST', url });
        expect((await fetch(url, { method: 'POST', body, headers: { authorization: header } })).status).toBe(200);
      },
    ],
    [
      'v1',
      async (user: Person, file: Buffer) => {
        const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'image/jpeg' };
        const sent = await fetch(`${world.url}/v1/photo`, { method: 'POST', body: new Uint8Array(file), headers });
        expect(sent.status).toBe(202);
      },
    ],
  ])('a photo set by %s is there, and deleted it is gone', async (api, set) => {
    const email = `by-${api}@example.com`;
    const user = await world.newPerson(email);
    expect(await seen(world.avatarUrl(email))).toBe('png 192');
    await set(user, await green());
    expect(await becomes(email, 'jpeg 192 green')).toBe('jpeg 192 green');
    const headers = { authorization: `Bearer ${user.token}` };
    expect((await fetch(`${world.url}/v1/photo`, { method: 'DELETE', headers })).status).toBe(200);
    expect(await becomes(email, 'png 192')).toBe('png 192');
  });

  test('the erased are gone', async () => {
    const email = 'erased@example.com';
    const user = await world.newPerson(email);
    await setBySlack(world, user.token, red);
    expect(await becomes(email, 'png 192 red')).toBe('png 192 red');
    await requestErase(user.id, world.stores);
    expect(await becomes(email, 'png 192')).toBe('png 192');
    // The second pass comes a minute later; `flow/erase.test.ts` tests it.
  });

  test('whoever leaves is not shown, by no hash, and by their name neither; and comes back', async () => {
    const email = 'leaves@example.com';
    const user = await world.newPerson(email);
    const patch = async (avatar: unknown) => {
      const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' };
      const said = await fetch(`${world.url}/v1/user`, { method: 'PATCH', headers, body: JSON.stringify({ avatar }) });
      return [said.status, await said.json()];
    };
    expect((await get(world.avatarUrl(email, '?d=initials&s=24'), SVG)).headers.get('content-type')).toBe(
      'image/svg+xml',
    );
    await setBySlack(world, user.token, red);
    expect(await becomes(email, 'png 192 red')).toBe('png 192 red');
    expect(await patch(false)).toEqual([200, { user_id: user.id, screen_name: user.screenName, avatar: false }]);
    expect(await becomes(email, 'png 192')).toBe('png 192');
    expect((await get(world.avatarUrl(email, '?d=initials&s=72'), SVG)).headers.get('content-type')).toBe('image/png');
    expect(await patch(true)).toMatchObject([200, { avatar: true }]);
    expect(await becomes(email, 'png 192 red')).toBe('png 192 red');
    expect(await patch('no')).toMatchObject([400, { code: 'bad-argument', found: { avatar: '"no"' } }]);
    expect(await patch(undefined)).toMatchObject([400, { code: 'missing-argument' }]);
  });

  test('who made no photo public by themselves is not: two with one address are nobody', async () => {
    const email = 'shared@example.com';
    const one = await world.newPerson(email);
    await setBySlack(world, one.token, red);
    expect(await becomes(email, 'png 192 red')).toBe('png 192 red');
    await world.newPerson('Shared@Example.com');
    expect(await becomes(email, 'png 192')).toBe('png 192');
  });

  test('those who were there before are found after the daily tidy-up', async () => {
    const email = 'before@example.com';
    const user = await world.newPerson(email);
    await setBySlack(world, user.token, red);
    for (const hash of emailHashes(email)) await world.stores.users.removeEmailHash(hash);
    expect(await becomes(email, 'png 192')).toBe('png 192');
    await world.stores.sweeps.sendSweep({});
    expect(await becomes(email, 'png 192 red')).toBe('png 192 red');
  });
});

test('1,000 random hashes and parameters: no 5xx, and few distinct entries in the cache', async () => {
  let seed = 20261130;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const pick = <T>(all: readonly T[]): T => all[random(all.length)] as T;
  const hex = (length: number) => Array.from({ length }, () => random(16).toString(16)).join('');
  const ada = await world.newPerson('random-ada@example.com');
  await setBySlack(world, ada.token, red);
  const faces = [...emailHashes('random-ada@example.com'), emailHash('random-bo@example.com', 'md5')];
  const value = () =>
    pick([
      '404',
      'mp',
      'mm',
      'identicon',
      'retro',
      'blank',
      'color',
      'initials',
      'robohash',
      '%00',
      '../x',
      `https://evil.example/${random(1e6)}`,
      'ü',
      String(random(4_000) - 1_000),
    ]);
  const urls = Array.from({ length: 1_000 }, (_, at) => {
    const hash = at % 2 === 0 ? pick(faces) : hex(pick([32, 64, 31, 16]));
    const names = ['s', 'size', 'd', 'default', 'f', 'forcedefault', 'r', 'rating', 'name', 'cb', hex(3)];
    const query = Array.from({ length: random(6) }, () => `${pick(names)}=${encodeURIComponent(value())}`).join('&');
    return `/avatar/${hash}${pick(['', '.jpg', '.PNG', '.bmp', '/'])}?${query}`;
  });
  const statuses = new Map<number, number>();
  const entries = new Set<string>();
  const perFace = new Map<string, Set<string>>();
  for (let from = 0; from < urls.length; from += 20) {
    await Promise.all(
      urls.slice(from, from + 20).map(async (path) => {
        const { status, headers } = await get(world.url + path, pick([{}, SVG]));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // An answer is known by its hash and ETag; each has one size and one default.
        const face = faces.find((hash) => path.includes(hash));
        const entry = `${path.split(/[/.?]/)[2]} ${status} ${headers.get('etag') ?? ''}`;
        entries.add(entry);
        if (face !== undefined) perFace.set(face, (perFace.get(face) ?? new Set()).add(entry));
      }),
    );
  }
  console.log(
    `statuses ${JSON.stringify([...statuses])}; distinct answers ${entries.size}; of one face at the most ${Math.max(...[...perFace.values()].map(({ size }) => size))}`,
  );
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  expect([...statuses.keys()].every((status) => [200, 400, 404].includes(status))).toBe(true);
  // Eight sizes of seven defaults, forced or not, are 112. More could only come from initials.
  for (const found of perFace.values()) expect(found.size).toBeLessThanOrEqual(112);
}, 180_000);

test('hashes go with their user, and a hash of nobody goes', async () => {
  const email = 'goes@example.com';
  const user = await world.newPerson(email);
  const items = async () => {
    const TableName = world.laptop.running.outputs.TableUsers;
    const found = await Promise.all(
      emailHashes(email).map((hash) =>
        dynamoClient().send(new GetCommand({ TableName, Key: { id: `email_hash#${hash}` } })),
      ),
    );
    return found.map(({ Item }) => Item?.user_ids);
  };
  expect(await items()).toEqual([new Set([user.id]), new Set([user.id])]);
  await world.stores.users.releaseEmail(email, user.id);
  expect(await items()).toEqual([undefined, undefined]);
});
