import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { emailHash, emailHashes } from '../../lambdas/core/email-hash.ts';
import { requestErase } from '../../lambdas/flow/erase.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { type AvatarWorld, avatarWorld } from '../avatar-world.ts';
import { GREEN, jpeg, png, RED, solid } from '../pictures.ts';
import { authorization } from '../signed.ts';
import { eventually } from '../world.ts';

/** `/avatar/{hash}` over HTTP, as docs/avatars.md has it. */
let world: AvatarWorld;
let red: Buffer;
let ada: Awaited<ReturnType<AvatarWorld['newPerson']>>;

const ADA = 'ada@example.com';
/** Has no photo. */
const BO = 'bo@example.com';
const NOBODY = 'nobody@example.com';

beforeAll(async () => {
  [world, red] = await Promise.all([avatarWorld(), png({ picture: solid(600, 600, RED) })]);
  [ada] = await Promise.all([world.newPerson(ADA), world.newPerson(BO)]);
  await setBySlack(ada.token, red);
}, 60_000);
afterAll(() => world?.end(), 30_000);

async function setBySlack(token: string, picture: Buffer): Promise<void> {
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(picture)]));
  const answered = await fetch(`${world.url}/api/users.setPhoto`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await answered.json()).toMatchObject({ ok: true });
}

async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const answered = await fetch(url, { method, headers, redirect: 'manual' });
  const body = Buffer.from(await answered.arrayBuffer());
  return { status: answered.status, headers: answered.headers, body };
}

/** What a picture is: its format, its side, and the colour of its middle where that is ours. */
async function seen(url: string, headers: Record<string, string> = {}): Promise<string> {
  const { status, headers: answered, body } = await get(url, headers);
  if (status !== 200) return `${status} ${answered.get('location') ?? ''}`.trim();
  const { format, width, height } = await sharp(body).metadata();
  expect(width).toBe(height);
  const { data } = await sharp(body).flatten().raw().toBuffer({ resolveWithObject: true });
  const middle = data.subarray(3 * Math.floor(data.length / 6), 3 * Math.floor(data.length / 6) + 3);
  const colours: [string, typeof RED][] = [['red', RED], ['green', GREEN]];
  const named = colours.find(([, colour]) => colour.every((channel, at) => Math.abs((channel ?? 0) - (middle[at] ?? 0)) < 3));
  return `${format} ${width}${named ? ` ${named[0]}` : ''}`;
}

const SVG = { accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8' };

describe('a row for each parameter and each default', () => {
  test.each([
    // The picture itself, the smallest square of at least the size.
    [ADA, '', 'png 192 red'],
    [ADA, '?s=20', 'png 24 red'],
    [ADA, '?s=48', 'png 48 red'],
    [ADA, '?size=200', 'png 400 red'],
    [ADA, '?s=2048', 'png 600 red'],
    [ADA, '?s=2049', 'png 192 red'],
    [ADA, '?s=big', 'png 192 red'],
    [ADA, '?r=g', 'png 192 red'],
    [ADA, '?rating=x', 'png 192 red'],
    [ADA, '?d=404', 'png 192 red'],
    [ADA, '?d=identicon&s=72', 'png 72 red'],
    [ADA, '?d=https%3A%2F%2Fimg.example.com%2Fno.png', 'png 192 red'],
    // Somebody else's, whatever there is.
    [ADA, '?f=y', 'png 192'],
    [ADA, '?forcedefault=y&d=404', '404'],
    [ADA, '?f=y&d=identicon', 'png 192'],
    [ADA, '?f=n', 'png 192 red'],
    [NOBODY, '', 'png 192'],
    [NOBODY, '?d=404', '404'],
    [NOBODY, '?default=404', '404'],
    [NOBODY, '?d=mp&s=400', 'png 400'],
    [NOBODY, '?d=mm', 'png 192'],
    [NOBODY, '?d=identicon', 'png 192'],
    [NOBODY, '?d=monsterid', 'png 192'],
    [NOBODY, '?d=wavatar', 'png 192'],
    [NOBODY, '?d=robohash', 'png 192'],
    [NOBODY, '?d=retro', 'png 192'],
    [NOBODY, '?d=blank', 'png 192'],
    [NOBODY, '?d=color', 'png 192'],
    [NOBODY, '?d=https%3A%2F%2Fimg.example.com%2Fno.png', '302 https://img.example.com/no.png'],
    [NOBODY, '?d=https%3A%2F%2Fevil.example%2Fno.png', 'png 192'],
    [NOBODY, '?d=http%3A%2F%2Fimg.example.com%2Fno.png', 'png 192'],
    [BO, '?d=404', '404'],
    [BO, '?d=identicon', 'png 192'],
  ])('%s%s is %s', async (email, query, expected) => {
    for (const digest of ['md5', 'sha256'] as const) {
      expect(await seen(world.avatarUrl(email, query, digest))).toBe(expected);
    }
  });

  test.each([
    [NOBODY, '?d=initials&initials=xy', 'XY'],
    [NOBODY, '?d=initials&name=Grace%20Hopper', 'GH'],
    [NOBODY, '?d=initials&name=%D0%90%D0%BD%D0%BD%D0%B0+%D0%91', 'АБ'],
    // The person's own name, where they have no photo.
    [BO, '?d=initials', 'AL'],
  ])('%s%s is letters for who takes SVG, and the person for others', async (email, query, letters) => {
    const drawn = await get(world.avatarUrl(email, query), SVG);
    expect([drawn.status, drawn.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(drawn.body.toString()).toContain(`>${letters}</text>`);
    expect(await seen(world.avatarUrl(email, query))).toBe('png 192');
  });

  test('of nobody known by nothing it is the person', async () => {
    expect(await seen(world.avatarUrl(NOBODY, '?d=initials'), SVG)).toBe('png 192');
  });

  test.each(['.jpg', '.jpeg', '.png', '.gif', '.webp'])('an ending has no meaning: %s', async (ending) => {
    expect(await seen(world.avatarUrl(ADA, `${ending}?s=32`))).toBe('png 32 red');
  });

  test.each(['/avatar/', '/avatar/ada', `/avatar/${'0'.repeat(31)}`, `/avatar/${'0'.repeat(32)}.bmp`])(
    '%s is 400',
    async (path) => {
      const { status, headers } = await get(world.url + path);
      expect([status, headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    },
  );
});

describe('an answer', () => {
  test.each([
    ['a photo', ADA, ''],
    ['a drawing', NOBODY, '?d=retro'],
  ])('%s: minutes, ETag, CORS, nosniff, and HEAD the same without its content', async (_, email, query) => {
    const url = world.avatarUrl(email, query);
    const { headers } = await get(url);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'content-type': 'image/png',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    const head = await get(url, {}, 'HEAD');
    expect([head.status, head.body.length, head.headers.get('etag')]).toEqual([200, 0, headers.get('etag')]);
    const known = await get(url, { 'if-none-match': headers.get('etag') ?? '' });
    expect([known.status, known.body.length]).toEqual([304, 0]);
  });

  test('nobody sends anything here', async () => {
    expect((await get(world.avatarUrl(ADA), {}, 'POST')).status).toBe(403);
  });

  test('is asked for once, whatever is added to it', async () => {
    await get(world.avatarUrl(ADA, '?s=512'));
    for (const query of ['?s=512&reset_cache=x8d', '?size=511&d=mm&r=pg', '.png?s=401']) {
      expect((await get(world.avatarUrl(ADA, query))).headers.get('x-cache')).toBe('Hit from cloudfront');
    }
    await get(world.avatarUrl(NOBODY, '?d=404&s=512'));
    // Kept, too: a stranger would else ask for what is not there for ever.
    const again = await get(world.avatarUrl(NOBODY, '?d=404&s=512&reset_cache=1'));
    expect([again.status, again.headers.get('x-cache')]).toEqual([404, 'Error from cloudfront']);
    expect(Number(again.headers.get('age'))).toBeGreaterThanOrEqual(0);
  });
});

/** What the edge kept is gone after its time. */
const becomes = (email: string, expected: string, query = '') =>
  eventually(
    () => seen(world.avatarUrl(email, query)),
    (picture) => picture === expected,
    5_000,
  );

describe('within the time of the cache', () => {
  const green = () => jpeg({ picture: solid(600, 600, GREEN) });

  test.each([
    ['slack', async (user: typeof ada, file: Buffer) => setBySlack(user.token, file)],
    [
      'twitter',
      async (user: typeof ada, file: Buffer) => {
        const url = `${world.url}/1.1/account/update_profile_image.json`;
        const body = new FormData();
        body.append('image', new Blob([new Uint8Array(file)]));
        const header = authorization({ keys: user.twitter, verb: 'POST', url });
        expect((await fetch(url, { method: 'POST', body, headers: { authorization: header } })).status).toBe(200);
      },
    ],
    [
      'v1',
      async (user: typeof ada, file: Buffer) => {
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

  test('of the erased nothing is left, not even the hashes', async () => {
    const email = 'erased@example.com';
    const user = await world.newPerson(email);
    await setBySlack(user.token, red);
    expect(await becomes(email, 'png 192 red')).toBe('png 192 red');
    await requestErase(user.id, world.stores);
    expect(await becomes(email, 'png 192')).toBe('png 192');
    // The second pass comes a minute later; its own test has it (`flow/erase.test.ts`).
  });

  test('whoever leaves is not shown, by no hash, and by their name neither; and comes back', async () => {
    const email = 'leaves@example.com';
    const user = await world.newPerson(email);
    const patch = async (avatar: unknown) => {
      const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' };
      const said = await fetch(`${world.url}/v1/user`, { method: 'PATCH', headers, body: JSON.stringify({ avatar }) });
      return [said.status, await said.json()];
    };
    expect((await get(world.avatarUrl(email, '?d=initials&s=24'), SVG)).headers.get('content-type')).toBe('image/svg+xml');
    await setBySlack(user.token, red);
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
    await setBySlack(one.token, red);
    expect(await becomes(email, 'png 192 red')).toBe('png 192 red');
    await world.newPerson('Shared@Example.com');
    expect(await becomes(email, 'png 192')).toBe('png 192');
  });

  test('those who were there before are found after the daily tidy-up', async () => {
    const email = 'before@example.com';
    const user = await world.newPerson(email);
    await setBySlack(user.token, red);
    await world.stores.users.releaseEmailHashes(email, user.id);
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
  const faces = [emailHash(ADA, 'md5'), emailHash(ADA, 'sha256'), emailHash(BO, 'md5')];
  const value = () => pick(['404', 'mp', 'mm', 'identicon', 'retro', 'blank', 'color', 'initials', 'robohash', '%00', '../x', `https://evil.example/${random(1e6)}`, 'ü', String(random(4_000) - 1_000)]);
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
        // An entry is told by hash and ETag: each is of one size and one default.
        const face = faces.find((hash) => path.includes(hash));
        const entry = `${path.split(/[/.?]/)[2]} ${status} ${headers.get('etag') ?? ''}`;
        entries.add(entry);
        if (face !== undefined) perFace.set(face, (perFace.get(face) ?? new Set()).add(entry));
      }),
    );
  }
  console.log(`statuses ${JSON.stringify([...statuses])}; distinct answers ${entries.size}; of one face at the most ${Math.max(...[...perFace.values()].map(({ size }) => size))}`);
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  expect([...statuses.keys()].every((status) => [200, 400, 404].includes(status))).toBe(true);
  // Eight sizes of seven defaults, forced or not, are 112; initials are what else there may be.
  for (const found of perFace.values()) expect(found.size).toBeLessThanOrEqual(112);
});

test('hashes go with their user, and a hash of nobody goes', async () => {
  const email = 'goes@example.com';
  const user = await world.newPerson(email);
  const items = async () => {
    const TableName = world.laptop.running.outputs.TableUsers;
    const found = await Promise.all(
      emailHashes(email).map((hash) => dynamoClient().send(new GetCommand({ TableName, Key: { id: `email_hash#${hash}` } }))),
    );
    return found.map(({ Item }) => Item?.user_ids);
  };
  expect(await items()).toEqual([new Set([user.id]), new Set([user.id])]);
  await world.stores.users.releaseEmailHashes(email, user.id);
  expect(await items()).toEqual([undefined, undefined]);
});
