import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gif, jpeg, png, RED, solid, withTrailingBytes } from '../pictures.ts';
import { ask, bearer, form, sendRaw, setPhoto } from '../requests.ts';
import { authorization } from '../signed.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** Text and bytes that mean something to the next program: a header, a path, a browser, a cache, a log. */
let world: World;
let ada: Awaited<ReturnType<World['newUser']>>;
let picture: Buffer;
beforeAll(async () => {
  world = await sharedWorld();
  ada = await world.newUser();
  picture = await png({ picture: solid(512, 512, RED) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

describe('headers', () => {
  test.each([
    '/api/users.info?user=%0d%0aSet-Cookie:%20a=b',
    '/api/%0d%0aSet-Cookie:%20a=b',
    '/v1/uploads/%0d%0aSet-Cookie:%20a=b',
    '/1/users/profile_image/%0d%0aSet-Cookie:%20a=b',
    '/p/%0d%0aSet-Cookie:%20a=b',
  ])('CRLF: %s makes none', async (path) => {
    const { headers, status } = await ask(world.url, path, { headers: bearer(ada.token) });
    expect([headers.get('set-cookie'), status < 500]).toEqual([null, true]);
  });

  test("a picture's file name reaches no header and no key", async () => {
    const answer = await setPhoto(world.url, ada.token, picture, { name: 'a"\r\nSet-Cookie: a=b;../../x' });
    expect([answer.body.ok, answer.headers.get('set-cookie')]).toEqual([true, null]);
    const { photos } = await world.traces(ada.id);
    expect(photos.length).toBeGreaterThan(0);
    for (const key of photos) expect(key).toMatch(/^\d+\/[0-9a-f]{20}\/\d+x\d+\.(jpg|png|gif)$/);
  });

  test.each([
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5'],
    ['a space before the colon', 'Content-Length : 4'],
  ])('smuggling: %s is no request', async (_name, lines) => {
    const { status } = await sendRaw(world.url, `POST /api/auth.test HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\nabcd`);
    expect(status).toBe(400);
  });
});

describe('paths', () => {
  test.each([
    '/p/../raw/x',
    '/p/..%2f..%2fraw/x',
    '/p/%2e%2e/%2e%2e/raw/x',
    '/p/1024x768/..%2f..%2f1_0123456789abcdef0123.jpg',
    '/p//1_0123456789abcdef0123.jpg',
    '/p/1024x768/1_0123456789abcdef0123.jpg%00.html',
    '/p/1024x768/1_0123456789abcdef0123.svg',
    '/assets/..%2f..%2fsecrets.json',
    '/../../../../etc/passwd',
    '/.headshot/secrets.json',
  ])('%s leads nowhere', async (path) => {
    // Sent as written: `fetch` would normalize it.
    const { status, said } = await sendRaw(world.url, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect([path, [400, 403, 404].includes(status)]).toEqual([path, true]);
    expect(said).not.toMatch(/root:|AWSCURRENT|ListBucketResult/);
  });

  test('a name that would make a key of one byte more than DynamoDB takes is nobody’s, and no fault', async () => {
    const asks = async (path: string, headers: Record<string, string>) =>
      (await ask(world.url, path, { headers })).status;
    const own = { ...bearer(ada.token) };
    const slackId = `U${'A'.repeat(2_049 - 'slack_id#U'.length)}`;
    const found = await ask(world.url, `/api/users.info?user=${slackId}`, { headers: own });
    expect(found.body).toMatchObject({ ok: false, error: 'user_not_found' });
    expect(await asks(`/v1/uploads/${'0'.repeat(2_049)}`, own)).toBe(404);
    expect(await asks('/v1/photo', bearer('x'.repeat(2_049)))).toBe(401);
    for (const user of [
      `screen_name=${'a'.repeat(2_049 - 'screen_name#'.length)}`,
      `user_id=${'1'.repeat(2_049 - 'user#'.length)}`,
    ]) {
      const path = `/1.1/users/show.json?${user}`;
      const authorized = authorization({ keys: ada.twitter, verb: 'GET', url: world.url + path });
      expect(await asks(path, { authorization: authorized })).toBe(404);
    }
  });

  test.each(['../ada', 'a\0b', "a'--", 'a b', 'a'.repeat(2_000), '#', '%2e%2e%2f'])(
    'the screen name %j is nobody',
    async (name) => {
      const path = `/1.1/users/show.json?screen_name=${encodeURIComponent(name)}`;
      const header = authorization({ keys: ada.twitter, verb: 'GET', url: world.url + path });
      expect((await ask(world.url, path, { headers: { authorization: header } })).status).toBe(404);
    },
  );
});

describe('what a browser makes of a photo', () => {
  const PAGE = Buffer.from('<html><script>alert(document.domain)</script></html>');

  test.each<[type: string, make: () => Promise<Buffer>]>([
    ['image/jpeg', () => jpeg({ picture: solid(512, 512, RED) })],
    ['image/png', () => png({ picture: solid(512, 512, RED) })],
    ['image/gif', () => gif({ picture: solid(512, 512, RED) })],
  ])('%s with a page behind it: the exact type, not sniffed, no document, no page', async (type, make) => {
    const { body } = await setPhoto(world.url, ada.token, withTrailingBytes(await make(), PAGE));
    const urls = Object.entries(Object(body.profile)).filter(([name]) => /^image_(\d+|original)$/.test(name));
    expect(urls.length).toBeGreaterThan(5);
    for (const [, url] of urls) {
      const { headers, bytes } = await ask(world.url, String(url).slice(world.url.length));
      expect(headers.get('content-type')).toBe(type);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      expect(bytes.includes('<script')).toBe(false);
    }
  });

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600" onload="alert(1)"/>'],
    ['HTML', '<html><script>alert(1)</script></html>'],
    ['HTML that begins like a GIF', 'GIF89a/*<html>*/=alert(1)'],
  ])('%s is no picture', async (_name, text) => {
    const { body } = await setPhoto(world.url, ada.token, Buffer.from(text));
    expect(body).toMatchObject({ ok: false, error: 'bad_image' });
  });

  test('no answer of an API can be read as a page', async () => {
    const tag = '%3Cscript%3Ealert(1)%3C%2Fscript%3E';
    for (const path of [`/api/${tag}`, `/1.1/${tag}.json`, `/v1/${tag}`, `/api/users.info?user=${tag}`]) {
      const { headers } = await ask(world.url, path, { headers: bearer(ada.token) });
      expect([path, /^application\/(problem\+)?json/.test(headers.get('content-type') ?? '')]).toEqual([path, true]);
    }
  });
});

describe('what the edge says to the origin, and keeps for everybody', () => {
  test('no caller can say it: host, address, secret', async () => {
    await setPhoto(world.url, ada.token, picture);
    const forged = {
      'x-headshot-host': 'evil.example',
      'x-headshot-viewer-ip': '192.0.2.7',
      'x-headshot-origin': 'guess',
      'x-forwarded-host': 'evil.example',
    };
    const { body } = await ask(world.url, '/api/users.profile.get', { headers: { ...bearer(ada.token), ...forged } });
    expect(String(Object(body.profile).image_192).startsWith(`${world.url}/p/`)).toBe(true);
    expect(JSON.stringify(body)).not.toContain('evil');
  });

  test('a photo is the same whatever is asked beside its path', async () => {
    const { body } = await setPhoto(world.url, ada.token, picture);
    const path = String(Object(body.profile).image_48).slice(world.url.length);
    const headers = { 'x-forwarded-host': 'evil.example', cookie: 'a=b', accept: 'text/html' };
    const dressed = await ask(world.url, `${path}?x=%3Cscript%3E`, { headers });
    // What the edge keeps of it is what everybody gets.
    const plain = await ask(world.url, path);
    expect(plain.headers.get('x-cache')).toBe('Hit from cloudfront');
    expect([dressed.status, dressed.bytes.equals(plain.bytes)]).toEqual([200, true]);
    const names = ({ headers: all }: typeof plain) => [...all.keys()].filter((name) => name !== 'age').sort();
    expect(names(dressed)).toEqual(names(plain));
  });
});

test('the logs: one JSON document a line whatever was sent, and nothing in them that lets anybody in', async () => {
  const marker = `marker${Date.now()}`;
  const line = `%0a{"level":"INFO","message":"${marker}"}`;
  const headers = { ...bearer(ada.token), 'user-agent': `x"}{"message":"${marker}"` };
  for (const path of [`/api/${line}`, `/v1/uploads/${line}`, `/api/users.info?token=${ada.token}&user=${line}`]) {
    await ask(world.url, path, { headers });
  }
  const path = '/1.1/account/update_profile_image.json';
  const signature = authorization({ keys: ada.twitter, verb: 'POST', url: world.url + path });
  await ask(world.url, path, { method: 'POST', body: form(picture), headers: { authorization: signature } });

  const folder = join(world.laptop.dataDir, 'logs');
  const logged = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const all = await eventually(
    async () => logged().join('\n'),
    (text) => text.includes(path),
  );
  expect(all).toContain(path);
  for (const one of all.split('\n').filter(Boolean)) expect(Object(JSON.parse(one)).message).not.toBe(marker);

  const stored = JSON.parse(readFileSync(join(world.laptop.dataDir, 'secrets.json'), 'utf8'));
  const values = Object.values<{ versions: { value: string }[] }>(stored).flatMap(({ versions }) =>
    versions.map(({ value }) => value),
  );
  expect(values.map((value) => value.length)).toEqual([64, 64]);
  for (const secret of [ada.token, ...Object.values(ada.twitter), signature, ...values]) {
    expect(all.includes(secret)).toBe(false);
  }
});
