import { constants, deflateSync } from 'node:zlib';
import { pngChunk, pngFile, uint32 } from '../picture-parts.ts';
import { ADOBE_RGB, DISPLAY_P3, greyProfile, iccProfile, SRGB } from './colour-spaces.ts';
import { type OddFile, shuffled } from './odd-file.ts';

/**
 * PNGs of every colour type, depth and way to define colours, and PNGs that are whole but untidy. Source: PNG, third
 * edition.
 */

const WIDTH = 16;
const HEIGHT = 12;

/** A sample from 0 to 1: slopes in red, green and blue, and a left part that is more transparent. */
const sampleAt = (x: number, y: number, channel: number): number =>
  [x / (WIDTH - 1), y / (HEIGHT - 1), 1 - (x + y) / (WIDTH + HEIGHT - 2), 0.4 + (0.6 * x) / (WIDTH - 1)][channel] ?? 0;

export interface Shape {
  colourType: 0 | 2 | 3 | 4 | 6;
  depth: 1 | 2 | 4 | 8 | 16;
  isInterlaced?: boolean;
}

/** Table 11.1 of the specification. */
export const SHAPES: Shape[] = [
  ...([1, 2, 4, 8, 16] as const).map((depth): Shape => ({ colourType: 0, depth })),
  ...([8, 16] as const).map((depth): Shape => ({ colourType: 2, depth })),
  ...([1, 2, 4, 8] as const).map((depth): Shape => ({ colourType: 3, depth })),
  ...([8, 16] as const).map((depth): Shape => ({ colourType: 4, depth })),
  ...([8, 16] as const).map((depth): Shape => ({ colourType: 6, depth })),
];

const CHANNELS = { 0: [0], 2: [0, 1, 2], 3: [0], 4: [0, 3], 6: [0, 1, 2, 3] };

/** The rows of the picture, each after a filter byte of 0; interlaced ones in the seven passes of Adam7. */
function rowsOf({ colourType, depth, isInterlaced = false }: Shape): Buffer {
  const passes = isInterlaced ? ADAM7 : [[0, 0, 1, 1] as const];
  const rows: Buffer[] = [];
  for (const [left, top, across, down] of passes)
    for (let y = top; y < HEIGHT; y += down) {
      const samples: number[] = [];
      for (let x = left; x < WIDTH; x += across)
        for (const channel of CHANNELS[colourType])
          samples.push(Math.round(sampleAt(x, y, channel) * (2 ** depth - 1)));
      if (samples.length > 0) rows.push(Buffer.from([0, ...packed(samples, depth)]));
    }
  return Buffer.concat(rows);
}

/** Left, top, and the steps across and down. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function packed(samples: number[], depth: number): number[] {
  if (depth === 16) return samples.flatMap((sample) => [sample >> 8, sample & 255]);
  const each = 8 / depth;
  return Array.from({ length: Math.ceil(samples.length / each) }, (_, byte) =>
    samples
      .slice(byte * each, (byte + 1) * each)
      .reduce((sum, sample, index) => sum | (sample << (8 - depth * (index + 1))), 0),
  );
}

/** As many colours as the depth allows. */
const palette = (depth: number, colours = 2 ** depth): Buffer =>
  Buffer.from(
    Array.from({ length: colours }, (_, at) => [(at * 255) / (colours - 1), 255 - at * 7, (at * 37) % 256]).flat(),
  );

interface Part {
  name: string;
  bytes: Buffer;
}

const SIGNATURE: Part = { name: 'signature', bytes: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') };
const IEND: Part = { name: 'IEND', bytes: pngChunk('IEND', Buffer.alloc(0)) };

const ihdr = ({ colourType, depth, isInterlaced = false }: Shape): Part => ({
  name: 'IHDR',
  bytes: pngChunk(
    'IHDR',
    Buffer.concat([uint32(WIDTH, HEIGHT), Buffer.from([depth, colourType, 0, 0, isInterlaced ? 1 : 0])]),
  ),
});
const part = (name: string, content: Buffer): Part => ({ name, bytes: pngChunk(name, content) });

const partsOf = (shape: Shape, extra: Part[] = [], data: Buffer = deflateSync(rowsOf(shape))): Part[] => [
  SIGNATURE,
  ihdr(shape),
  ...extra,
  ...(shape.colourType === 3 ? [part('PLTE', palette(shape.depth))] : []),
  part('IDAT', data),
  IEND,
];

const joined = (parts: Part[]): Buffer => Buffer.concat(parts.map(({ bytes }) => bytes));

const pngOf = (shape: Shape, extra: Part[] = []): Buffer => joined(partsOf(shape, extra));

export const iccp = (profile: Buffer): Part =>
  part('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), deflateSync(profile)]));
export const cicp = (...codes: number[]): Part => part('cICP', Buffer.from(codes));
export const gama = (value: number): Part => part('gAMA', uint32(value));
/** White, red, green, blue; x and y of each, times 100,000. */
export const chrm = (...values: number[]): Part => part('cHRM', uint32(...values));
export const srgb = (intent = 0): Part => part('sRGB', Buffer.from([intent]));

export const P3_CHRM = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000];
export const SRGB_CHRM = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
const TABLE_GAMMA = (power: number) => (value: number) => value ** power;

/** Ways to define the colours of a PNG. */
const COLOURINGS: Record<string, Part[]> = {
  nothing: [],
  sRGB: [srgb()],
  'sRGB of an unknown intent': [srgb(9)],
  'gAMA 1/2.2': [gama(45_455)],
  'gAMA 1/2.2 and cHRM of sRGB': [gama(45_455), chrm(...SRGB_CHRM)],
  'gAMA 1': [gama(100_000)],
  'gAMA 1/1.8': [gama(55_556)],
  'gAMA 0': [gama(0)],
  'gAMA of 1/100,000': [gama(1)],
  'gAMA of 20': [gama(2_000_000)],
  'gAMA of 3 bytes': [part('gAMA', Buffer.from([0, 1, 0]))],
  'cHRM of P3 alone': [chrm(...P3_CHRM)],
  'gAMA 1/2.2 and cHRM of P3': [gama(45_455), chrm(...P3_CHRM)],
  'cHRM of P3 and gAMA 1': [chrm(...P3_CHRM), gama(100_000)],
  'gAMA and cHRM of zeros': [gama(45_455), chrm(0, 0, 0, 0, 0, 0, 0, 0)],
  'gAMA and cHRM with one point thrice': [
    gama(45_455),
    chrm(31_270, 32_900, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000),
  ],
  'gAMA and cHRM short': [gama(45_455), chrm(...P3_CHRM.slice(0, 7))],
  'cICP of P3': [cicp(12, 13, 0, 1)],
  'cICP of sRGB': [cicp(1, 13, 0, 1)],
  'cICP of BT.709': [cicp(1, 1, 0, 1)],
  'cICP of BT.2020': [cicp(9, 14, 0, 1)],
  'cICP of BT.470M': [cicp(4, 4, 0, 1)],
  'cICP of BT.470BG': [cicp(5, 5, 0, 1)],
  'cICP of BT.601': [cicp(6, 6, 0, 1)],
  'cICP of SMPTE 240M': [cicp(7, 7, 0, 1)],
  'cICP of film': [cicp(8, 13, 0, 1)],
  'cICP of XYZ': [cicp(10, 17, 0, 1)],
  'cICP of DCI P3': [cicp(11, 17, 0, 1)],
  'cICP of EBU': [cicp(22, 13, 0, 1)],
  'cICP, linear': [cicp(1, 8, 0, 1)],
  'cICP, logarithmic': [cicp(1, 9, 0, 1)],
  'cICP, IEC 61966-2-4': [cicp(1, 11, 0, 1)],
  'cICP, BT.1361': [cicp(1, 12, 0, 1)],
  'cICP, BT.2020 of 12 bits': [cicp(9, 15, 0, 1)],
  'cICP, perceptual quantizer': [cicp(9, 16, 0, 1)],
  'cICP, hybrid log-gamma': [cicp(9, 18, 0, 1)],
  'cICP of P3 in the narrow range': [cicp(12, 13, 0, 0)],
  'cICP of P3 with a matrix': [cicp(12, 13, 1, 1)],
  'cICP of nothing specified': [cicp(2, 2, 0, 1)],
  'cICP of unknown codes': [cicp(99, 99, 0, 1)],
  'cICP of 3 bytes': [cicp(12, 13, 0)],
  'cICP of P3 beside sRGB': [cicp(12, 13, 0, 1), srgb()],
  'cICP of P3 beside iCCP': [cicp(12, 13, 0, 1), iccp(iccProfile(ADOBE_RGB))],
  'cICP of unknown codes beside iCCP': [cicp(99, 99, 0, 1), iccp(iccProfile(ADOBE_RGB))],
  'iCCP of sRGB': [iccp(iccProfile(SRGB))],
  'iCCP of P3': [iccp(iccProfile(DISPLAY_P3))],
  'iCCP of Adobe RGB': [iccp(iccProfile(ADOBE_RGB))],
  'iCCP of grey, linear': [iccp(greyProfile(TABLE_GAMMA(1)))],
  'iCCP of grey, 1.8': [iccp(greyProfile(TABLE_GAMMA(1.8)))],
  'iCCP of Adobe RGB beside sRGB': [iccp(iccProfile(ADOBE_RGB)), srgb()],
  'iCCP of Adobe RGB beside gAMA 1': [iccp(iccProfile(ADOBE_RGB)), gama(100_000)],
  'iCCP broken': [iccp(Buffer.alloc(200, 7))],
  'iCCP cut': [iccp(iccProfile(ADOBE_RGB).subarray(0, 500))],
  'iCCP not deflated': [part('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), iccProfile(ADOBE_RGB)]))],
  'iCCP broken beside gAMA 1': [iccp(Buffer.alloc(200, 7)), gama(100_000)],
  'iCCP broken beside sRGB and gAMA 1': [iccp(Buffer.alloc(200, 7)), srgb(), gama(100_000)],
  'iCCP of an empty name': [
    part('iCCP', Buffer.concat([Buffer.from('\0\0', 'latin1'), deflateSync(iccProfile(ADOBE_RGB))])),
  ],
  'sRGB beside gAMA 1 and cHRM of P3': [srgb(), gama(100_000), chrm(...P3_CHRM)],
  'gAMA twice': [gama(45_455), gama(100_000)],
};

const nameOf = ({ colourType, depth, isInterlaced }: Shape): string =>
  `${{ 0: 'grey', 2: 'RGB', 3: 'palette', 4: 'grey with alpha', 6: 'RGBA' }[colourType]} ${depth}${isInterlaced ? ', interlaced' : ''}`;

const coloured = (): OddFile[] =>
  SHAPES.flatMap((shape) =>
    Object.entries(COLOURINGS).map(([name, parts]) => ({
      name: `PNG ${nameOf(shape)}: ${name}`,
      make: () => pngOf(shape, parts),
    })),
  );

const RGB: Shape = { colourType: 2, depth: 8 };
const PALETTE: Shape = { colourType: 3, depth: 4 };

const exifChunk = (value: number): Part =>
  part(
    'eXIf',
    Buffer.from(
      `4d4d002a00000008000101120003000000010000${'00'.repeat(0)}`.slice(0, 36) +
        `00${value.toString(16).padStart(2, '0')}000000000000`,
      'hex',
    ),
  );

/** Optional chunks, each with sound content. */
const OPTIONAL: Part[] = [
  gama(45_455),
  srgb(),
  part('sBIT', Buffer.from([8, 8, 8])),
  part('bKGD', Buffer.from([0, 1, 0, 2, 0, 3])),
  part('tRNS', Buffer.from([0, 0, 0, 0, 0, 255])),
  part('pHYs', Buffer.concat([uint32(2835, 2835), Buffer.from([1])])),
  part('tIME', Buffer.from([7, 230, 1, 2, 3, 4, 5])),
  part('tEXt', Buffer.from('Comment\0hello', 'latin1')),
  part('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.from('hello'))])),
  part('iTXt', Buffer.from('Comment\0\0\0\0\0hello', 'latin1')),
  exifChunk(6),
];

/** Chunks that change what is seen. */
const TELLING = new Set(['gAMA', 'sRGB', 'tRNS', 'eXIf']);

/** With a wrong checksum. */
const spoiled = ({ name, bytes }: Part): Part => {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1;
  return { name, bytes: copy };
};

function withOdd(name: string, parts: Part[], tidy?: Part[]): OddFile {
  return { name: `PNG: ${name}`, make: () => joined(parts), ...(tidy ? { tidy: () => joined(tidy) } : {}) };
}

function chunks(): OddFile[] {
  const rgb = partsOf(RGB);
  const four = partsOf(PALETTE, [], deflateSync(rowsOf(PALETTE)));
  const transparent = [...four.slice(0, 3), part('tRNS', Buffer.from([0, 100])), ...four.slice(3)];
  const each = OPTIONAL.flatMap((optional) => {
    const parts = partsOf(RGB, [optional]);
    const content = optional.bytes.subarray(8, -4);
    return [
      ...shuffled(parts).map(({ name, bytes }) => ({
        name: `PNG with ${optional.name}: ${name}`,
        make: () => bytes,
        ...(TELLING.has(optional.name) ? {} : { tidy: () => joined(rgb) }),
      })),
      withOdd(`${optional.name} with a wrong checksum`, partsOf(RGB, [spoiled(optional)])),
      withOdd(`${optional.name} empty`, partsOf(RGB, [part(optional.name, Buffer.alloc(0))])),
      withOdd(`${optional.name} a byte short`, partsOf(RGB, [part(optional.name, content.subarray(0, -1))])),
      withOdd(
        `${optional.name} a byte long`,
        partsOf(RGB, [part(optional.name, Buffer.concat([content, Buffer.alloc(1)]))]),
      ),
    ];
  });
  return [
    ...each,
    ...shuffled(transparent).map(({ name, bytes }) => ({
      name: `PNG with palette and tRNS: ${name}`,
      make: () => bytes,
    })),
    ...rgb.slice(1).map((one) =>
      withOdd(
        `${one.name} with a wrong checksum`,
        rgb.map((other) => (other === one ? spoiled(one) : other)),
      ),
    ),
    ...four.slice(2, 3).map((one) =>
      withOdd(
        `${one.name} with a wrong checksum`,
        four.map((other) => (other === one ? spoiled(one) : other)),
      ),
    ),
    withOdd('a critical chunk that nobody knows', partsOf(RGB, [part('ABCD', Buffer.from('hello'))])),
    withOdd('an optional chunk that nobody knows', partsOf(RGB, [part('abCd', Buffer.from('hello'))])),
    withOdd('a chunk whose name is no letters', partsOf(RGB, [part('1\x002!', Buffer.from('hello'))])),
    withOdd('a palette in RGB', partsOf(RGB, [part('PLTE', palette(4))])),
    withOdd('a palette in RGB of no whole colours', partsOf(RGB, [part('PLTE', Buffer.alloc(10))])),
    withOdd('a palette in grey', partsOf({ colourType: 0, depth: 8 }, [part('PLTE', palette(4))])),
    withOdd('a palette of no whole colours', [
      ...four.slice(0, 2),
      part('PLTE', Buffer.concat([palette(4), Buffer.alloc(1)])),
      ...four.slice(3),
    ]),
    withOdd('a palette with too few colours', [...four.slice(0, 2), part('PLTE', palette(4, 5)), ...four.slice(3)]),
    withOdd('a palette with too many colours', [...four.slice(0, 2), part('PLTE', palette(4, 40)), ...four.slice(3)]),
    withOdd('tRNS longer than the palette', [...four.slice(0, 3), part('tRNS', Buffer.alloc(17, 9)), ...four.slice(3)]),
    withOdd('tRNS in a picture with alpha', partsOf({ colourType: 6, depth: 8 }, [part('tRNS', Buffer.alloc(6))])),
    withOdd('tRNS of grey', partsOf({ colourType: 0, depth: 8 }, [part('tRNS', Buffer.from([0, 0]))])),
    withOdd('tRNS of grey 16', partsOf({ colourType: 0, depth: 16 }, [part('tRNS', Buffer.from([0, 0]))])),
    withOdd(
      'tRNS of RGB 16',
      partsOf({ colourType: 2, depth: 16 }, [part('tRNS', Buffer.from([0, 0, 0, 0, 255, 255]))]),
    ),
    withOdd('bytes before it', [{ name: '', bytes: Buffer.from('\n') }, ...rgb]),
    withOdd('bytes after it', [...rgb, { name: '', bytes: Buffer.from('and more') }]),
    withOdd('a second PNG after it', [...rgb, ...four]),
    withOdd('IEND with content', [...rgb.slice(0, -1), part('IEND', Buffer.from('end'))]),
    withOdd('IEND of 0 bytes cut', [...rgb.slice(0, -1), { name: '', bytes: IEND.bytes.subarray(0, 8) }]),
    withOdd('IEND of 4 bytes cut', [...rgb.slice(0, -1), { name: '', bytes: IEND.bytes.subarray(0, 4) }]),
    withOdd('compression method 1', spoiledHeader(10)),
    withOdd('filter method 1', spoiledHeader(11)),
    withOdd('interlace method 2', spoiledHeader(12, 2)),
    withOdd('IHDR of 12 bytes', [SIGNATURE, part('IHDR', ihdr(RGB).bytes.subarray(8, 20)), ...rgb.slice(2)]),
    withOdd('IHDR of 14 bytes', [
      SIGNATURE,
      part('IHDR', Buffer.concat([ihdr(RGB).bytes.subarray(8, 21), Buffer.alloc(1)])),
      ...rgb.slice(2),
    ]),
    withOdd('the signature as text', [{ name: '', bytes: Buffer.from('\x89PNG\n\x1a\n', 'latin1') }, ...rgb.slice(1)]),
  ];
}

function spoiledHeader(at: number, value = 1): Part[] {
  const content = Buffer.from(ihdr(RGB).bytes.subarray(8, 21));
  content[at] = value;
  return [SIGNATURE, part('IHDR', content), ...partsOf(RGB).slice(2)];
}

/** The compressed pixels, whole and odd. */
function data(): OddFile[] {
  const rows = rowsOf(RGB);
  const packed = deflateSync(rows);
  const withData = (name: string, ...idats: Buffer[]): OddFile =>
    withOdd(name, [SIGNATURE, ihdr(RGB), ...idats.map((content) => part('IDAT', content)), IEND], partsOf(RGB));
  const changed = (at: number, value: number, from = packed): Buffer => {
    const copy = Buffer.from(from);
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  };
  const wide: Shape = RGB;
  const header = (cinfo: number, level = 0, dictionary = 0): Buffer => {
    const first = 0x08 | (cinfo << 4);
    const second = (level << 6) | (dictionary << 5);
    const check = (31 - ((first * 256 + second) % 31)) % 31;
    return Buffer.concat([Buffer.from([first, second | check]), packed.subarray(2)]);
  };
  const text = part('tEXt', Buffer.from('a\0b', 'latin1'));
  const half = packed.length >> 1;
  const far = farRows();
  const farPng = (name: string, content: Buffer): OddFile => ({
    name: `PNG: ${name}`,
    make: () => pngFile({ widthPx: FAR_WIDTH, heightPx: 8, data: content }),
    tidy: () => pngFile({ widthPx: FAR_WIDTH, heightPx: 8, data: deflateSync(far) }),
  });
  const window = (cinfo: number): Buffer => {
    const content = deflateSync(far);
    content[0] = 0x08 | (cinfo << 4);
    content[1] = (31 - ((content[0] * 256) % 31)) % 31;
    return content;
  };
  return [
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((cinfo) =>
      farPng(`matches 7,204 bytes away, a zlib window of 2^${8 + cinfo}`, window(cinfo)),
    ),
    ...[1, 100, 7_204, 40_000].map((more) =>
      farPng(`${more} bytes of noise more`, deflateSync(Buffer.concat([far, noise(more)]))),
    ),
    ...[1, 100, 7_204].map((more) =>
      farPng(`${more} bytes more, stored`, deflateSync(Buffer.concat([far, noise(more)]), { level: 0 })),
    ),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((cinfo) => withData(`a zlib window of 2^${8 + cinfo}`, header(cinfo))),
    withData('a zlib header with a wrong check', changed(1, (packed[1] ?? 0) ^ 1)),
    withData('a zlib method of 7', changed(0, 0x77)),
    withData('a preset dictionary', header(7, 2, 1)),
    withData('a wrong Adler-32', changed(-1, (packed.at(-1) ?? 0) ^ 1)),
    withData('no Adler-32', packed.subarray(0, -4)),
    withData('a part of Adler-32', packed.subarray(0, -2)),
    withData('no last bytes of the data', packed.subarray(0, -8)),
    withData('bytes behind Adler-32', Buffer.concat([packed, Buffer.from('more')])),
    withData('a second stream behind Adler-32', Buffer.concat([packed, packed])),
    withData('an IDAT more', packed, Buffer.from('more')),
    withData('a second stream in a second IDAT', packed, packed),
    withData('an empty IDAT first', Buffer.alloc(0), packed),
    withData('an empty IDAT last', packed, Buffer.alloc(0)),
    withData('an empty IDAT between', packed.subarray(0, half), Buffer.alloc(0), packed.subarray(half)),
    withData('an IDAT a byte', ...Array.from(packed, (_, at) => packed.subarray(at, at + 1))),
    withData('no data', Buffer.alloc(0)),
    withData('a row more', deflateSync(Buffer.concat([rows, rows.subarray(0, 1 + 3 * WIDTH)]))),
    withData('a byte more', deflateSync(Buffer.concat([rows, Buffer.alloc(1)]))),
    withData('a hundred thousand bytes more', deflateSync(Buffer.concat([rows, Buffer.alloc(100_000)]))),
    withData(
      'noise more',
      deflateSync(Buffer.concat([rows, Buffer.from(Array.from({ length: 9_000 }, (_, at) => (at * at * 31) % 251))])),
    ),
    withData(
      'a row more, in a second IDAT',
      ...split(deflateSync(Buffer.concat([rows, Buffer.alloc(1 + 3 * WIDTH)])), packed.length - 10),
    ),
    withData('a byte less', deflateSync(rows.subarray(0, -1))),
    withData('a row less', deflateSync(rows.subarray(0, -(1 + 3 * WIDTH)))),
    withData('a sync flush at the end', Buffer.concat([deflateSync(rows, { finishFlush: constants.Z_SYNC_FLUSH })])),
    withData('stored, not deflated', deflateSync(rows, { level: 0 })),
    withData('a filter of 5', deflateSync(filterOf(rows, 5))),
    withData('a filter of 200 in the last row', deflateSync(filterOf(rows, 200, HEIGHT - 1))),
    withOdd('a text between two IDATs', [
      SIGNATURE,
      ihdr(wide),
      part('IDAT', packed.subarray(0, half)),
      text,
      part('IDAT', packed.subarray(half)),
      IEND,
    ]),
    withOdd('IEND between two IDATs', [
      SIGNATURE,
      ihdr(wide),
      part('IDAT', packed.subarray(0, half)),
      IEND,
      part('IDAT', packed.subarray(half)),
      IEND,
    ]),
    withOdd('no IEND, interlaced', partsOf({ ...RGB, isInterlaced: true }).slice(0, -1)),
    withOdd('no IEND, IDAT cut in its checksum', [
      SIGNATURE,
      ihdr(wide),
      { name: '', bytes: part('IDAT', packed).bytes.subarray(0, -2) },
    ]),
    withOdd('no IEND, IDAT without a checksum', [
      SIGNATURE,
      ihdr(wide),
      { name: '', bytes: part('IDAT', packed).bytes.subarray(0, -4) },
    ]),
    withOdd('no IEND, IDAT cut in Adler-32', [
      SIGNATURE,
      ihdr(wide),
      { name: '', bytes: part('IDAT', packed).bytes.subarray(0, -6) },
    ]),
    withOdd('no IEND, IDAT cut in its data', [
      SIGNATURE,
      ihdr(wide),
      { name: '', bytes: part('IDAT', packed).bytes.subarray(0, -14) },
    ]),
    withOdd('no IEND, and zeros', [...partsOf(RGB).slice(0, -1), { name: '', bytes: Buffer.alloc(40) }]),
    withOdd('no IEND, and text', [
      ...partsOf(RGB).slice(0, -1),
      { name: '', bytes: Buffer.from('some text after the pixels') },
    ]),
    withOdd('IDAT with a length too long by 4', [SIGNATURE, ihdr(wide), longer(part('IDAT', packed), 4), IEND]),
    withOdd('IDAT with a length too short by 4', [SIGNATURE, ihdr(wide), longer(part('IDAT', packed), -4), IEND]),
    withOdd('IDAT with a length of 2³¹', [SIGNATURE, ihdr(wide), longer(part('IDAT', packed), 2 ** 31), IEND]),
    withOdd('tEXt with a length too long by 4', partsOf(RGB, [longer(text, 4)])),
    withOdd('tEXt at the end with a length of 2³⁰', [...partsOf(RGB).slice(0, -1), longer(text, 2 ** 30), IEND]),
  ];
}

const split = (bytes: Buffer, at: number): Buffer[] => [bytes.subarray(0, at), bytes.subarray(at)];

const FAR_WIDTH = 600;

/** Four rows of noise, twice: what is repeated lies 4 × 1,801 bytes back. */
const farRows = (): Buffer => {
  const row = (seed: number): Buffer => Buffer.concat([Buffer.from([0]), noise(3 * FAR_WIDTH, seed)]);
  const four = Buffer.concat([1, 2, 3, 4].map(row));
  return Buffer.concat([four, four]);
};

/** The LCG of "Numerical Recipes". */
function noise(length: number, seed = 9): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}

function filterOf(rows: Buffer, filter: number, row?: number): Buffer {
  const copy = Buffer.from(rows);
  for (let y = 0; y < HEIGHT; y++) if (row === undefined || y === row) copy[y * (1 + 3 * WIDTH)] = filter;
  return copy;
}

const longer = ({ name, bytes }: Part, by: number): Part => {
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE((copy.readUInt32BE() + by) >>> 0);
  return { name, bytes: copy };
};

function animated(): OddFile[] {
  const control = (
    sequence: number,
    [width, height, left, top] = [WIDTH, HEIGHT, 0, 0],
    dispose = 0,
    blend = 0,
  ): Part =>
    part(
      'fcTL',
      Buffer.concat([uint32(sequence, width, height, left, top), Buffer.from([0, 1, 0, 10, dispose, blend])]),
    );
  const animation = (frames: number) => part('acTL', uint32(frames, 0));
  const inverted = (shape: Shape) => {
    const rows = rowsOf(shape);
    const stride = rows.length / HEIGHT;
    return Buffer.from(rows.map((byte, at) => (at % stride === 0 ? 0 : 255 - byte)));
  };
  const frame = (sequence: number, content: Buffer): Part => part('fdAT', Buffer.concat([uint32(sequence), content]));
  const RGBA: Shape = { colourType: 6, depth: 8 };
  const rgb = partsOf(RGB);
  const [signature = SIGNATURE, header = ihdr(RGB), pixels = IEND] = rgb;
  const other = deflateSync(inverted(RGB));
  /** 4 × 3 pixels of red. */
  const small = deflateSync(
    Buffer.concat(Array.from({ length: 3 }, () => Buffer.from([0, ...Array(4).fill([255, 0, 0]).flat()]))),
  );
  const smallClear = deflateSync(
    Buffer.concat(Array.from({ length: 3 }, () => Buffer.from([0, ...Array(4).fill([255, 0, 0, 128]).flat()]))),
  );
  const rgba = partsOf(RGBA);
  return [
    withOdd('animation of the default picture and one more', [
      signature,
      header,
      animation(2),
      control(0),
      pixels,
      control(1),
      frame(2, other),
      IEND,
    ]),
    withOdd('animation without the default picture', [
      signature,
      header,
      animation(1),
      pixels,
      control(0),
      frame(1, other),
      IEND,
    ]),
    withOdd('animation without the default picture, two frames', [
      signature,
      header,
      animation(2),
      pixels,
      control(0),
      frame(1, other),
      control(2),
      frame(3, small),
      IEND,
    ]),
    withOdd('animation without the default picture, fdAT in two', [
      signature,
      header,
      animation(1),
      pixels,
      control(0),
      frame(1, other.subarray(0, 20)),
      frame(2, other.subarray(20)),
      IEND,
    ]),
    withOdd('animation without the default picture, a small frame', [
      signature,
      header,
      animation(1),
      pixels,
      control(0, [4, 3, 5, 6]),
      frame(1, small),
      IEND,
    ]),
    withOdd('animation without the default picture, a small clear frame', [
      SIGNATURE,
      ihdr(RGBA),
      animation(1),
      ...rgba.slice(2, -1),
      control(0, [4, 3, 5, 6], 0, 1),
      frame(1, smallClear),
      IEND,
    ]),
    withOdd('animation without the default picture, RGBA', [
      SIGNATURE,
      ihdr(RGBA),
      animation(1),
      ...rgba.slice(2, -1),
      control(0),
      frame(1, deflateSync(inverted(RGBA))),
      IEND,
    ]),
    withOdd('animation without the default picture, interlaced', [
      SIGNATURE,
      ihdr({ ...RGB, isInterlaced: true }),
      animation(1),
      part('IDAT', deflateSync(rowsOf({ ...RGB, isInterlaced: true }))),
      control(0),
      frame(1, deflateSync(rowsOf({ ...RGB, isInterlaced: true }).map((byte) => byte))),
      IEND,
    ]),
    withOdd('animation without the default picture or any frame', [signature, header, animation(1), pixels, IEND]),
    withOdd('animation without the default picture, the frame cut', [
      signature,
      header,
      animation(1),
      pixels,
      control(0),
      frame(1, other.subarray(0, 30)),
      IEND,
    ]),
    withOdd('animation without the default picture, the frame outside', [
      signature,
      header,
      animation(1),
      pixels,
      control(0, [4, 3, 14, 6]),
      frame(1, small),
      IEND,
    ]),
    withOdd('animation whose acTL stands behind the pixels', [
      signature,
      header,
      pixels,
      animation(1),
      control(0),
      frame(1, other),
      IEND,
    ]),
    withOdd('animation of 0 frames', [signature, header, animation(0), pixels, control(0), frame(1, other), IEND]),
    withOdd('animation in wrong sequence', [
      signature,
      header,
      animation(1),
      pixels,
      control(7),
      frame(3, other),
      IEND,
    ]),
    withOdd('animation of the default picture, which is said to be smaller', [
      signature,
      header,
      animation(2),
      control(0, [4, 3, 0, 0]),
      pixels,
      control(1),
      frame(2, other),
      IEND,
    ]),
  ];
}

const shapes = (): OddFile[] =>
  SHAPES.map((shape) => ({
    name: `PNG ${nameOf({ ...shape, isInterlaced: true })}`,
    make: () => pngOf({ ...shape, isInterlaced: true }),
  }));

export const ODD_PNGS: OddFile[] = [...shapes(), ...coloured(), ...chunks(), ...data(), ...animated()];
