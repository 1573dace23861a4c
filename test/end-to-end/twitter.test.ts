import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { digest } from '../../lambdas/core/credential.ts';
import { TWITTER_ACCESS } from '../../lambdas/flow/issue-credentials.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { limitStore } from '../../lambdas/store/limits.ts';
import { FRAMINGS } from '../edge/framings.ts';
import { BLUE, GREEN, gif, isNear, jpeg, photoLike, pixelAt, png, RED, solid } from '../pictures.ts';
import { authorization, signedParameters } from '../signed.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** Twitter's API over HTTP, row by row: what is sent, answered and shown. */
let world: World;
let user: Awaited<ReturnType<World['newUser']>>;
let file: Buffer;

beforeAll(async () => {
  world = await sharedWorld();
  user = await world.newUser();
  file = await png({ picture: solid(600, 300, BLUE) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

const IMAGE = '/1.1/account/update_profile_image.json';
const SHOW = '/1.1/users/show.json';
const VERIFY = '/1.1/account/verify_credentials.json';

async function send(
  verb: string,
  path: string,
  options: { as?: typeof user; body?: RequestInit['body']; headers?: Record<string, string> } = {},
) {
  const url = world.url + path;
  const form = options.body instanceof URLSearchParams ? [...options.body] : [];
  const signature = authorization({ keys: (options.as ?? user).twitter, verb, url, form });
  const response = await fetch(url, {
    method: verb,
    redirect: 'manual',
    headers: { authorization: signature, ...options.headers },
    ...(options.body !== undefined && { body: options.body }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json;charset=utf-8';
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as Record<string, unknown>,
  };
}

const multipart = (bytes: Uint8Array, fields: Record<string, string> = {}): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('image', new Blob([new Uint8Array(bytes)]), 'a.png');
  return data;
};

const WAIT = { prefer: 'wait=5' };
const urlOf = (body: Record<string, unknown>) => String(body.profile_image_url_https);
const bytesAt = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
};
const sizeAt = async (url: string) => {
  const { width, height, format } = await sharp((await bytesAt(url)).bytes).metadata();
  return [width, height, format];
};

describe('both ways of sending, and what clients make of them', () => {
  const base64 = () => file.toString('base64');

  test.each<[name: string, body: () => RequestInit['body'], path?: string]>([
    ['multipart bytes', () => multipart(file)],
    [
      'multipart bytes, flags in the signed query',
      () => multipart(file),
      `${IMAGE}?skip_status=True&include_entities=False`,
    ],
    ['base64 in a form field', () => new URLSearchParams({ image: base64(), skip_status: 'true' })],
    ['base64 with spaces for +', () => new URLSearchParams({ image: base64().replaceAll('+', ' ') })],
    ['base64 with line breaks', () => new URLSearchParams({ image: base64().replace(/.{60}/g, '$&\n') })],
    ['base64 with a data URI’s head', () => new URLSearchParams({ image: `data:image/png;base64,${base64()}` })],
    ['base64 twice', () => new URLSearchParams({ image: Buffer.from(base64()).toString('base64') })],
    ['base64 text as a part', () => multipart(Buffer.from(base64()))],
  ])('%s', async (_name, body, path = IMAGE) => {
    const mine = await world.newUser();
    const { status, headers, body: answer } = await send('POST', path, { as: mine, body: body(), headers: WAIT });
    expect([status, answer.errors ?? answer.error]).toEqual([200, undefined]);
    expect(headers.get('x-upload-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(urlOf(answer)).toMatch(/_normal\.png$/);
    expect(isNear(await pixelAt((await bytesAt(urlOf(answer))).bytes, 24, 24), BLUE)).toBe(true);
  });

  test('base64 in the query', async () => {
    const small = await png({ picture: solid(40, 40, GREEN) });
    const mine = await world.newUser();
    const path = `${IMAGE}?image=${encodeURIComponent(small.toString('base64'))}`;
    expect(await send('POST', path, { as: mine, headers: WAIT })).toMatchObject({ status: 200 });
    expect((await world.stores.users.get(mine.id))?.photo).toMatchObject({ widthPx: 40, heightPx: 40 });
  });

  test('the protocol parameters in the body instead of the header', async () => {
    const mine = await world.newUser();
    const form: [string, string][] = [['image', file.toString('base64')]];
    const oauth = signedParameters({ keys: mine.twitter, verb: 'POST', url: world.url + IMAGE, form });
    const response = await fetch(world.url + IMAGE, {
      method: 'POST',
      body: new URLSearchParams([...form, ...oauth]),
      headers: WAIT,
    });
    expect(response.status).toBe(200);
  });
});

describe('every client’s framing', () => {
  const twitters = FRAMINGS.filter(({ dialect }) => dialect === 'twitter');
  // PHP ≥ 5.6 sends the file's path as text: there is no picture in it.
  const [without, withPicture] = [true, false].map((isText) =>
    twitters.filter(({ says }) => says(Buffer.from('x')).some((said) => said.startsWith('image=@')) === isText),
  );

  test.each(withPicture?.map((framing) => [framing.client, framing] as const) ?? [])('%s', async (_client, framing) => {
    const mine = await world.newUser();
    const picture = await png({ picture: solid(37, 21, RED) });
    const headers = { 'content-type': framing.contentType, ...WAIT };
    const { status, body } = await send('POST', IMAGE, {
      as: mine,
      body: new Uint8Array(framing.body(picture)),
      headers,
    });
    expect([status, body.errors ?? body.error]).toEqual([200, undefined]);
    expect((await world.stores.users.get(mine.id))?.photo).toMatchObject({ widthPx: 37, heightPx: 21, format: 'png' });
  });

  test.each(without?.map((framing) => [framing.client, framing] as const) ?? [])(
    '%s is refused',
    async (_client, framing) => {
      const headers = { 'content-type': framing.contentType };
      const { status, body } = await send('POST', IMAGE, {
        body: new Uint8Array(framing.body(Buffer.alloc(0))),
        headers,
      });
      expect([status, body.error]).toEqual([400, 'media type unrecognized.']);
    },
  );
});

describe('what a photo becomes', () => {
  test('every suffix that clients switch to, and the original at most 400 wide in its shape', async () => {
    const mine = await world.newUser();
    const { body } = await send('POST', IMAGE, {
      as: mine,
      body: multipart(await jpeg({ picture: photoLike(1000, 500) })),
      headers: WAIT,
    });
    const normal = urlOf(body);
    expect(await sizeAt(normal)).toEqual([48, 48, 'jpeg']);
    for (const [suffix, width, height] of [
      ['_mini', 24, 24],
      ['_bigger', 73, 73],
      ['_400x400', 400, 400],
      ['', 400, 200],
    ] as const) {
      expect([suffix, ...(await sizeAt(normal.replace('_normal', suffix)))]).toEqual([suffix, width, height, 'jpeg']);
    }
  });

  test('a small one is never enlarged, and every suffix still exists', async () => {
    const mine = await world.newUser();
    const { body } = await send('POST', IMAGE, {
      as: mine,
      body: multipart(await png({ picture: solid(60, 50, RED) })),
      headers: WAIT,
    });
    for (const [suffix, width, height] of [
      ['_mini', 24, 24],
      ['_bigger', 50, 50],
      ['_400x400', 50, 50],
      ['', 60, 50],
    ] as const) {
      expect([suffix, ...(await sizeAt(urlOf(body).replace('_normal', suffix)))]).toEqual([
        suffix,
        width,
        height,
        'png',
      ]);
    }
  });

  test('an animated GIF becomes a static GIF of its first frame', async () => {
    const mine = await world.newUser();
    const moving = await gif({ frames: [solid(100, 100, RED), solid(100, 100, GREEN)] });
    const { body } = await send('POST', IMAGE, {
      as: mine,
      body: new URLSearchParams({ image: moving.toString('base64') }),
      headers: WAIT,
    });
    expect(urlOf(body)).toMatch(/_normal\.gif$/);
    const { bytes } = await bytesAt(urlOf(body));
    expect((await sharp(bytes, { animated: true }).metadata()).pages ?? 1).toBe(1);
    expect(isNear(await pixelAt(bytes, 24, 24), RED)).toBe(true);
  });

  test('the answer may carry the old URL; users/show has the new one soon', async () => {
    const mine = await world.newUser();
    const before = await send('GET', `${SHOW}?user_id=${mine.id}`);
    const { body: answered } = await send('POST', IMAGE, { as: mine, body: multipart(file) });
    expect(urlOf(answered)).toBe(urlOf(before.body));
    const after = await eventually(
      () => send('GET', `${SHOW}?user_id=${mine.id}`),
      ({ body }) => urlOf(body) !== urlOf(before.body),
      5_000,
    );
    expect(after.body.default_profile_image).toBe(false);
    expect((await bytesAt(urlOf(after.body))).status).toBe(200);
  });
});

describe('the user object', () => {
  test('key by key, for somebody without a photo', async () => {
    const mine = await world.newUser();
    const { status, body } = await send(
      'GET',
      `${SHOW}?screen_name=${mine.screenName.toUpperCase()}&include_entities=false`,
    );
    expect(status).toBe(200);
    const at = new Date(mine.createdAt).toUTCString().match(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/) ?? [];
    const picture = `${world.url}/v1/default-photo/default_profile_normal.png`;
    // The sample of Twitter's page, with the values of a new account.
    expect(body).toEqual({
      contributors_enabled: false,
      created_at: `${at[1]} ${at[3]} ${at[2]} ${at[5]} +0000 ${at[4]}`,
      default_profile: true,
      default_profile_image: true,
      description: '',
      favourites_count: 0,
      follow_request_sent: false,
      followers_count: 0,
      following: false,
      friends_count: 0,
      geo_enabled: false,
      id: Number(mine.id),
      id_str: mine.id,
      is_translator: false,
      lang: 'en',
      listed_count: 0,
      location: '',
      name: 'Ada L',
      notifications: false,
      profile_background_color: 'C0DEED',
      profile_background_image_url: '',
      profile_background_image_url_https: '',
      profile_background_tile: false,
      profile_image_url: picture,
      profile_image_url_https: picture,
      profile_link_color: '0084B4',
      profile_sidebar_border_color: 'C0DEED',
      profile_sidebar_fill_color: 'DDEEF6',
      profile_text_color: '333333',
      profile_use_background_image: true,
      protected: false,
      screen_name: mine.screenName,
      show_all_inline_media: false,
      statuses_count: 0,
      time_zone: null,
      url: null,
      utc_offset: null,
      verified: false,
    });
    expect(Object.keys(body)).toHaveLength(38);
    for (const [suffix, side] of [
      ['_mini', 24],
      ['_normal', 48],
      ['_bigger', 73],
      ['_400x400', 400],
      ['', 400],
    ] as const) {
      expect(await sizeAt(picture.replace('_normal', suffix))).toEqual([side, side, 'png']);
    }
  });

  test.each([
    ['', true],
    ['&include_entities=true', true],
    ['&include_entities=1', true],
    ['&include_entities=t', true],
    ['&include_entities=false', false],
    ['&include_entities=False', false],
    ['&include_entities=f', false],
    ['&include_entities=0', false],
    ['&skip_status=1&tweet_mode=extended', true],
  ])('entities with %s', async (flags, there) => {
    const { body } = await send('GET', `${SHOW}?user_id=${user.id}${flags}`);
    expect('entities' in body).toBe(there);
  });

  test('verify_credentials is the caller', async () => {
    expect(await send('GET', VERIFY)).toMatchObject({
      status: 200,
      body: { id_str: user.id, screen_name: user.screenName },
    });
  });
});

describe('errors: status and body', () => {
  const one = (code: number, message: string) => ({ errors: [{ code, message }] });
  const legacy = (error: string, request = IMAGE) => ({ request, error });

  test.each<[name: string, ask: () => ReturnType<typeof send>, status: number, body: unknown]>([
    [
      'no image',
      () => send('POST', IMAGE, { body: new URLSearchParams({ skip_status: '1' }) }),
      400,
      one(38, 'image parameter is missing.'),
    ],
    ['an empty body', () => send('POST', IMAGE), 400, one(38, 'image parameter is missing.')],
    [
      'JSON',
      () => send('POST', IMAGE, { body: '{}', headers: { 'content-type': 'application/json' } }),
      400,
      one(38, 'image parameter is missing.'),
    ],
    [
      'a URL as image',
      () => send('POST', IMAGE, { body: new URLSearchParams({ image: 'https://example.com/a.png' }) }),
      400,
      legacy('media type unrecognized.'),
    ],
    [
      'a media id',
      () => send('POST', IMAGE, { body: new URLSearchParams({ image: '710511363345354753' }) }),
      400,
      legacy('media type unrecognized.'),
    ],
    [
      'bytes mangled as text',
      () => send('POST', IMAGE, { body: new URLSearchParams({ image: file.toString('utf8') }) }),
      400,
      legacy('media type unrecognized.'),
    ],
    [
      'a damaged picture',
      () => send('POST', IMAGE, { body: multipart(file.subarray(0, file.length >> 1)) }),
      422,
      one(120, 'Account update failed: image data could not be processed.'),
    ],
    [
      '700 KiB exactly',
      () => send('POST', IMAGE, { body: multipart(Buffer.concat([file, Buffer.alloc(716_800 - file.length)])) }),
      422,
      one(120, 'Account update failed: image has 716800 bytes; it must be less than 716800.'),
    ],
    [
      'a body of 5 MB',
      () => send('POST', IMAGE, { body: new Blob([Buffer.alloc(5_000_000)]) }),
      422,
      one(120, 'Account update failed: the image must be less than 700 kilobytes.'),
    ],
    [
      'a body with a Content-Encoding',
      () => send('POST', IMAGE, { body: multipart(file), headers: { 'content-encoding': 'gzip' } }),
      400,
      one(214, 'Bad request: Content-Encoding gzip is not read here; send the body as it is.'),
    ],
    [
      'a form without any line of its boundary',
      () =>
        send('POST', IMAGE, { body: 'image=bytes', headers: { 'content-type': 'multipart/form-data; boundary=b' } }),
      400,
      one(214, 'Bad request.'),
    ],
    ['GET on the upload', () => send('GET', IMAGE), 400, one(86, 'This method requires a POST.')],
    ['POST on a read', () => send('POST', SHOW), 400, one(86, 'This method requires a GET or HEAD.')],
    ['.xml', () => send('POST', IMAGE.replace('.json', '.xml')), 404, one(34, 'Sorry, that page does not exist.')],
    ['no suffix', () => send('POST', IMAGE.replace('.json', '')), 404, one(34, 'Sorry, that page does not exist.')],
    [
      'another method',
      () => send('GET', '/1.1/statuses/home_timeline.json'),
      404,
      one(34, 'Sorry, that page does not exist.'),
    ],
    ['nobody named', () => send('GET', SHOW), 403, one(25, 'Query parameters are missing.')],
    [
      'a user who is not there',
      () => send('GET', `${SHOW}?screen_name=nobody_at_all`),
      404,
      one(50, 'User not found.'),
    ],
    ['an id that cannot be', () => send('GET', `${SHOW}?user_id=-1`), 404, one(50, 'User not found.')],
    [
      'no credentials',
      () => send('GET', VERIFY, { headers: { authorization: '' } }),
      400,
      one(215, 'Bad Authentication data.'),
    ],
    [
      'an app-only bearer',
      () => send('GET', VERIFY, { headers: { authorization: 'Bearer AAAA' } }),
      403,
      one(220, 'Your credentials do not allow access to this resource.'),
    ],
    [
      'API v1',
      () => send('GET', '/1/users/show.json?screen_name=a'),
      410,
      one(
        64,
        'The Twitter REST API v1 is no longer active. Please migrate to API v1.1. https://dev.twitter.com/docs/api/1.1/overview.',
      ),
    ],
  ])('%s', async (_name, ask, status, body) => {
    const before = await world.tracesAtRest(user.id);
    const answer = await ask();
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
    expect(await world.traces(user.id)).toEqual(before);
  });

  test('suspended: as the caller, and as the one asked about', async () => {
    const gone = await world.newUser();
    await world.stores.users.setState(gone.id, 'deactivated');
    expect(await send('GET', VERIFY, { as: gone })).toMatchObject({
      status: 403,
      body: one(64, 'Your account is suspended and is not permitted to access this feature.'),
    });
    expect(await send('GET', `${SHOW}?user_id=${gone.id}`)).toMatchObject({
      status: 403,
      body: one(63, 'User has been suspended.'),
    });
  });

  test('a read-only token may read and not post', async () => {
    const reader = await world.newUser();
    await world.stores.credentials.setScopes(digest(reader.twitter.accessToken), [...TWITTER_ACCESS['read-only']]);
    expect(await send('GET', VERIFY, { as: reader })).toMatchObject({ status: 200 });
    expect(await send('POST', IMAGE, { as: reader, body: multipart(file) })).toMatchObject({
      status: 401,
      body: legacy('Read-only application cannot POST.'),
    });
  });
});

describe('signatures', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const verify = async (header: string, path = VERIFY) => {
    const response = await fetch(world.url + path, { headers: { authorization: header } });
    const { errors } = (await response.json()) as { errors?: { code: number }[] };
    return [response.status, errors?.[0]?.code];
  };
  const signed = (over: Partial<Parameters<typeof authorization>[0]> = {}) =>
    authorization({ keys: user.twitter, verb: 'GET', url: world.url + VERIFY, ...over });

  test.each<[name: string, header: () => string, expected: [number, number | undefined]]>([
    ['right', () => signed(), [200, undefined]],
    [
      'a consumer key that is nobody’s',
      () => signed({ keys: { ...user.twitter, consumerKey: 'x'.repeat(32) } }),
      [401, 416],
    ],
    ['a token that is nobody’s', () => signed({ keys: { ...user.twitter, accessToken: `${user.id}-x` } }), [401, 89]],
    ['a wrong consumer secret', () => signed({ keys: { ...user.twitter, consumerSecret: 'wrong' } }), [401, 32]],
    ['a wrong token secret', () => signed({ keys: { ...user.twitter, accessTokenSecret: 'wrong' } }), [401, 32]],
    [
      'the secrets swapped',
      () =>
        signed({
          keys: {
            ...user.twitter,
            consumerSecret: user.twitter.accessTokenSecret,
            accessTokenSecret: user.twitter.consumerSecret,
          },
        }),
      [401, 32],
    ],
    ['a clock an hour behind', () => signed({ timestampSeconds: now() - 3_600 }), [401, 135]],
    ['a clock an hour ahead', () => signed({ timestampSeconds: now() + 3_600 }), [401, 135]],
    ['a clock four minutes off', () => signed({ timestampSeconds: now() - 240 }), [200, undefined]],
    ['another verb', () => signed({ verb: 'POST' }), [401, 32]],
    ['another host', () => signed({ url: `http://example.com${VERIFY}` }), [401, 32]],
    ['another path', () => signed({ url: world.url + SHOW }), [401, 32]],
    ['another query', () => signed({ url: `${world.url}${VERIFY}?include_entities=true` }), [401, 32]],
    ['another method of signing', () => signed().replace('HMAC-SHA1', 'PLAINTEXT'), [400, 215]],
    ['no nonce', () => signed().replace(/oauth_nonce="[^"]*", /, ''), [400, 215]],
    ['no signature', () => signed().replace(/, oauth_signature="[^"]*"/, ''), [400, 215]],
  ])('%s', async (_name, header, expected) => {
    expect(await verify(header())).toEqual(expected);
  });

  test.each([
    'oauth_consumer_key',
    'oauth_nonce',
    'oauth_timestamp',
    'oauth_token',
    'oauth_version',
    'oauth_signature',
  ])('one changed character in %s is refused', async (field) => {
    // The last character of the value becomes another one. The timestamp stays within its window.
    const header = signed().replace(
      new RegExp(`(${field}="[^"]*)([0-9A-Za-z])([^"0-9A-Za-z]*")`),
      (_, head, last, tail) => head + (last === '1' ? '2' : '1') + tail,
    );
    const [status] = await verify(header);
    expect(status).toBe(401);
  });

  test('one changed byte in a signed form field is refused', async () => {
    const mine = await world.newUser();
    const image = file.toString('base64');
    const header = authorization({
      keys: mine.twitter,
      verb: 'POST',
      url: world.url + IMAGE,
      form: [['image', image]],
    });
    const changed = new URLSearchParams({ image: `A${image.slice(1)}` });
    const response = await fetch(world.url + IMAGE, {
      method: 'POST',
      body: changed,
      headers: { authorization: header },
    });
    expect([response.status, await response.json()]).toEqual([
      401,
      { errors: [{ code: 32, message: 'Could not authenticate you.' }] },
    ]);
  });

  test('a replay is refused, also after other requests', async () => {
    const header = signed();
    expect(await verify(header)).toEqual([200, undefined]);
    expect(await verify(signed())).toEqual([200, undefined]);
    expect(await verify(header)).toEqual([401, 32]);
  });

  test('of concurrent replays exactly one passes', async () => {
    const mine = await world.newUser();
    const header = authorization({ keys: mine.twitter, verb: 'GET', url: world.url + VERIFY });
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(header)));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1);
    expect(answers.filter(([status, code]) => status === 401 && code === 32)).toHaveLength(19);
  });

  test('the same request may write its nonce again, as the SDK does when an answer is lost; another may not', async () => {
    const limits = limitStore(dynamoClient(), world.laptop.running.outputs.TableLimits ?? '');
    const use = (requestId: string) => limits.useNonce(`nonce of ${user.id}`, requestId, now() + 600);
    expect([await use('mine'), await use('mine'), await use('another'), await use('mine')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  test('a forged host header does not make another host’s signature valid', async () => {
    const header = authorization({ keys: user.twitter, verb: 'GET', url: `http://evil.example${VERIFY}` });
    const response = await fetch(world.url + VERIFY, {
      headers: { authorization: header, 'x-headshot-host': 'evil.example' },
    });
    expect(response.status).toBe(401);
  });
});

describe('rate limits', () => {
  test('headers count down within a window of 15 minutes, and the 61st upload gets 88', async () => {
    const mine = await world.newUser();
    const first = await send('POST', IMAGE, { as: mine });
    const reset = Number(first.headers.get('x-rate-limit-reset'));
    expect(first.headers.get('x-rate-limit-limit')).toBe('60');
    expect(first.headers.get('x-rate-limit-remaining')).toBe('59');
    expect(reset % 900).toBe(0);
    expect(reset - Date.now() / 1000).toBeLessThanOrEqual(900);
    await Promise.all(Array.from({ length: 59 }, () => send('POST', IMAGE, { as: mine })));
    const last = await send('POST', IMAGE, { as: mine });
    expect([last.status, last.body, last.headers.get('x-rate-limit-remaining')]).toEqual([
      429,
      { errors: [{ code: 88, message: 'Rate limit exceeded' }] },
      '0',
    ]);
    // Other endpoints and other users are not affected.
    expect((await send('GET', VERIFY, { as: mine })).headers.get('x-rate-limit-remaining')).toBe('74');
    expect((await send('GET', `${SHOW}?user_id=${mine.id}`, { as: mine })).headers.get('x-rate-limit-remaining')).toBe(
      '899',
    );
  });
});

describe('the legacy redirect', () => {
  test.each([
    ['?size=bigger', '_bigger.png'],
    ['?size=normal', '_normal.png'],
    ['', '_normal.png'],
    ['?size=mini', '_mini.png'],
    ['.json?size=bigger', '_bigger.png'],
  ])('profile_image/name%s', async (rest, ending) => {
    const mine = await world.newUser();
    await send('POST', IMAGE, { as: mine, body: multipart(file), headers: WAIT });
    const response = await fetch(`${world.url}/1/users/profile_image/${mine.screenName}${rest}`, {
      redirect: 'manual',
    });
    const location = response.headers.get('location') ?? '';
    expect([response.status, location.endsWith(ending)]).toEqual([302, true]);
    expect(await response.text()).toBe(`<html><body>You are being <a href="${location}">redirected</a>.</body></html>`);
    expect((await bytesAt(location)).status).toBe(200);
  });

  test('the name in the query, the original, nobody', async () => {
    const response = await fetch(`${world.url}/1/users/profile_image?screen_name=${user.screenName}&size=original`, {
      redirect: 'manual',
    });
    expect(response.headers.get('location')).toBe(`${world.url}/v1/default-photo/default_profile_original.png`);
    expect((await fetch(`${world.url}/1/users/profile_image/nobody_at_all`)).status).toBe(404);
  });
});
