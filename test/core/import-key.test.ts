import { describe, expect, test } from '@jest/globals';
import { readImportKey } from '../../lambdas/core/import-key.ts';

describe('a key', () => {
  test.each([
    ['imports/b/776627022.jpg', { kind: 'photo', batch: 'b', user: '776627022' }],
    ['imports/b/ada.JPEG', { kind: 'photo', batch: 'b', user: 'ada' }],
    ['imports/b/ada@example.co.uk.png', { kind: 'photo', batch: 'b', user: 'ada@example.co.uk' }],
    // Without a type nothing is cut off: ada@example.co may be somebody else.
    ['imports/b/ada@example.co.uk', { kind: 'photo', batch: 'b', user: 'ada@example.co.uk' }],
    [
      'imports/new hires/zoë+photos@example.com.gif',
      { kind: 'photo', batch: 'new hires', user: 'zoë+photos@example.com' },
    ],
    ['imports/b/zoe\u0308.jpg', { kind: 'photo', batch: 'b', user: 'zo\u00eb' }],
    ['imports/b/sales/eu/ada.jpg', { kind: 'photo', batch: 'b', user: 'ada' }],
    ['imports/b/ada.heic', { kind: 'photo', batch: 'b', user: 'ada' }],
    ['imports/b/ada.txt', { kind: 'photo', batch: 'b', user: 'ada.txt' }],
    ['imports/b/', { kind: 'folder' }],
    ['imports/b/sub/', { kind: 'folder' }],
    ['imports/ada.jpg', undefined],
    ['imports//ada.jpg', undefined],
    ['manifests/b/manifest.csv', { kind: 'manifest', batch: 'b' }],
    ['manifests/b/sub/manifest.csv', undefined],
    ['manifests/b/old-manifest.csv', undefined],
    ['manifests/b/ada.jpg', undefined],
    ['elsewhere/b/ada.jpg', undefined],
  ])('%s', (key, said) => {
    expect(readImportKey(key)).toEqual(said);
  });
});
