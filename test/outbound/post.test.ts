import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Resolve } from '../../lambdas/outbound/post.ts';
import { post } from '../../lambdas/outbound/post.ts';
import { outboundRules } from '../../lambdas/outbound/rules.ts';
import { type Receiver, receiver } from '../webhooks/receiver.ts';

const LAPTOP = outboundRules('http://127.0.0.1:3000', '443');
const MESSAGE = { headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' }, body: '{"ä":1}' };

let app: Receiver;
let elsewhere: Receiver;
beforeAll(async () => {
  app = await receiver();
  elsewhere = await receiver();
});
afterAll(async () => {
  await app?.close();
  await elsewhere?.close();
});

const sent = () => post(app.url, MESSAGE, LAPTOP);

describe('a receiver that', () => {
  test('takes it gets the very bytes and headers', async () => {
    app.answerWith((response) => response.writeHead(200).end('thanks'));
    expect(await sent()).toEqual({ status: 200, tookMs: expect.any(Number) });
    expect(app.received.at(-1)).toMatchObject({
      body: '{"ä":1}',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'content-length': '8',
        connection: 'close',
      },
    });
  });

  test('answers 500, 410 or 429 is told apart by its status; Retry-After is seconds or a date', async () => {
    app.answerWith((response) => response.writeHead(500).end());
    expect(await sent()).toMatchObject({ status: 500 });
    app.answerWith((response) => response.writeHead(410).end());
    expect(await sent()).toMatchObject({ status: 410 });
    app.answerWith((response) => response.writeHead(429, { 'retry-after': '120' }).end());
    expect(await sent()).toMatchObject({ status: 429, retryAfterSeconds: 120 });
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    app.answerWith((response) => response.writeHead(503, { 'retry-after': inAnHour }).end());
    const { retryAfterSeconds = 0 } = (await sent()) as { retryAfterSeconds?: number };
    expect(Math.abs(retryAfterSeconds - 3_600)).toBeLessThanOrEqual(2);
    app.answerWith((response) => response.writeHead(503, { 'retry-after': 'soon' }).end());
    expect(await sent()).toEqual({ status: 503, tookMs: expect.any(Number) });
  });

  test('redirects is not followed', async () => {
    app.answerWith((response) => response.writeHead(307, { location: elsewhere.url }).end());
    expect(await sent()).toMatchObject({ status: 307 });
    expect(elsewhere.connections()).toBe(0);
  });

  test('answers 10 MB is read to 4 KB, and then let go of', async () => {
    let isCut = false;
    app.answerWith((response) => {
      response.writeHead(200, { 'content-length': '10000000' });
      response.on('close', () => {
        isCut = !response.writableFinished;
      });
      response.write(Buffer.alloc(5_000_000, 'x'));
    });
    expect(await sent()).toMatchObject({ status: 200 });
    await new Promise((later) => setTimeout(later, 100));
    expect(isCut).toBe(true);
  });

  test('says that it took it, and does not end its answer, is waited for a second', async () => {
    app.answerWith((response) => response.writeHead(202).write('{'));
    const startedMs = performance.now();
    expect(await sent()).toMatchObject({ status: 202 });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  test('closes is one that does not answer', async () => {
    app.answerWith((response) => response.destroy());
    expect(await sent()).toMatchObject({ failed: 'no-answer' });
  });

  test('speaks no HTTP, or another protocol in the middle of it, does not answer either', async () => {
    for (const said of [
      'SSH-2.0-x\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ]) {
      const server = createServer((socket) => socket.on('error', () => undefined).end(said));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as AddressInfo;
      expect(await post(`http://127.0.0.1:${port}/`, MESSAGE, LAPTOP)).toMatchObject({ failed: 'no-answer' });
      server.close();
    }
  });

  test('is not there is not reached', async () => {
    const gone = await receiver();
    await gone.close();
    expect(await post(gone.url, MESSAGE, LAPTOP)).toMatchObject({ failed: 'not-reached' });
  });

  test('has a name that nobody knows', async () => {
    const resolve = () =>
      Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }));
    expect(await post('https://app.invalid/', MESSAGE, LAPTOP, resolve)).toMatchObject({ failed: 'unknown-host' });
  });
});

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

(hasOpenssl ? test : test.skip)('a certificate that nobody vouches for is refused (needs openssl)', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'headshot-tls-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  let taken = 0;
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    taken += 1;
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  expect(await post(`https://localhost:${port}/`, MESSAGE, LAPTOP)).toMatchObject({ failed: 'not-secure' });
  expect(taken).toBe(0);
  server.close();
  rmSync(dir, { recursive: true });
});

describe('what a name leads to', () => {
  const deployed = () => outboundRules('https://d111.cloudfront.net', `443,${elsewhere.port}`);

  test('is looked at when it is connected to, whatever it led to a moment before', async () => {
    // 8.8.8.8 at the first look-up, and this machine from then on.
    const dns = await nameServer(['8.8.8.8', '127.0.0.1']);
    expect(await dns.resolve('hooks.example.com')).toEqual([{ address: '8.8.8.8', family: 4 }]);
    const address = `https://hooks.example.com:${elsewhere.port}/`;
    expect(await post(address, MESSAGE, deployed(), dns.resolve)).toMatchObject({ failed: 'refused-address' });
    expect([dns.asked(), elsewhere.connections()]).toEqual([2, 0]);
    dns.close();
  });

  test('is asked for once: the address that was looked at is the one that is connected to', async () => {
    // Nobody listens at the second address, to which a second look-up would lead.
    const dns = await nameServer(['127.0.0.1', '127.0.0.2']);
    app.answerWith((response) => response.writeHead(204).end());
    const named = async () => dns.resolve('localhost');
    expect(await post(`http://localhost:${app.port}/`, MESSAGE, LAPTOP, named)).toMatchObject({ status: 204 });
    expect(dns.asked()).toBe(1);
    dns.close();
  });

  test.each(['127.0.0.1', '10.0.0.7', '169.254.169.254', '192.168.0.1', '100.64.0.1', '0.0.0.0'])(
    '%s is not connected to',
    async (address) => {
      const dns = await nameServer([address]);
      const outcome = await post(`https://hooks.example.com:${elsewhere.port}/`, MESSAGE, deployed(), dns.resolve);
      expect([outcome, elsewhere.connections()]).toEqual([
        { failed: 'refused-address', tookMs: expect.any(Number) },
        0,
      ]);
      dns.close();
    },
  );

  test('IPv6 addresses that stand for IPv4 ones are not connected to', async () => {
    for (const address of ['::ffff:127.0.0.1', '::1', 'fd00:ec2::254', '64:ff9b::7f00:1', '2002:7f00:1::1']) {
      const resolve = async () => [{ address, family: 6 }];
      const outcome = await post(`https://hooks.example.com:${elsewhere.port}/`, MESSAGE, deployed(), resolve);
      expect([address, outcome]).toEqual([address, { failed: 'refused-address', tookMs: expect.any(Number) }]);
    }
    expect(elsewhere.connections()).toBe(0);
  });

  test('an address that was added under other rules is not sent to', async () => {
    const address = elsewhere.url;
    expect(await post(address, MESSAGE, deployed())).toEqual({ failed: 'refused-address', tookMs: 0 });
    expect(await post('https://app.example.com:22/', MESSAGE, deployed())).toEqual({
      failed: 'refused-address',
      tookMs: 0,
    });
    expect(elsewhere.connections()).toBe(0);
  });
});

/**
 * A DNS server on loopback that answers each question for an IPv4 address with the next of these (RFC 1035), and who
 * asks it.
 */
async function nameServer(answers: string[]) {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    const next = answers[Math.min(asked, answers.length - 1)] ?? '';
    asked += 1;
    const header = Buffer.from(question.subarray(0, 12));
    // A response without errors, recursion available, with one answer.
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 6);
    header.writeUInt32BE(0, 8);
    // The question's name and type, without what a client may have added (EDNS).
    const end = question.indexOf(0, 12) + 5;
    // A pointer to the name; A, IN, a TTL of 0, four bytes.
    const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...next.split('.').map(Number)]);
    socket.send(Buffer.concat([header, question.subarray(12, end), answer]), port, address);
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const resolve: Resolve = async (host) => (await resolver.resolve4(host)).map((address) => ({ address, family: 4 }));
  return { resolve, asked: () => asked, close: () => socket.close() };
}
