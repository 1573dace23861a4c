import { exif, exifSegment, withSegment } from '../picture-parts.ts';
import { jpeg, paint, photoLike, type RawPicture } from '../pictures.ts';
import { greyProfile, iccProfile, WIDE } from './colour-spaces.ts';
import { type OddFile, shuffled } from './odd-file.ts';

/** JPEGs that are whole but untidy. Source: ITU-T T.81, annex B; EXIF 2.32. */

const smooth: RawPicture = paint(48, 32, (x, y) => [x * 5, y * 7, 255 - x * 2 - y * 3]);

const baseline = (): Promise<Buffer> => jpeg({ picture: smooth });
const progressive = (): Promise<Buffer> => jpeg({ picture: smooth, progressive: true });
const grey = (): Promise<Buffer> => jpeg({ picture: smooth, grey: true });

/** The segments of a file, each with what follows it up to the next marker with a length. */
function segmentsOf(file: Buffer): { name: string; bytes: Buffer }[] {
  const parts = [{ name: 'SOI', bytes: file.subarray(0, 2) }];
  for (let at = 2; at < file.length; ) {
    const marker = file[at + 1] ?? 0;
    if (marker === 0xd9) {
      parts.push({ name: 'EOI', bytes: file.subarray(at) });
      break;
    }
    let end = at + 2 + file.readUInt16BE(at + 2);
    if (marker === 0xda) {
      while (
        !(file[end] === 0xff && file[end + 1] !== 0 && ((file[end + 1] ?? 0) < 0xd0 || (file[end + 1] ?? 0) > 0xd7))
      )
        end++;
    }
    parts.push({ name: `${NAMES[marker] ?? marker.toString(16)} ${parts.length}`, bytes: file.subarray(at, end) });
    at = end;
  }
  return parts;
}

const NAMES: Record<number, string> = { 224: 'APP0', 219: 'DQT', 192: 'SOF0', 194: 'SOF2', 196: 'DHT', 218: 'SOS' };

const odd = (name: string, make: () => Promise<Buffer>, tidy?: () => Promise<Buffer>): OddFile => ({
  name: `JPEG: ${name}`,
  make,
  ...(tidy ? { tidy } : {}),
});

/** Inserts bytes right after the start. */
const behindStart = (file: Buffer, ...bytes: number[]): Buffer =>
  Buffer.concat([file.subarray(0, 2), Buffer.from(bytes), file.subarray(2)]);

interface Entry {
  type: number;
  count?: number;
  /** The four bytes of the value. */
  value: number[];
  isLittle?: boolean;
}

/** A block of EXIF with one entry, the orientation, in ways that no camera writes. */
export function oddExif({ type, count = 1, value, isLittle = false }: Entry): Buffer {
  const block = Buffer.alloc(8 + 2 + 12 + 4);
  block.write(isLittle ? 'II' : 'MM', 'latin1');
  const put16 = (number: number, at: number) =>
    isLittle ? block.writeUInt16LE(number, at) : block.writeUInt16BE(number, at);
  const put32 = (number: number, at: number) =>
    isLittle ? block.writeUInt32LE(number, at) : block.writeUInt32BE(number, at);
  put16(42, 2);
  put32(8, 4);
  put16(1, 8);
  put16(0x0112, 10);
  put16(type, 12);
  put32(count, 14);
  Buffer.from(value).copy(block, 18);
  return block;
}

function orientations(): OddFile[] {
  const types: [string, number, number[]][] = [
    ['BYTE', 1, [6, 0, 0, 0]],
    ['ASCII', 2, [54, 0, 0, 0]],
    ['SHORT', 3, [0, 6, 0, 0]],
    ['LONG', 4, [0, 0, 0, 6]],
    ['RATIONAL', 5, [0, 0, 0, 8]],
    ['SBYTE', 6, [6, 0, 0, 0]],
    ['UNDEFINED', 7, [6, 0, 0, 0]],
    ['SSHORT', 8, [0, 6, 0, 0]],
    ['SLONG', 9, [0, 0, 0, 6]],
    ['FLOAT', 11, [0x40, 0xc0, 0, 0]],
    ['type 0', 0, [0, 6, 0, 0]],
    ['type 99', 99, [0, 6, 0, 0]],
  ];
  const withExif = async (...blocks: Buffer[]) =>
    blocks.reduceRight((file, block) => withSegment(file, 0xe1, exifSegment(block)), await baseline());
  return [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 0, 9].map((value) => odd(`orientation ${value}`, () => withExif(exif(value)))),
    ...types.map(([name, type, value]) => odd(`orientation as ${name}`, () => withExif(oddExif({ type, value })))),
    ...[0, 2, 3].map((count) =>
      odd(`orientation, count ${count}`, () => withExif(oddExif({ type: 3, count, value: [0, 6, 0, 0] }))),
    ),
    odd('orientation behind an empty Exif segment', () => withExif(Buffer.alloc(0), exif(6))),
    odd('orientation behind an Exif segment of one byte', () => withExif(Buffer.alloc(1), exif(6))),
    odd('orientation behind a damaged Exif segment', () =>
      withExif(Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1'), exif(6)),
    ),
    odd('orientation behind one without', () => withExif(Buffer.from('4d4d002a0000000800000000', 'hex'), exif(6))),
    odd('two orientations', () => withExif(exif(6), exif(3))),
    odd('orientation behind another APP1', async () =>
      withSegment(await withExif(exif(6)), 0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>')),
    ),
    odd('orientation in an Exif segment that lacks its last bytes', () => withExif(exif(6).subarray(0, -6))),
    odd('orientation in APP2', async () => withSegment(await baseline(), 0xe2, exifSegment(exif(6)))),
    odd('orientation in a segment called EXIF', async () =>
      withSegment(await baseline(), 0xe1, Buffer.concat([Buffer.from('EXIF\0\0'), exif(6)])),
    ),
    odd('orientation in a segment called Exif\\0\\xff', async () =>
      withSegment(await baseline(), 0xe1, Buffer.concat([Buffer.from('Exif\0\xff', 'latin1'), exif(6)])),
    ),
  ];
}

function ends(): OddFile[] {
  const files: [string, () => Promise<Buffer>][] = [
    ['baseline', baseline],
    ['progressive', progressive],
    ['grey', grey],
  ];
  return files.flatMap(([name, make]) => {
    const of = (what: string, odd: () => Promise<Buffer>) => ({ name: `JPEG: ${what}`, make: odd, tidy: make });
    return [
      ...[1, 2, 3, 4, 10, 60].map((cut) =>
        of(`${name} less ${cut} bytes`, async () => (await make()).subarray(0, -cut)),
      ),
      of(`${name}, bytes for EOI`, async () => Buffer.concat([(await make()).subarray(0, -2), Buffer.from([0, 0])])),
      of(`${name}, text for EOI`, async () =>
        Buffer.concat([(await make()).subarray(0, -2), Buffer.from('and some more text')]),
      ),
      of(`${name}, a second file for EOI`, async () => Buffer.concat([(await make()).subarray(0, -2), await make()])),
      of(`${name}, EOI twice`, async () => Buffer.concat([await make(), Buffer.from([0xff, 0xd9])])),
      of(`${name}, bytes behind EOI`, async () => Buffer.concat([await make(), Buffer.from('and more')])),
      of(`${name}, fill bytes before EOI`, async () =>
        Buffer.concat([(await make()).subarray(0, -2), Buffer.from([0xff, 0xff, 0xff, 0xd9])]),
      ),
      of(`${name}, stray bytes before EOI`, async () =>
        Buffer.concat([(await make()).subarray(0, -2), Buffer.from([1, 2, 3, 0xff, 0xd9])]),
      ),
      of(`${name}, a line end before it`, async () => Buffer.concat([Buffer.from('\n'), await make()])),
      of(`${name}, SOI twice`, async () => behindStart(await make(), 0xff, 0xd8)),
    ];
  });
}

function lengths(): OddFile[] {
  const markers: [string, number][] = [
    ['comment', 0xfe],
    ['APP0', 0xe0],
    ['APP1', 0xe1],
    ['APP2', 0xe2],
    ['APP5', 0xe5],
    ['APP13', 0xed],
    ['APP14', 0xee],
    ['DQT', 0xdb],
    ['DHT', 0xc4],
    ['DRI', 0xdd],
    ['DNL', 0xdc],
    ['JPG0', 0xf0],
    ['reserved', 0x02],
    ['DAC', 0xcc],
  ];
  return [
    ...markers.flatMap(([name, marker]) =>
      [0, 1, 2].map((length) =>
        odd(
          `${name} of length ${length}`,
          async () => behindStart(await baseline(), 0xff, marker, 0, length),
          baseline,
        ),
      ),
    ),
    odd('stray bytes between segments', async () => behindStart(await baseline(), 1, 2, 3)),
    odd('fill bytes between segments', async () => behindStart(await baseline(), 0xff, 0xff, 0xff)),
    odd('NULs between segments', async () => behindStart(await baseline(), 0, 0, 0)),
    odd('TEM between segments', async () => behindStart(await baseline(), 0xff, 1)),
    odd('RST0 between segments', async () => behindStart(await baseline(), 0xff, 0xd0)),
    odd('a restart interval of 0', async () => behindStart(await baseline(), 0xff, 0xdd, 0, 4, 0, 0)),
    odd('a restart interval that is not kept', async () => behindStart(await baseline(), 0xff, 0xdd, 0, 4, 0, 1)),
    odd('a JFIF version of 9', async () => changed(await jfif(), 'JFIF\0', 5, 9)),
    odd('a JFIF thumbnail that is not there', async () => changed(await jfif(), 'JFIF\0', 12, 9)),
    odd('an Adobe transform of 0', async () => withSegment(await baseline(), 0xee, adobe(0))),
    odd('an Adobe transform of 1', async () => withSegment(await baseline(), 0xee, adobe(1))),
    odd('an Adobe transform of 9', async () => withSegment(await baseline(), 0xee, adobe(9))),
    odd('an Adobe transform of 2 in grey', async () => withSegment(await grey(), 0xee, adobe(2))),
    odd('an Adobe segment cut', async () => withSegment(await baseline(), 0xee, adobe(0).subarray(0, 9))),
  ];
}

const adobe = (transform: number): Buffer => Buffer.from([...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform]);

const jfif = async (): Promise<Buffer> => {
  const file = await baseline();
  return file.includes('JFIF\0')
    ? file
    : withSegment(file, 0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'));
};

function changed(file: Buffer, behind: string, by: number, value: number): Buffer {
  const copy = Buffer.from(file);
  copy[copy.indexOf(behind) + by] = value;
  return copy;
}

function profiles(): OddFile[] {
  const [adobeRgb] = WIDE;
  if (adobeRgb === undefined) return [];
  const profile = iccProfile(adobeRgb);
  const part = (content: Buffer, number: number, of: number): Buffer =>
    Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([number, of]), content]);
  const half = profile.length >> 1;
  const withParts = async (...parts: Buffer[]) =>
    parts.reduceRight((file, content) => withSegment(file, 0xe2, content), await baseline());
  return [
    odd('a profile', () => withParts(part(profile, 1, 1))),
    odd('a profile in two', () => withParts(part(profile.subarray(0, half), 1, 2), part(profile.subarray(half), 2, 2))),
    odd('a profile in two, turned round', () =>
      withParts(part(profile.subarray(half), 2, 2), part(profile.subarray(0, half), 1, 2)),
    ),
    odd('a profile in two, one missing', () => withParts(part(profile.subarray(0, half), 1, 2))),
    odd('a profile in two, counted from 0', () =>
      withParts(part(profile.subarray(0, half), 0, 2), part(profile.subarray(half), 1, 2)),
    ),
    odd('a profile twice', () => withParts(part(profile, 1, 1), part(profile, 1, 1))),
    odd('a profile cut', () => withParts(part(profile.subarray(0, 300), 1, 1))),
    odd('a profile of noise', () => withParts(part(Buffer.alloc(300, 7), 1, 1))),
    odd('an empty profile', () => withParts(part(Buffer.alloc(0), 1, 1))),
    odd('a profile of greys', () =>
      withParts(
        part(
          greyProfile((value) => value),
          1,
          1,
        ),
      ),
    ),
    odd('a grey picture, a profile of greys', async () =>
      withSegment(
        await grey(),
        0xe2,
        part(
          greyProfile((value) => value),
          1,
          1,
        ),
      ),
    ),
    odd('a grey picture, a profile of colours', async () => withSegment(await grey(), 0xe2, part(profile, 1, 1))),
  ];
}

async function orders(): Promise<OddFile[]> {
  const files: [string, Buffer][] = [
    ['baseline', await baseline()],
    ['progressive', await progressive()],
  ];
  return files.flatMap(([name, file]) =>
    shuffled(segmentsOf(file)).map(({ name: change, bytes }) => ({
      name: `JPEG ${name}: ${change}`,
      make: () => bytes,
      tidy: () => file,
    })),
  );
}

export const ODD_JPEGS: OddFile[] = [
  odd('nothing odd', baseline),
  odd('nothing odd, progressive', progressive),
  odd('nothing odd, larger', () => jpeg({ picture: photoLike(200, 150) })),
  ...orientations(),
  ...ends(),
  ...lengths(),
  ...profiles(),
  ...(await orders()),
];
