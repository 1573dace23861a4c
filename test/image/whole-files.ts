import sharp from 'sharp';
import { gif, jpeg, photoLike, png, type RawPicture, solid } from '../pictures.ts';

const small = photoLike(61, 45);
const white = solid(50, 40, [255, 255, 255]);

const halved = ({ data, width, height, channels }: RawPicture, progressive = false): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels } }).jpeg({ quality: 70, progressive }).toBuffer();
const optimised = ({ data, width, height, channels }: RawPicture): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels } }).jpeg({ mozjpeg: true }).toBuffer();

/**
 * With the number of bytes at the end that a picture can do without: EOI; IEND and the two checksums before it; the
 * trailer and the terminator.
 */
export const WHOLE_FILES: [string, () => Promise<Buffer>, number][] = [
  ['JPEG', () => jpeg({ picture: small }), 2],
  ['JPEG of one colour', () => jpeg({ picture: white }), 2],
  ['grey JPEG', () => jpeg({ picture: small, grey: true }), 2],
  ['CMYK JPEG', () => jpeg({ picture: small, cmyk: true }), 2],
  ['JPEG with halved colours', () => halved(small), 2],
  ['progressive JPEG', () => jpeg({ picture: small, progressive: true }), 2],
  ['progressive JPEG of one colour', () => jpeg({ picture: white, progressive: true }), 2],
  ['progressive JPEG with halved colours', () => halved(small, true), 2],
  ['progressive JPEG by mozjpeg', () => optimised(small), 2],
  ['PNG', () => png({ picture: small }), 16],
  ['PNG of one colour', () => png({ picture: white }), 12],
  ['interlaced PNG', () => png({ picture: small, interlaced: true }), 12],
  ['palette PNG', () => png({ picture: small, palette: true }), 16],
  ['PNG of 16 bits', () => png({ picture: small, bits16: true, alpha: true }), 16],
  ['GIF', () => gif({ picture: small }), 1],
  ['animated GIF', () => gif({ frames: [small, photoLike(61, 45, 2)] }), 1],
];
