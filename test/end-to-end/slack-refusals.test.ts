import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gifOfManyFrames, jpeg, photoLike, png, quadrants, RED, solid, tinyBombGif } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { sharedWorld, type World } from '../world.ts';

/**
 * Bad pictures and crop boxes get a clear message in Slack's terms and HTTP 200, and leave nothing behind: no raw
 * object, no number taken, no job, no change of the record. Every error code has a row in `slack-errors.ts`.
 */
let world: World;
let user: Awaited<ReturnType<World['newUser']>>;

beforeAll(async () => {
  world = await sharedWorld();
  user = await world.newUser();
}, 60_000);
afterAll(() => world?.end(), 30_000);

type Body = ConstructorParameters<typeof Response>[0];

async function post(body: Body, headers: Record<string, string>) {
  const response = await fetch(`${world.url}/api/users.setPhoto`, {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  } as RequestInit);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const answer = (await response.json()) as { ok: boolean; error?: string; response_metadata?: { messages: string[] } };
  return { status: response.status, ...answer };
}

/** A form as browsers and most clients send it. */
function form(fields: Record<string, string>, image: Uint8Array): FormData {
  const data = new FormData();
  data.append('image', new Blob([new Uint8Array(image)], { type: 'image/png' }), 'me.png');
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

const withToken = () => ({ authorization: `Bearer ${user.token}` });

const ZIP = Buffer.from('504b0304140000000800', 'hex');
const HEIC = Buffer.from('000000186674797068656963000000006d696631686569630000', 'hex');

describe('the picture', () => {
  test.each<[name: string, file: () => Promise<Uint8Array> | Uint8Array, error: string, message: RegExp]>([
    ['text named .png', () => Buffer.from('hello, I am a picture'), 'bad_image', /not a JPEG, PNG or GIF/],
    ['an empty file', () => Buffer.alloc(0), 'bad_image', /missing or empty/],
    [
      'a truncated JPEG',
      async () => (await jpeg({ picture: photoLike(600, 600) })).subarray(0, 20_000),
      'bad_image',
      /damaged or cut off/,
    ],
    [
      'a truncated PNG',
      async () => (await png({ picture: photoLike(600, 600) })).subarray(0, 20_000),
      'bad_image',
      /damaged or cut off/,
    ],
    [
      'an SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"/>'),
      'bad_image',
      /svg/,
    ],
    ['a HEIC', () => HEIC, 'bad_image', /HEIC.*send it as JPEG/],
    ['a PDF', () => Buffer.from('%PDF-1.7\n%%EOF'), 'bad_image', /pdf/],
    ['a zip', () => ZIP, 'bad_image', /zip/],
    ['35 bytes of GIF that claim 16383 by 16383', tinyBombGif, 'too_large', /maximum/],
    [
      'one pixel too small',
      () => png({ picture: solid(512, 511, RED) }),
      'bad_image',
      /512 by 511 pixels; the minimum is 512 by 512/,
    ],
    [
      'one pixel too large',
      () => png({ picture: solid(1025, 1024, RED) }),
      'too_large',
      /1025 by 1024 pixels; the maximum is 1024 by 1024/,
    ],
    ['501 frames', () => gifOfManyFrames(501), 'too_many_frames', /501 frames; the maximum is 500/],
  ])('%s', async (_name, file, error, message) => {
    const before = await world.tracesAtRest(user.id);
    const answer = await post(form({}, await file()), withToken());
    expect(answer).toMatchObject({ status: 200, ok: false, error });
    expect(answer.response_metadata?.messages[0]).toMatch(message);
    expect(await world.traces(user.id)).toEqual(before);
  });
});

describe('the crop box', () => {
  let file: Buffer;
  beforeAll(async () => {
    file = await png({ picture: quadrants(600, 600) });
  });

  test.each<[name: string, fields: Record<string, string>, message: RegExp]>([
    ['not a number', { crop_x: '0', crop_y: '0', crop_w: 'wide' }, /crop_w is not a whole number in range: wide/],
    ['negative', { crop_x: '-1', crop_y: '0', crop_w: '100' }, /crop_x is not a whole number in range: -1/],
    ['not whole', { crop_x: '0', crop_y: '1.5', crop_w: '100' }, /crop_y/],
    ['huge', { crop_x: '0', crop_y: '0', crop_w: '99999999999999999999' }, /crop_w/],
    ['a place without a size', { crop_x: '10', crop_y: '10' }, /crop_w/],
    [
      'one pixel over the right edge',
      { crop_x: '101', crop_y: '0', crop_w: '500' },
      /not inside the image, which is 600 by 600/,
    ],
    ['one pixel over the bottom edge', { crop_x: '0', crop_y: '101', crop_w: '500' }, /not inside/],
    ['far outside', { crop_x: '5000', crop_y: '5000', crop_w: '1' }, /not inside/],
  ])('%s', async (_name, fields, message) => {
    const before = await world.tracesAtRest(user.id);
    const answer = await post(form(fields, file), withToken());
    expect(answer).toMatchObject({ status: 200, ok: false, error: 'invalid_arguments' });
    expect(answer.response_metadata?.messages[0]).toMatch(message);
    expect(await world.traces(user.id)).toEqual(before);
  });

  test('zeros are slack-go’s way to say none', async () => {
    const answer = await post(form({ crop_x: '0', crop_y: '0', crop_w: '0' }, file), withToken());
    expect(answer).toMatchObject({ ok: true, profile: { image_1024: expect.stringMatching(/_600\.png$/) } });
  });
});

describe('the form', () => {
  // `odd-requests.test.ts` has what each kind of client sees of it.
  test('5 MB are answered at the edge, 11 MB too, and both without a length by the gateway', async () => {
    const before = await world.tracesAtRest(user.id);
    for (const megabytes of [5, 11]) {
      const body = Buffer.alloc(megabytes * 1_000_000);
      const headers = { ...withToken(), 'content-type': 'multipart/form-data; boundary=b' };
      expect(await post(body, headers)).toEqual({ status: 200, ok: false, error: 'too_large' });
      const chunks = new ReadableStream({
        start(controller) {
          controller.enqueue(body);
          controller.close();
        },
      });
      const init = { method: 'POST', body: chunks, headers, duplex: 'half' } as RequestInit;
      expect((await fetch(`${world.url}/api/users.setPhoto`, init)).status).toBe(413);
    }
    expect(await world.traces(user.id)).toEqual(before);
  });
});

test('an empty token is none', async () => {
  const body = form({}, await png({ picture: solid(512, 512, RED) }));
  expect(await post(body, { authorization: 'Bearer ' })).toEqual({ status: 200, ok: false, error: 'not_authed' });
});

describe('our own endpoints', () => {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${world.url}/v1/${path}`, { headers });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (await response.json()) as Record<string, unknown>,
    };
  };

  test('an upload tells what became of it, to its owner only', async () => {
    const { headers } = await setPhoto(world.url, user.token, await png({ picture: solid(512, 512, RED) }));
    const id = headers.get('x-upload-id') ?? '';
    const mine = await get(`uploads/${id}`, withToken());
    expect(mine).toMatchObject({ status: 200, type: 'application/json; charset=utf-8', body: { id, source: 'slack' } });
    expect(['queued', 'published']).toContain(mine.body.state);
    const other = await world.newUser();
    expect(await get(`uploads/${id}`, { authorization: `Bearer ${other.token}` })).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { status: 404, code: 'unknown-upload' },
    });
    expect(await get(`uploads/${id}`)).toMatchObject({ status: 401, body: { code: 'no-credential' } });
    expect(await get('uploads/no-such-id', withToken())).toMatchObject({ status: 404 });
  });

  test('limits, health, and nothing else', async () => {
    expect(await get('limits')).toMatchObject({
      status: 200,
      body: { sources: { slack: { max_bytes: 4_500_000, min_side_px: 512, max_side_px: 1024 } } },
    });
    expect(await get('health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await get('nothing')).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { code: 'unknown-method' },
    });
  });
});
