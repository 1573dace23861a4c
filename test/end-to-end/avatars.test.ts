import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AvatarWorld, avatarWorld, get, SVG, seen, setBySlack } from '../avatar-world.ts';
import { png, RED, solid } from '../pictures.ts';

/** `/avatar/{hash}` over HTTP, as docs/avatars.md has it. */
let world: AvatarWorld;

const ADA = 'ada@example.com';
/** Somebody without a photo. */
const BO = 'bo@example.com';
const NOBODY = 'nobody@example.com';

beforeAll(async () => {
  world = await avatarWorld();
  const [ada] = await Promise.all([world.newPerson(ADA), world.newPerson(BO)]);
  await setBySlack(world, ada.token, await png({ picture: solid(600, 600, RED) }));
}, 60_000);
afterAll(() => world?.end(), 30_000);

describe('a row for each parameter and each default', () => {
  test.each([
    // The picture itself: the smallest square of at least the size.
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
    // The default, although there is a photo.
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
    // The initials of their own name, when they have no photo.
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
    // The edge keeps a 404, too. Else a stranger could ask the function without end.
    const again = await get(world.avatarUrl(NOBODY, '?d=404&s=512&reset_cache=1'));
    expect([again.status, again.headers.get('x-cache')]).toEqual([404, 'Error from cloudfront']);
    expect(Number(again.headers.get('age'))).toBeGreaterThanOrEqual(0);
  });
});
