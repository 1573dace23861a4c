import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authorization } from '../signed.ts';
import { sharedWorld, type World } from '../world.ts';

/** Requests as odd clients and proxies write them, byte by byte, against a whole laptop run. */
let world: World;
let user: Awaited<ReturnType<World['newUser']>>;

beforeAll(async () => {
  world = await sharedWorld();
  user = await world.newUser();
}, 60_000);
afterAll(() => world?.end(), 30_000);

const SLACK = '/api/users.setPhoto';
const TWITTER = '/1.1/account/update_profile_image.json';
const host = () => new URL(world.url).host;

/** Writes everything before it reads, as Python's urllib and Node's fetch do. Rejects when the pipe breaks. */
async function writeThenRead(...pieces: (string | Buffer)[]): Promise<string> {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  const closed = new Promise<void>((done, fail) => {
    socket.once('error', fail).once('end', done).once('close', done);
  });
  await new Promise<void>((done, fail) => {
    socket.write(Buffer.concat(pieces.map((piece) => Buffer.from(piece))), (error) => (error ? fail(error) : done()));
    socket.once('error', fail);
  });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closed;
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

const parsed = (answer: string) => ({
  status: Number(answer.split(' ')[1]),
  body: answer.slice(answer.indexOf('\r\n\r\n') + 4),
});

const signed = () => authorization({ keys: user.twitter, verb: 'POST', url: world.url + TWITTER });

function head(path: string, more: string[]): string {
  const credential = path === SLACK ? `Bearer ${user.token}` : signed();
  const lines = [`POST ${path} HTTP/1.1`, `Host: ${host()}`, `Authorization: ${credential}`, ...more];
  return `${lines.join('\r\n')}\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n\r\n`;
}

const TOO_LARGE: Record<string, { status: number; body: string }> = {
  [SLACK]: { status: 200, body: '{"ok":false,"error":"too_large"}' },
  [TWITTER]: {
    status: 422,
    body: '{"errors":[{"code":120,"message":"Account update failed: the image must be less than 700 kilobytes."}]}',
  },
};
/** API Gateway's own words, which no template can change. */
const PAYLOAD_TOO_LARGE = { status: 413, body: '{"message":"Request Too Long"}' };
const BODY_TOO_LARGE = { status: 413, body: 'HTTP content length exceeded 10485760 bytes.' };

describe.each([SLACK, TWITTER])('%s: a client that writes its whole body before it reads', (path) => {
  test.each([4_500_001, 5_000_000, 9_900_000, 10_485_761, 20_000_000])(
    '%i bytes are turned down at the edge, in the API’s words',
    async (bytes) => {
      const answer = await writeThenRead(head(path, [`Content-Length: ${bytes}`]), Buffer.alloc(bytes));
      expect(parsed(answer)).toEqual(TOO_LARGE[path]);
    },
  );

  test.each([
    [5_000_000, PAYLOAD_TOO_LARGE],
    [9_900_000, PAYLOAD_TOO_LARGE],
    [10_485_761, BODY_TOO_LARGE],
    [20_000_000, BODY_TOO_LARGE],
  ])('%i bytes whose length is not told, by API Gateway, in its own', async (bytes, expected) => {
    const size = `${bytes.toString(16)}\r\n`;
    const answer = await writeThenRead(
      head(path, ['Transfer-Encoding: chunked']),
      size,
      Buffer.alloc(bytes),
      '\r\n0\r\n\r\n',
    );
    expect(parsed(answer)).toEqual(expected);
  });

  test('one byte over our limit whose length is not told, by the function', async () => {
    const bytes = 4_500_001;
    const answer = await writeThenRead(
      head(path, ['Transfer-Encoding: chunked']),
      `${bytes.toString(16)}\r\n`,
      Buffer.alloc(bytes),
      '\r\n0\r\n\r\n',
    );
    const { status, body } = parsed(answer);
    expect(status).toBe(TOO_LARGE[path]?.status);
    expect(body).toContain(path === SLACK ? '"error":"too_large"' : '"code":120');
  });
});

describe('a target that is not a path', () => {
  const ask = async (target: string, verb = 'GET', named: string[] = [`Host: ${host()}`]) =>
    parsed(await writeThenRead([`${verb} ${target} HTTP/1.1`, ...named, 'Connection: close', '', ''].join('\r\n')));

  test('in absolute form, as behind a proxy, is routed', async () => {
    const { status, body } = await ask(`${world.url}/v1/limits`);
    expect([status, Object.keys(JSON.parse(body))]).toEqual([200, expect.arrayContaining(['sizes_px'])]);
    const post = await ask(`${world.url}${SLACK}`, 'POST', [`Host: ${host()}`, 'Content-Length: 0']);
    expect(post).toEqual({ status: 200, body: expect.stringContaining('"error":"not_authed"') });
  });

  test('its host goes before the Host header, so that nobody is told another name than they asked by', async () => {
    const seen = await writeThenRead(
      `GET http://photos.example/1/users/profile_image/${user.screenName} HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n`,
    );
    expect(seen).toMatch(/^location: http:\/\/photos\.example\//im);
    expect(seen).not.toContain('other.example');
  });

  test('the demo user’s token is for the loopback address only, whichever of the two names it', async () => {
    expect((await ask('http://evil.example/laptop.json')).body).toBe('{}');
  });

  test.each([
    ['*', 'OPTIONS'],
    ['*', 'GET'],
    ['/v1/limits#top', 'GET'],
    ['v1/limits', 'GET'],
    ['ftp://photos.example/', 'GET'],
  ])('%s by %s is a bad request', async (target, verb) => {
    expect((await ask(target, verb)).status).toBe(400);
  });

  test.each([
    ['no Host', []],
    ['an empty Host', ['Host:']],
    ['two Hosts', ['Host: a.example', 'Host: b.example']],
  ])('so is one with %s', async (_, named) => {
    expect((await ask('/v1/limits', 'GET', named)).status).toBe(400);
  });

  test('a second slash at the start is a path of its own, and no host', async () => {
    // Only the default behaviour matches, whose bucket has no such object.
    expect((await ask('//v1/limits')).status).toBe(403);
    expect((await ask('//photos.example/v1/limits')).status).toBe(403);
  });
});

/** What CloudFront and API Gateway read in another way than most servers. */
describe('a request that AWS reads otherwise', () => {
  const raw = async (first: string, ...more: string[]) =>
    parsed(await writeThenRead([`${first} HTTP/1.1`, `Host: ${host()}`, ...more].join('\r\n')));
  const last = ['Connection: close', '', ''];

  test.each([
    ['told by its length', 'Content-Length: 3', 'abc'],
    ['in chunks', 'Transfer-Encoding: chunked', '3\r\nabc\r\n0\r\n\r\n'],
  ])('a GET with a body %s is forbidden', async (_, header, body) => {
    expect((await raw('GET /v1/limits', header, 'Connection: close', '', body)).status).toBe(403);
    expect((await raw('GET /v1/limits', 'Content-Length: 0', ...last)).status).toBe(200);
  });

  test('a URL over 8,192 bytes, and a request over 20,480, are 413 and the end of the connection', async () => {
    expect((await raw(`GET /v1/limits?${'a'.repeat(8_192)}`, 'Connection: keep-alive', '', '')).status).toBe(413);
    const long = ['X-Long: ', 'x'.repeat(20_480)].join('');
    expect((await raw('GET /index.html', long, 'Connection: keep-alive', '', '')).status).toBe(413);
    // Longer than Node takes by default, shorter than CloudFront's limit.
    expect((await raw('GET /index.html', `X-Long: ${'x'.repeat(17_000)}`, ...last)).status).toBe(200);
  });

  test('beyond 10,240 bytes API Gateway takes no request, though CloudFront does', async () => {
    expect((await raw('GET /v1/limits', `X-Long: ${'x'.repeat(10_241)}`, ...last)).status).toBe(431);
    expect((await raw('GET /v1/limits', `X-Long: ${'x'.repeat(9_000)}`, ...last)).status).toBe(200);
  });

  test('a bare pipe in a query is a bad request, an escaped one is not', async () => {
    expect((await raw('GET /v1/limits?a=b|c', ...last)).status).toBe(400);
    expect((await raw('GET /v1/limits?a=b%7Cc', ...last)).status).toBe(200);
  });

  test('a semicolon parts a query', async () => {
    const asked = await raw(`GET /1/users/profile_image?a=1;screen_name=${user.screenName}`, ...last);
    expect(asked.status).toBe(302);
  });

  test('X-HTTP-Method-Override makes nothing of a GET', async () => {
    const named = [`Authorization: Bearer ${user.token}`, 'X-HTTP-Method-Override: DELETE'];
    const { status, body } = await raw('GET /v1/photo', ...named, ...last);
    expect([status, JSON.parse(body)]).toEqual([200, { photo: null, history: [] }]);
    expect(await world.stores.users.get(user.id)).toMatchObject({ seq: 0 });
  });

  test('a 401 says in its body what the renamed header says', async () => {
    const answer = await fetch(`${world.url}/v1/photo`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, null]);
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ authenticate: 'Bearer' });
  });
});
