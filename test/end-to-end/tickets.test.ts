import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { V1_SCHEMAS } from '../../lambdas/edge/v1/operation.ts';
import { eraseFirstPass, eraseSecondPass } from '../../lambdas/flow/erase.ts';
import { s3Client } from '../../lambdas/store/aws-clients.ts';
import { importFiles } from '../../lambdas/store/import-files.ts';
import { avifOf, GREEN, jpeg, pixelAt, png, quadrants, RED, solid } from '../pictures.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/**
 * Tickets over HTTP, as docs/api.md has them: asked for, used to send a file straight to S3, and taken in when S3 tells
 * of it.
 */
let world: World;
let red: Buffer;
let large: Buffer;

beforeAll(async () => {
  // Noise does not compress. The service drops what comes after a PNG's end.
  const noise = { data: Buffer.alloc(1200 * 1200 * 3), width: 1200, height: 1200, channels: 3 as const };
  for (let at = 0, seed = 1; at < noise.data.length; at++) {
    seed = Math.imul(seed, 1_664_525) + 1_013_904_223;
    noise.data[at] = seed >>> 24;
  }
  const [taken, one, other] = await Promise.all([
    sharedWorld(),
    png({ picture: solid(60, 40, RED) }),
    png({ picture: noise }),
  ]);
  world = taken;
  red = one;
  large = Buffer.concat([other, Buffer.alloc(25_000_000 - other.length)]);
}, 60_000);
afterAll(() => world?.end(), 30_000);

type User = Awaited<ReturnType<World['newUser']>>;
interface Ticket {
  upload_id: string;
  status_url: string;
  expires_at: string;
  method: string;
  url: string;
  fields: Record<string, string>;
}

async function ask(user: User, body: unknown) {
  const response = await fetch(`${world.url}/v1/photo/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

async function ticket(user: User, file: Uint8Array, more: object = {}): Promise<Ticket> {
  const asked = await ask(user, { media_type: 'image/png', bytes: file.length, ...more });
  expect(asked).toMatchObject({ status: 201 });
  return asked.body as unknown as Ticket;
}

/** Sends a form as a browser does: the file is the last field. */
async function send({ url, fields }: Ticket, file: Uint8Array, over: Record<string, string> = {}, headers = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...over })) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(file)]), 'me.png');
  const response = await fetch(url, { method: 'POST', body: form, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function read(user: User, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(path.startsWith('http') ? path : world.url + path, {
    headers: { authorization: `Bearer ${user.token}` },
  });
  return (await response.json()) as Record<string, unknown>;
}

const ended = (user: User, { status_url }: Ticket) =>
  eventually(
    () => read(user, status_url),
    ({ state }) => state !== 'waiting' && state !== 'queued',
  );

/** What is left of a user in the bucket of incoming files, and in that of raw files. */
const left = async (user: User) => [
  ...(await world.keysOf('BucketImports', `direct/${user.id}/`)),
  ...(await world.keysOf('BucketRaw', `raw/${user.id}/`)),
];

/** The same, when nothing works on it any more: the answer is there before the file is gone, which is always last. */
const leftAtLast = (user: User) =>
  eventually(
    () => left(user),
    (keys) => keys.length === 0,
  );

describe('a ticket', () => {
  test('lets a file straight to S3 that the gateway could not carry, and it is shown', async () => {
    expect(large.length).toBe(25_000_000);
    const user = await world.newUser();
    const mine = await ticket(user, large, { crop: { x: 0, y: 0, w: 800 } });
    expect(V1_SCHEMAS.Ticket.parse(mine)).toEqual(mine);
    expect(mine).toMatchObject({ method: 'POST', status_url: `${world.url}/v1/uploads/${mine.upload_id}` });
    expect(mine.fields).toMatchObject({ key: `direct/${user.id}/${mine.upload_id}`, 'Content-Type': 'image/png' });
    const leftMs = Date.parse(mine.expires_at) - Date.now();
    expect(leftMs).toBeGreaterThan(590_000);
    expect(leftMs).toBeLessThanOrEqual(600_000);
    const waiting = await read(user, mine.status_url);
    expect(V1_SCHEMAS.Upload.parse(waiting)).toEqual(waiting);
    expect(waiting).toEqual({ id: mine.upload_id, state: 'waiting', source: 'v1', expires_at: mine.expires_at });

    expect((await send(mine, large)).status).toBe(204);
    const done = await ended(user, mine);
    expect(V1_SCHEMAS.Upload.parse(done)).toEqual(done);
    expect(done).toMatchObject({ state: 'published', number: 1, crop: { x: 0, y: 0, w: 800, by: 'box' } });
    const { photo } = (await read(user, '/v1/photo')) as { photo: Record<string, unknown> };
    expect(photo).toMatchObject({ number: 1, width_px: 800, height_px: 800 });
    const arrived = () => world.keysOf('BucketImports', `direct/${user.id}/`);
    expect(await eventually(arrived, (keys) => keys.length === 0)).toEqual([]);
  });

  test('keeps what was asked for: crop, and the right pixels', async () => {
    const user = await world.newUser();
    const file = await png({ picture: quadrants(80, 80) });
    const mine = await ticket(user, file, { crop: { x: 40, y: 0, w: 40 } });
    await send(mine, file);
    await ended(user, mine);
    const { photo } = (await read(user, '/v1/photo')) as { photo: { urls: Record<string, string> } };
    const picture = Buffer.from(await (await fetch(photo.urls['24'] ?? '')).arrayBuffer());
    expect(await pixelAt(picture, 12, 12)).toEqual([...GREEN, 255]);
  });

  test.each([
    ['AVIF', () => avifOf(solid(40, 40, GREEN)), 'image/avif'],
    ['JPEG by its old name', () => jpeg({ picture: solid(40, 40, GREEN) }), 'image/pjpeg'],
  ])('takes %s', async (_name, make, media_type) => {
    const user = await world.newUser();
    const file = await make();
    const mine = await ticket(user, file, { media_type });
    expect((await send(mine, file)).status).toBe(204);
    expect(await ended(user, mine)).toMatchObject({ state: 'published' });
  });

  test('is a change of the hourly sixty, and says so', async () => {
    const user = await world.newUser();
    const asked = await ask(user, { media_type: 'image/png', bytes: 1 });
    expect(asked.headers.get('ratelimit')).toMatch(/^"changes";r=59;/);
    expect(asked.headers.get('location')).toBe(asked.body.status_url);
  });

  test('takes the first file that is read; a later one changes nothing', async () => {
    const user = await world.newUser();
    const mine = await ticket(user, red);
    await send(mine, red);
    const done = await ended(user, mine);
    const other = Buffer.from(red);
    expect((await send(mine, other)).status).toBe(204);
    await eventually(
      () => world.keysOf('BucketImports', `direct/${user.id}/`),
      (keys) => keys.length === 0,
    );
    expect(await read(user, mine.status_url)).toEqual(done);
    expect((await world.stores.users.get(user.id))?.seq).toBe(1);
  });

  test('may be used by the page of any site, for nothing but sending', async () => {
    const user = await world.newUser();
    const mine = await ticket(user, red);
    const preflight = (method: string) =>
      fetch(mine.url, {
        method: 'OPTIONS',
        headers: { origin: 'https://a.example', 'access-control-request-method': method },
      });
    expect((await preflight('POST')).headers.get('access-control-allow-origin')).toBe('*');
    expect((await preflight('GET')).status).toBe(403);
    const sent = await send(mine, red, {}, { origin: 'https://a.example' });
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });
});

describe('is not given out', () => {
  test.each<[string, unknown, number, object]>([
    [
      'for 26 MB',
      { media_type: 'image/png', bytes: 26_000_000 },
      413,
      { code: 'too-many-bytes', found: { bytes: 26_000_000 }, allowed: { max_bytes: 25_000_000 } },
    ],
    ['for no bytes', { media_type: 'image/png', bytes: 0 }, 400, { code: 'bad-argument', found: { bytes: '0' } }],
    [
      'for half a byte',
      { media_type: 'image/png', bytes: 1.5 },
      400,
      { code: 'bad-argument', found: { bytes: '1.5' } },
    ],
    ['without a length', { media_type: 'image/png' }, 400, { code: 'missing-argument', detail: 'Missing: bytes' }],
    ['without a type', { bytes: 10 }, 400, { code: 'missing-argument', detail: 'Missing: media_type' }],
    ['for another type', { media_type: 'image/svg+xml', bytes: 10 }, 415, { code: 'content-type-unknown' }],
    [
      'for half a crop box',
      { media_type: 'image/png', bytes: 10, crop: { x: 1, y: 2 } },
      400,
      { code: 'bad-argument', found: { crop: '{"x":1,"y":2}' } },
    ],
    [
      'for what is not known',
      { media_type: 'image/png', bytes: 10, corp: 'centre' },
      400,
      { code: 'bad-argument', found: { corp: 'centre' } },
    ],
    ['for no JSON', '{', 400, { code: 'body-malformed' }],
    ['for nothing', '', 400, { code: 'body-missing' }],
  ])('%s', async (_name, body, status, problem) => {
    const user = await world.newUser();
    const asked = await ask(user, body);
    expect({ status: asked.status, ...asked.body }).toMatchObject({ status, ...problem });
    expect(V1_SCHEMAS.Problem.parse(asked.body)).toEqual(asked.body);
  });

  test('to nobody', async () => {
    const user = await world.newUser();
    const nobody = await ask({ ...user, token: 'xoxp-no' }, { media_type: 'image/png', bytes: 1 });
    expect(nobody).toMatchObject({ status: 401 });
  });
});

describe('S3 turns down', () => {
  test.each<[string, (mine: Ticket) => Parameters<typeof send>, number, string]>([
    [
      'a byte more than the ticket says',
      (mine) => [mine, Buffer.concat([red, Buffer.alloc(1)])],
      400,
      'EntityTooLarge',
    ],
    ['a byte less', (mine) => [mine, red.subarray(1)], 400, 'EntityTooSmall'],
    ['another key', (mine) => [mine, red, { key: `${mine.fields.key}x` }], 403, 'Policy Condition failed'],
    ['another type', (mine) => [mine, red, { 'Content-Type': 'text/html' }], 403, 'Policy Condition failed'],
    ['a field more', (mine) => [mine, red, { acl: 'public-read' }], 403, 'Extra input fields: acl'],
    [
      'a policy of its own',
      (mine) => [mine, red, { policy: Buffer.from('{}').toString('base64') }],
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'a form that nobody signed',
      (mine) => [{ ...mine, fields: { key: mine.fields.key ?? '' } }, red],
      403,
      'AccessDenied',
    ],
  ])('%s, and nothing is left', async (_name, form, status, words) => {
    const user = await world.newUser();
    const mine = await ticket(user, red);
    const sent = await send(...form(mine));
    expect([sent.status, sent.text]).toEqual([status, expect.stringContaining(words)]);
    expect(await left(user)).toEqual([]);
    expect(await read(user, mine.status_url)).toMatchObject({ state: 'waiting' });
  });
});

describe('on arrival', () => {
  test('a body that is no picture is refused with its reason, and no trace of it stays', async () => {
    const user = await world.newUser();
    const file = Buffer.from('%PDF-1.7 this is no picture');
    const mine = await ticket(user, file);
    await send(mine, file);
    const done = await ended(user, mine);
    expect(V1_SCHEMAS.Upload.parse(done)).toEqual(done);
    expect(done).toMatchObject({
      state: 'refused',
      reason: 'unknown-format',
      problem: { status: 415, code: 'unknown-format', found: { format: 'pdf' } },
    });
    expect(done.number).toBeUndefined();
    expect(await leftAtLast(user)).toEqual([]);
    expect((await world.stores.users.get(user.id))?.seq).toBe(0);
  });

  test('a type that is not the one of the ticket is refused', async () => {
    const user = await world.newUser();
    const mine = await ticket(user, red, { media_type: 'image/jpeg' });
    await send(mine, red);
    expect(await ended(user, mine)).toMatchObject({ state: 'refused', reason: 'content-type-wrong' });
    expect(await leftAtLast(user)).toEqual([]);
  });

  test("another user's ticket is not found, and not theirs to see", async () => {
    const [user, other] = [await world.newUser(), await world.newUser()];
    const mine = await ticket(user, red);
    expect(await read(other, mine.status_url)).toMatchObject({ status: 404, code: 'unknown-upload' });
  });

  test("a file under another user's key, too large, or with no ticket, leaves nothing", async () => {
    const [user, other] = [await world.newUser(), await world.newUser()];
    const files = importFiles(s3Client(), world.laptop.running.outputs.BucketImports ?? '');
    const mine = await ticket(user, red);
    const foreign = [`direct/${other.id}/${mine.upload_id}`, `direct/${user.id}/${crypto.randomUUID()}`, 'direct/x'];
    for (const key of foreign) await files.put(key, red);
    await eventually(
      () => world.keysOf('BucketImports', 'direct/'),
      (keys) => keys.length === 0,
    );
    expect([...(await left(user)), ...(await left(other))]).toEqual([]);
    expect(await read(user, mine.status_url)).toMatchObject({ state: 'waiting' });

    await files.put(`direct/${user.id}/${mine.upload_id}`, large);
    expect(await ended(user, mine)).toMatchObject({
      state: 'refused',
      problem: { code: 'too-many-bytes', found: { bytes: large.length }, allowed: { max_bytes: red.length } },
    });
    expect(await leftAtLast(user)).toEqual([]);
  });

  test('a photo that was locked meanwhile stays as it is', async () => {
    const user = await world.newUser();
    const mine = await ticket(user, red);
    await world.stores.users.change(user.id, { photoLock: 'Badge photo' });
    await send(mine, red);
    expect(await ended(user, mine)).toMatchObject({
      state: 'refused',
      problem: { status: 403, code: 'photo-locked', detail: expect.stringContaining('Badge photo') },
    });
    expect(await leftAtLast(user)).toEqual([]);
    expect(await ask(user, { media_type: 'image/png', bytes: 1 })).toMatchObject({
      status: 403,
      body: { code: 'photo-locked' },
    });
  });

  test('nothing is left of a user who was erased meanwhile, before the file came or after', async () => {
    const user = await world.newUser();
    const stores = {
      ...world.stores,
      files: importFiles(s3Client(), world.laptop.running.outputs.BucketImports ?? ''),
    };
    const [early, late] = [await ticket(user, red), await ticket(user, red)];
    await world.stores.users.markErased(user.id);
    await send(early, red);
    await leftAtLast(user);
    await eraseFirstPass(user.id, 0, stores);
    await eraseSecondPass(user.id, stores);
    expect((await send(late, red)).status).toBe(204);
    expect(await leftAtLast(user)).toEqual([]);
    for (const { upload_id } of [early, late]) expect(await stores.uploads.find(upload_id)).toBeUndefined();
    expect(await stores.users.get(user.id)).toBeUndefined();
  });
});
