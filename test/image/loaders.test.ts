import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';

/**
 * Made before the allow-list is set, which forbids sharp to read other formats. They must be genuine to prove anything.
 */
const made = new Map<string, Buffer>();

beforeAll(async () => {
  // Another test file in this process may have set the allow-list already.
  sharp.unblock({ operation: ['VipsForeignLoad'] });
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c03020' } });
  for (const format of ['webp', 'tiff', 'avif', 'jpeg', 'png', 'gif'] as const)
    made.set(format, await picture.clone().toFormat(format).toBuffer());
  made.set('svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'));
  for (const [format, bytes] of made)
    expect({ format, width: (await sharp(bytes).metadata()).width }).toEqual({ format, width: 8 });
  await import('../../lambdas/image/libvips.ts');
});

describe('loaders are an allow-list', () => {
  test.each(['tiff', 'svg'])('%s is not opened even by sharp itself', async (format) => {
    await expect(sharp(made.get(format)).metadata()).rejects.toThrow(/unsupported/);
  });

  test.each(['jpeg', 'png', 'gif', 'webp', 'avif'])('%s is', async (format) => {
    // sharp's name of the container of AVIF.
    expect((await sharp(made.get(format)).metadata()).format).toBe(format === 'avif' ? 'heif' : format);
  });
});
