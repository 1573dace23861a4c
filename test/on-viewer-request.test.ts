import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, test } from '@jest/globals';
import { transform } from 'esbuild';
import type { EdgeResponse, ViewerRequest, ViewerRequestEvent } from '../lambdas/on-viewer-request.ts';
import { readAssembly } from '../local/assembly.ts';
import { AVATAR_EVENTS, EDGE_EVENTS } from './edge-events.ts';
import { sharedAssembly } from './laptop.ts';
import { propertiesOf } from './template-copy.ts';

/** The text that CloudFront gets. */
const script = String(
  propertiesOf(readAssembly((await sharedAssembly()) ?? '').template, 'OnViewerRequest').FunctionCode,
);
/** In another realm, as at the edge: without Node's globals. */
const handler: (event: ViewerRequestEvent) => ViewerRequest | EdgeResponse = runInNewContext(`${script}\nhandler`);

const ask = (uri: string, headers: ViewerRequest['headers'] = {}) =>
  handler({
    viewer: { ip: '203.0.113.7' },
    request: { method: 'POST', uri, headers: { host: { value: 'photos.example' }, ...headers }, querystring: {} },
  });

/** The same with avatars on, which is a line before the script. */
const withAvatars = script.replace(
  /^const avatarDefaultHosts = null;/,
  'const avatarDefaultHosts = ["img.example.com"];',
);
const avatarHandler: typeof handler = runInNewContext(`${withAvatars}\nhandler`);

const VERSION = '0123456789abcdef0123';

describe('what CloudFront is given', () => {
  test('fits into its 10 KB', () => {
    // 500 bytes are room for as many host names as anybody has.
    expect(Buffer.byteLength(script) + 500).toBeLessThan(10_240);
  });

  test('is written in the language of its runtime', async () => {
    // ECMAScript 5.1 and these. esbuild fails on what it cannot express in them.
    const supported = { 'const-and-let': true, arrow: true, 'template-literal': true };
    await expect(transform(withAvatars, { target: 'es5', supported, logLevel: 'silent' })).resolves.toBeDefined();
    expect(script).not.toMatch(/\b(import|export|require|async|await|class)\b/);
  });
});

describe('who asked', () => {
  test('is said over whatever the viewer said', () => {
    expect(
      ask('/api/users.setPhoto', {
        'x-headshot-host': { value: 'evil.example' },
        'x-headshot-viewer-ip': { value: '10.0.0.1', multiValue: [{ value: '10.0.0.1' }, { value: '10.0.0.2' }] },
        'x-headshot-origin': { value: 'guess' },
        'x-headshot-else': { value: 'x' },
        'x-headshot-retry-after': { value: '99999' },
        'x-http-method-override': { value: 'DELETE' },
        authorization: { value: 'Bearer t' },
      }),
    ).toEqual({
      method: 'POST',
      uri: '/api/users.setPhoto',
      headers: {
        host: { value: 'photos.example' },
        authorization: { value: 'Bearer t' },
        'x-headshot-host': { value: 'photos.example' },
        'x-headshot-viewer-ip': { value: '203.0.113.7' },
        'x-headshot-retry-after': { value: expect.stringMatching(/^[1-6]$/) },
      },
      querystring: {},
    });
  });
});

test('whoever is turned away comes back at a time of their own, of six', () => {
  const times = Array.from({ length: 600 }, () => {
    const asked = ask('/api/users.setPhoto');
    return 'uri' in asked ? Number(asked.headers['x-headshot-retry-after']?.value) : 0;
  });
  // 100 of each would be even. Less than 50 of any has a chance of less than one in ten million.
  for (const seconds of [1, 2, 3, 4, 5, 6]) {
    expect(times.filter((one) => one === seconds).length).toBeGreaterThan(50);
  }
  expect(Math.max(...times)).toBe(6);
});

describe('a body over 4,500,000 bytes', () => {
  test.each([
    ['/api/users.setPhoto', 200, 'application/json; charset=utf-8', '{"ok":false,"error":"too_large"}'],
    [
      '/v1/photo/undo',
      413,
      'application/problem+json',
      '{"type":"about:blank","title":"Content Too Large","status":413,"detail":"More than 4.5 MB goes by POST /v1/photo/uploads."}',
    ],
  ])('to %s is answered in its dialect', (uri, statusCode, contentType, data) => {
    expect(ask(uri, { 'content-length': { value: '4500001' } })).toMatchObject({
      statusCode,
      headers: { 'content-type': { value: contentType } },
      body: { encoding: 'text', data },
    });
  });

  test.each(['', '-1', '1e9', '0x10', '10, 20', '٣', '99999999999999999999'])('so is the length %j', (value) => {
    expect(ask('/api/users.setPhoto', { 'content-length': { value } })).toMatchObject({ statusCode: 200 });
  });

  test('so is a second length behind a small one', () => {
    const lengths = { value: '10', multiValue: [{ value: '10' }, { value: '9999999' }] };
    expect(ask('/api/users.setPhoto', { 'content-length': lengths })).toMatchObject({ statusCode: 200 });
  });

  test.each([
    ['/api/users.setPhoto', '4500000'],
    ['/api/users.setPhoto', '0'],
    ['/apis', '4500001'],
    ['/', '4500001'],
  ])('but %s with %s passes', (uri, value) => {
    expect(ask(uri, { 'content-length': { value } })).toMatchObject({ uri });
  });
});

describe("a photo's name", () => {
  test.each([
    [`/p/1024x768/776627022_${VERSION}.jpg`, '400x300.jpg'],
    [`/p/1024x768/776627022_${VERSION}_original.jpg`, '1024x768.jpg'],
    [`/p/1024x768/776627022_${VERSION}_normal.png`, '48x48.png'],
    [`/p/1024x768/776627022_${VERSION}_bigger.gif`, '73x73.gif'],
    [`/p/1024x768/776627022_${VERSION}_400x400.jpg`, '400x400.jpg'],
    [`/p/1024x768/776627022_${VERSION}_512.jpg`, '512x512.jpg'],
    [`/p/1024x768/776627022_${VERSION}_1024.jpg`, '768x768.jpg'],
    [`/p/30x20/776627022_${VERSION}_normal.jpg`, '20x20.jpg'],
  ])('%s is stored as %s', (uri, stored) => {
    expect(ask(uri)).toMatchObject({ uri: `/776627022/${VERSION}/${stored}` });
  });

  test.each([
    '/p/',
    '/p/index.html',
    `/p/1024x768/776627022_${VERSION}_huge.jpg`,
    `/p/1024x768/776627022_${VERSION}.webp`,
    `/p/1024x768/776627022_${VERSION}.jpg/..`,
    `/p/1024x768/../776627022/${VERSION}/48x48.jpg`,
    `/p/0x0/776627022_${VERSION}.jpg`,
    '/p/1024x768/776627022_0123.jpg',
  ])('%s is none', (uri) => {
    expect(ask(uri)).toMatchObject({ statusCode: 404, body: { encoding: 'text', data: 'no such photo\n' } });
  });

  test.each(['/', '/index.html', '/p', '/photos/x.jpg', '/v1/limits'])('%s is left as it is', (uri) => {
    expect(ask(uri)).toMatchObject({ uri });
  });
});

describe('an avatar', () => {
  const HASH = '0bc83cb571cd1c50ba6f3e8a78ef1346';
  const SVG = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
  const askFor = (path: string, query: Record<string, string> = {}, accept = '*/*', by = avatarHandler) => {
    const querystring = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, { value }]));
    const headers = { host: { value: 'photos.example' }, accept: { value: accept } };
    const answered = by({ viewer: { ip: '203.0.113.7' }, request: { method: 'GET', uri: path, headers, querystring } });
    if (!('uri' in answered)) return answered;
    const pairs = Object.entries(answered.querystring).map(([name, { value }]) => `${name}=${value}`);
    return `${answered.uri}?${pairs.join('&')}`;
  };

  test.each([
    [`/avatar/${HASH}`, {}, `/avatar/${HASH}?s=192&d=mp`],
    [`/avatar/${HASH.toUpperCase()}.png`, { d: '404', s: '500', reset_cache: 'kd83' }, `/avatar/${HASH}?s=512&d=404`],
    [
      `/avatar/${HASH}`,
      { default: 'https%3A%2F%2Fimg.example.com%2Fa.png' },
      `/avatar/${HASH}?s=192&d=https%3A%2F%2Fimg.example.com%2Fa.png`,
    ],
    [`/avatar/${HASH}`, { d: 'https%3A%2F%2Fevil.example%2Fa.png' }, `/avatar/${HASH}?s=192&d=mp`],
    [`/avatar/${HASH}`, { d: '%E0%A4' }, `/avatar/${HASH}?s=192&d=mp`],
    // The functions have no fonts, so letters are for those only who accept SVG.
    [`/avatar/${HASH}`, { d: 'initials', name: 'Ada+Lovelace' }, `/avatar/${HASH}?s=192&d=mp`],
  ])('%s %j is asked for as %s', (path, query, asked) => {
    expect(askFor(path, query)).toBe(asked);
  });

  test('has letters for who takes SVG', () => {
    expect(askFor(`/avatar/${HASH}`, { d: 'initials', name: '%E8%AB%B8%E8%91%9B+%E4%BA%AE' }, SVG)).toBe(
      `/avatar/${HASH}?s=192&d=initials&initials=%E8%AB%B8%E4%BA%AE`,
    );
  });

  test.each(['/avatar/', '/avatar/ada', `/avatar/${HASH}.bmp`, `/avatar/${HASH}0`])('%s is none', (path) => {
    expect(askFor(path)).toMatchObject({
      statusCode: 400,
      body: { data: 'the MD5 or SHA-256 of an e-mail address, in hex\n' },
    });
  });

  test('is nothing where avatars are off', () => {
    expect(askFor(`/avatar/${HASH}.PNG`, { x: 'y' }, SVG, handler)).toBe(`/avatar/${HASH}.PNG?x=y`);
    expect(askFor('/avatar/ada', {}, SVG, handler)).toBe('/avatar/ada?');
  });
});

const CALL = 'JSON.parse(events).map(function (event) { return JSON.stringify(handler(event)); })';

const folder = mkdtempSync(join(tmpdir(), 'headshot-njs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasNjs = spawnSync('njs', ['-v']).status === 0;
/**
 * njs is the nearest relative of CloudFront's engine to be had (Debian's package `njs`). The tests above run in Node.
 */
(hasNjs ? describe : describe.skip)('in njs (apt-get install njs)', () => {
  test.each([
    ['every kind of request', script, EDGE_EVENTS],
    ['every kind of request for an avatar', withAvatars, AVATAR_EVENTS],
  ])('%s is answered as in Node', (_, script, asked) => {
    const file = join(folder, 'edge.js');
    const events = JSON.stringify(asked);
    // A line a call, because njs cuts off long lines.
    const loop = `${CALL}.forEach(function (said) { console.log(said); });`;
    // Two engines would draw different random numbers.
    const sure = 'Math.random = function () { return 0.5; };';
    writeFileSync(file, `${sure}\n${script}\nvar events = ${JSON.stringify(events)};\n${loop}`);
    const run = spawnSync('njs', [file], { encoding: 'utf8', maxBuffer: 64e6 });
    expect([run.status, run.stderr]).toEqual([0, '']);
    const inNode: string[] = runInNewContext(`${sure}\n${script}\n${CALL}`, { events });
    const inNjs = run.stdout.trimEnd().split('\n');
    expect(inNjs).toHaveLength(asked.length);
    for (const [index, said] of inNjs.entries()) {
      expect({ asked: asked[index], said: JSON.parse(said) }).toEqual({
        asked: asked[index],
        said: JSON.parse(inNode[index] ?? ''),
      });
    }
  });
});
