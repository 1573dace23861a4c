import { describe, expect, test } from '@jest/globals';
import { looksLike, sniff } from '../../lambdas/image/sniff.ts';
import { avifOf, gif, jpeg, png, solid, webpOf } from '../pictures.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const tiny = { picture: solid(2, 2, [1, 2, 3]) };

describe('our formats, by their first bytes', () => {
  test('as an encoder writes them', async () => {
    expect(sniff(await webpOf(tiny.picture))).toBe('webp');
    expect(sniff(await avifOf(tiny.picture))).toBe('avif');
    expect(sniff(await jpeg(tiny))).toBe('jpeg');
    expect(sniff(await png(tiny))).toBe('png');
    expect(sniff(await gif(tiny))).toBe('gif');
  });

  test.each([
    ['GIF87a', 'gif'],
    ['GIF89a', 'gif'],
    ['GIF88a', undefined],
    ['GIF89', undefined],
    ['\xff\xd8\xff', 'jpeg'],
    ['\xff\xd8', undefined],
    ['\x89PNG\r\n\x1a\n', 'png'],
    // A transfer in text mode drops the carriage return; the signature is made to show that.
    ['\x89PNG\n\x1a\n', undefined],
    ['', undefined],
    ['RIFF....WEBPVP8 ', 'webp'],
    ['RIFF....WAVEfmt ', undefined],
    ['\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf', 'avif'],
    ['\0\0\0\x1cftypavis\0\0\0\0msf1avisavif', 'avif'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'heic'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'heic'],
    ['\0\0\0\x18ftypheix\0\0\0\0mif1heix', 'heic'],
    // The brand that both containers share comes first, the codec's own one later.
    ['\0\0\0\x1cftypmif1\0\0\0\0miafmif1avif', 'avif'],
    ['\0\0\0\x14ftypmif1\0\0\0\0mif1avif', undefined],
    ['\0\0\0\x18ftypisom\0\0\0\0isommp42', undefined],
    [' GIF89a', undefined],
  ])('%j is %s', (start, format) => {
    expect(sniff(latin1(start))).toBe(format);
  });
});

describe('what a refused file looks like', () => {
  test.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
    ['\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><!-- b -->\n<svg>', 'svg'],
    ['<?xml version="1.0"?><rss/>', 'xml'],
    ['  <!DOCTYPE html><html>', 'html'],
    ['<html><body><svg></svg>', 'html'],
    ['https://example.com/me.png', 'url'],
    ['data:image/png;base64,iVBO', 'url'],
    ['{"image": 1}', 'json'],
    ['\0\0\0\x18ftypmif1', 'heic'],
    ['\0\0\0\x1cftypisom', 'video'],
    ['\xff\x0a\xfa', 'jxl'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'jxl'],
    ['II*\0\x08\0\0\0', 'tiff'],
    ['MM\0*\0\0\0\x08', 'tiff'],
    ['%PDF-1.7', 'pdf'],
    ['PK\x03\x04\x14', 'zip'],
    ['BM6\0', 'bmp'],
    ['\0\0\x01\0\x01', 'ico'],
    ['8BPS\0\x01', 'psd'],
    ['hello, I am a photo', undefined],
    ['\x01\x02\x03\x04', undefined],
    ['', undefined],
  ])('%j looks like %s', (start, name) => {
    expect(looksLike(latin1(start))).toBe(name);
  });

  test('a text made to tire a pattern is read in no time', () => {
    const started = performance.now();
    expect(looksLike(latin1('<!----> '.repeat(100_000)))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(100);
  });
});
