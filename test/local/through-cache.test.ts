import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { edgeCache, NO_CACHE } from '../../local/edge-cache.ts';
import { type CacheTerms, throughCache } from '../../local/through-cache.ts';
import { type HttpResponse, headerValue, type ViewerRequest } from '../../local/viewer-request.ts';
import { policy, viewerGet } from './cdn-request.ts';

/**
 * CloudFront's guide: "Managing how long content stays in the cache", "Range GETs", "HTTP 4xx and 5xx status codes".
 */
const START = Date.parse('2026-01-02T03:04:05Z');
beforeEach(() => {
  jest.useFakeTimers({ now: START, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});
const later = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1_000);

const answer = (body: string, status = 200, control?: string): HttpResponse => ({
  status,
  headers: [
    ['content-type', 'text/plain'],
    ['etag', `"${body.slice(0, 4)}"`],
    ...(control === undefined ? [] : [['cache-control', control] satisfies [string, string]]),
  ],
  body: Buffer.from(body),
});

/** An edge before an origin that gives these answers, one after the other, and tells how it was asked. */
function edge(answers: HttpResponse[], more: Partial<CacheTerms> = {}) {
  const terms: CacheTerms = {
    cache: edgeCache(),
    cachePolicy: policy(),
    compresses: false,
    errorSeconds: new Map(),
    ...more,
  };
  const asked: ViewerRequest[] = [];
  const ask = async (...request: Parameters<typeof viewerGet>) => {
    const got = await throughCache(viewerGet(...request), terms, async (sent) => {
      asked.push(sent);
      const next = answers.shift();
      if (next === undefined) throw new Error('the origin was asked too often');
      return next;
    });
    return { ...got, said: [got.status, headerValue(got.headers, 'x-cache'), got.body.toString()] };
  };
  return { ask, asked, terms };
}

describe('a fresh answer', () => {
  test('is served without asking, and says how old it is', async () => {
    const { ask, asked } = edge([answer('one')]);
    expect((await ask('/a')).said).toEqual([200, 'Miss from cloudfront', 'one']);
    later(59);
    const again = await ask('/a');
    expect(again.said).toEqual([200, 'Hit from cloudfront', 'one']);
    expect(headerValue(again.headers, 'age')).toBe('59');
    expect(asked).toHaveLength(1);
  });

  test('serves any part of itself: the origin is asked for the whole', async () => {
    const { ask, asked } = edge([answer('0123456789')]);
    expect((await ask('/a', [['Range', 'bytes=2-4']])).said).toEqual([206, 'Miss from cloudfront', '234']);
    expect((await ask('/a', [['Range', 'bytes=5-']])).said).toEqual([206, 'Hit from cloudfront', '56789']);
    expect((await ask('/a', [['If-None-Match', '"0123"']])).said).toEqual([304, 'Hit from cloudfront', '']);
    expect(asked.map(({ headers }) => headers)).toEqual([[]]);
  });

  test('answers a HEAD, and a HEAD’s own answers no GET', async () => {
    const { ask } = edge([answer('one'), answer('head'), answer('two')]);
    await ask('/a');
    expect((await ask('/a', [], { method: 'HEAD' })).said[1]).toBe('Hit from cloudfront');
    expect((await ask('/b', [], { method: 'HEAD' })).said[1]).toBe('Miss from cloudfront');
    expect((await ask('/b', [], { method: 'HEAD' })).said[1]).toBe('Hit from cloudfront');
    expect((await ask('/b')).said).toEqual([200, 'Miss from cloudfront', 'two']);
  });

  test('is gone when it is invalidated', async () => {
    const { ask, terms } = edge([answer('one'), answer('two'), answer('three')]);
    await ask('/7/a');
    await ask('/8/a');
    terms.cache.invalidate(['/7/*']);
    expect((await ask('/7/a')).said).toEqual([200, 'Miss from cloudfront', 'three']);
    expect((await ask('/8/a')).said).toEqual([200, 'Hit from cloudfront', 'two']);
  });

  test('no viewer can ask for a newer one', async () => {
    const { ask } = edge([answer('one')]);
    await ask('/a');
    expect(
      (
        await ask('/a', [
          ['Cache-Control', 'no-cache'],
          ['Pragma', 'no-cache'],
        ])
      ).said[1],
    ).toBe('Hit from cloudfront');
  });
});

describe('a stale answer', () => {
  const NOT_MODIFIED: HttpResponse = { status: 304, headers: [], body: Buffer.alloc(0) };

  test('is asked for again, and served as it is when it still holds', async () => {
    const { ask, asked } = edge([answer('one'), NOT_MODIFIED]);
    await ask('/a');
    later(3_600);
    expect((await ask('/a')).said).toEqual([200, 'RefreshHit from cloudfront', 'one']);
    expect(asked[1]?.headers).toEqual([['if-none-match', '"one"']]);
    later(3_599);
    expect((await ask('/a')).said).toEqual([200, 'Hit from cloudfront', 'one']);
  });

  test('is replaced by another, and by a 4xx', async () => {
    const { ask } = edge([answer('one'), answer('two'), answer('gone', 403)]);
    await ask('/a');
    later(3_600);
    expect((await ask('/a')).said).toEqual([200, 'Miss from cloudfront', 'two']);
    later(3_600);
    expect((await ask('/a')).said).toEqual([403, 'Error from cloudfront', 'gone']);
  });

  test('is served while the origin fails', async () => {
    const { ask, asked } = edge([answer('one'), answer('oops', 503), answer('two')]);
    await ask('/a');
    later(3_600);
    expect((await ask('/a')).said).toEqual([200, 'Hit from cloudfront', 'one']);
    later(9);
    expect((await ask('/a')).said).toEqual([200, 'Hit from cloudfront', 'one']);
    later(1);
    expect((await ask('/a')).said).toEqual([200, 'Miss from cloudfront', 'two']);
    expect(asked).toHaveLength(3);
  });
});

describe('an error', () => {
  test('is remembered for ten seconds, whatever the policy', async () => {
    const { ask } = edge([answer('gone', 404), answer('one')], { cachePolicy: policy({ maxTtlSeconds: 0 }) });
    expect((await ask('/a')).said).toEqual([404, 'Error from cloudfront', 'gone']);
    later(9);
    expect((await ask('/a')).said).toEqual([404, 'Error from cloudfront', 'gone']);
    later(1);
    expect((await ask('/a')).said).toEqual([200, 'Miss from cloudfront', 'one']);
  });

  test('and not at all where the distribution says so: a 403 before publication is over with it', async () => {
    const { ask } = edge([answer('not yet', 403), answer('one')], { errorSeconds: new Map([[403, 0]]) });
    await ask('/a');
    expect((await ask('/a')).said).toEqual([200, 'Miss from cloudfront', 'one']);
  });
});

describe('nothing is kept', () => {
  test('of other methods, of no-store, and without a cache', async () => {
    const one = edge([answer('one'), answer('two')]);
    await one.ask('/a', [], { method: 'POST' });
    expect((await one.ask('/a', [], { method: 'POST' })).said).toEqual([200, 'Miss from cloudfront', 'two']);

    const two = edge([answer('one', 200, 'no-store'), answer('two')]);
    await two.ask('/a');
    expect((await two.ask('/a')).said).toEqual([200, 'Miss from cloudfront', 'two']);

    const three = edge([answer('one'), answer('two')], { cache: NO_CACHE });
    await three.ask('/a');
    expect((await three.ask('/a')).said).toEqual([200, 'Miss from cloudfront', 'two']);
  });

  test('and the origin then sees the range and the conditions', async () => {
    const { ask, asked } = edge([answer('part', 206)], { cachePolicy: policy({ maxTtlSeconds: 0 }) });
    await ask('/a', [['Range', 'bytes=0-3']]);
    expect(asked[0]?.headers).toEqual([['Range', 'bytes=0-3']]);
  });
});

describe('compression', () => {
  const text = 'a'.repeat(2_000);
  const both = policy({ encodings: ['br', 'gzip'] });

  test('is done once for each encoding that viewers take', async () => {
    const { ask, asked } = edge([answer(text), answer(text)], { cachePolicy: both, compresses: true });
    const packed = await ask('/a', [['Accept-Encoding', 'gzip, deflate']]);
    expect(headerValue(packed.headers, 'content-encoding')).toBe('gzip');
    expect(gunzipSync(packed.body).toString()).toBe(text);
    expect(headerValue((await ask('/a', [['accept-encoding', 'gzip']])).headers, 'x-cache')).toBe(
      'Hit from cloudfront',
    );
    const plain = await ask('/a');
    expect([headerValue(plain.headers, 'content-encoding'), plain.body.toString()]).toEqual([undefined, text]);
    expect(asked).toHaveLength(2);
  });

  test('is not done where the behaviour, the policy’s times or its encodings do not allow it', async () => {
    for (const more of [
      { cachePolicy: both, compresses: false },
      { cachePolicy: policy({ encodings: ['gzip'], maxTtlSeconds: 0 }), compresses: true },
      { cachePolicy: policy(), compresses: true },
    ]) {
      const got = await edge([answer(text)], more).ask('/a', [['Accept-Encoding', 'br, gzip']]);
      expect(headerValue(got.headers, 'content-encoding')).toBeUndefined();
    }
  });
});
