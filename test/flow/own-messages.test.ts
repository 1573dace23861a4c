import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isKeyBehind } from '../../lambdas/core/key-order.ts';
import {
  type PlaceInStep,
  partPrefixes,
  placeAfter,
  SWEEP_PARTS,
  SWEEP_STEPS,
} from '../../lambdas/core/sweep-cursor.ts';
import { CsvError } from '../../lambdas/edge/imports/csv.ts';
import { readManifestPart } from '../../lambdas/edge/imports/manifest.ts';
import type { eraseSecondPass } from '../../lambdas/flow/erase.ts';
import { pageAfter, partAfter } from '../../lambdas/flow/import-manifest.ts';
import type { InvalidateStores } from '../../lambdas/flow/invalidate-cdn.ts';
import type { ManifestListingMessage, ManifestPartMessage } from '../../lambdas/store/intake-queue.ts';

/**
 * Two functions send to the queue that invokes them, and tell Lambda to allow that (`mayCallItself`). So each such
 * message must be further than the one that caused it: then there is an end.
 */

describe('manifest-part', () => {
  const first: ManifestPartMessage = {
    kind: 'manifest-part',
    batch: 'b',
    key: 'manifests/b/manifest.csv',
    etag: '"e"',
    sequencer: '01',
    from_byte: 0,
    line: 1,
  };

  /** All messages that a manifest leads to: until the last part, or until no line is whole. */
  function messagesOf(manifest: Uint8Array, partBytes: number): ManifestPartMessage[] {
    const sent = [first];
    for (let message: ManifestPartMessage | undefined = first; message; ) {
      const piece = manifest.subarray(message.from_byte, message.from_byte + partBytes);
      const isLast = message.from_byte + piece.length >= manifest.length;
      if (isLast) break;
      const { columns, line } = message;
      const part = readManifestPart(piece, { ...(columns && { columns }), line, isLast });
      // Not even the header is whole: more of the file would be read.
      if (part === undefined) break;
      message = partAfter(message, part);
      if (message) sent.push(message);
      if (sent.length > manifest.length + 1) throw new Error('more messages than bytes');
    }
    return sent;
  }

  const line = fc
    .tuple(
      fc.constantFrom('a.jpg', '"b, ""c"".jpg"', '"d\ne.jpg"', 'é.png', ''),
      fc.constantFrom('ada', '1', '"x\r\ny"', ''),
    )
    .map((fields) => fields.join(','));

  test('each begins behind the one before and within the file, whatever the manifest', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 60 }),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 12, max: 200 }),
        (lines, end, partBytes) => {
          const manifest = Buffer.from(['file,user', ...lines].join(end));
          const from = messagesOf(manifest, partBytes).map(({ from_byte }) => from_byte);
          for (const [index, byte] of from.entries()) {
            expect(byte).toBeGreaterThan(from[index - 1] ?? -1);
            expect(byte).toBeLessThanOrEqual(manifest.length);
          }
        },
      ),
    );
  });

  test('bytes that are no CSV at all end too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 40 }), (bytes, partBytes) => {
        try {
          expect(messagesOf(Buffer.concat([Buffer.from('file,user\n'), bytes]), partBytes + 10).length).toBeGreaterThan(
            0,
          );
        } catch (error) {
          if (!(error instanceof CsvError)) throw error;
        }
      }),
    );
  });

  test('a part of which nothing was read leads to none', () => {
    expect(partAfter(first, { bytes: 0, lines: 0, columns: { delimiter: ',', file: 0, user: 1 } })).toBeUndefined();
  });
});

describe('manifest-listing', () => {
  const listing = (page?: string): ManifestListingMessage => ({
    kind: 'manifest-listing',
    batch: 'b',
    key: 'manifests/b/manifest.csv',
    etag: '"e"',
    sequencer: '01',
    ...(page !== undefined && { page }),
  });

  test('goes on behind the page that was listed, in the order of S3, or not at all', () => {
    expect(pageAfter(listing(), 'manifests/b/a').page).toBe('manifests/b/a');
    expect(pageAfter(listing('manifests/b/a'), 'manifests/b/é').page).toBe('manifests/b/é');
    for (const page of ['manifests/b/a', 'manifests/b/Z', 'manifests/a/b'])
      expect(() => pageAfter(listing('manifests/b/a'), page)).toThrow('would stand still');
  });

  test("S3's order is that of UTF-8, in which an emoji comes behind what JavaScript sorts behind it", () => {
    expect(isKeyBehind('\u{1F600}', '\uFFFD')).toBe(true);
    expect(isKeyBehind('a', 'a')).toBe(false);
  });
});

describe('sweep', () => {
  test('each place is behind the one before: a later step, or further in the same', () => {
    const rank = ({ step }: PlaceInStep) => SWEEP_STEPS.indexOf(step);
    fc.assert(
      fc.property(
        fc.constantFrom(...SWEEP_STEPS),
        fc.option(fc.string(), { nil: undefined }),
        fc.option(fc.string(), { nil: undefined }),
        (step, after, nextAfter) => {
          const place: PlaceInStep = { step, part: 3, ...(after !== undefined && { after }) };
          let next: PlaceInStep | undefined;
          try {
            next = placeAfter(place, nextAfter);
          } catch (error) {
            expect((error as Error).message).toContain('would stand still');
            return;
          }
          if (next === undefined) return expect([step, nextAfter]).toEqual([SWEEP_STEPS.at(-1), undefined]);
          expect(next.part).toBe(3);
          if (rank(next) !== rank(place)) return expect([rank(next), next.after]).toEqual([rank(place) + 1, undefined]);
          expect(next.after).not.toBe(after);
        },
      ),
    );
  });

  test('a bucket is walked in the order of its keys, each part of it too', () => {
    expect(() => placeAfter({ step: 'photos', after: '2/b' }, '2/a')).toThrow('would stand still at 2/a');
    expect(() => placeAfter({ step: 'users', after: '{"id":"7"}' }, '{"id":"7"}')).toThrow('would stand still');
    // The next prefix begins where a part ends, after every key of the one before.
    for (let part = 0; part < SWEEP_PARTS; part++) {
      const prefixes = partPrefixes(part);
      for (const [index, prefix] of prefixes.entries())
        if (index > 0) expect(isKeyBehind(prefix, `${prefixes[index - 1]}\u{10FFFF}`)).toBe(true);
    }
  });
});

test('the second pass of an erasure, and having the CDN forget, have nothing to send by', () => {
  // The compiler is the test: neither is given the queue, nor the topic that leads to it.
  type Handed = Parameters<typeof eraseSecondPass>[1] & InvalidateStores;
  const queue: 'sweeps' extends keyof Handed ? 'handed' : 'not handed' = 'not handed';
  const topic: 'events' extends keyof Handed ? 'handed' : 'not handed' = 'not handed';
  expect([queue, topic]).toEqual(['not handed', 'not handed']);
});
