/**
 * Colour spaces by their published primaries, and the arithmetic between them, by definition: without libvips and
 * without anybody's profiles.
 */

type Triple = [number, number, number];
type Matrix = [Triple, Triple, Triple];

export interface ColourSpace {
  name: string;
  /** x and y of red, green, blue, and white. */
  primaries: [[number, number], [number, number], [number, number]];
  white: [number, number];
  /** From a sample's value to its light, both from 0 to 1. */
  light(value: number): number;
}

const D65: [number, number] = [0.3127, 0.329];

/** IEC 61966-2-1. */
const srgbLight = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const srgbValue = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

export const SRGB: ColourSpace = {
  name: 'sRGB',
  primaries: [
    [0.64, 0.33],
    [0.3, 0.6],
    [0.15, 0.06],
  ],
  white: D65,
  light: srgbLight,
};

/** Adobe RGB (1998) Color Image Encoding, section 4.3. */
export const ADOBE_RGB: ColourSpace = {
  name: 'Adobe RGB',
  primaries: [
    [0.64, 0.33],
    [0.21, 0.71],
    [0.15, 0.06],
  ],
  white: D65,
  light: (value) => value ** (563 / 256),
};

/** SMPTE EG 432-1 primaries with sRGB's curve, as in CSS Color 4. */
export const DISPLAY_P3: ColourSpace = {
  name: 'Display P3',
  primaries: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
  ],
  white: D65,
  light: srgbLight,
};

export const WIDE: ColourSpace[] = [
  ADOBE_RGB,
  DISPLAY_P3,
  {
    // ISO 22028-2 (ROMM RGB); its white is D50.
    name: 'ProPhoto RGB',
    primaries: [
      [0.7347, 0.2653],
      [0.1596, 0.8404],
      [0.0366, 0.0001],
    ],
    white: [0.3457, 0.3585],
    light: (value) => value ** 1.8,
  },
];

/** The white of ICC's connection space. */
const D50: Triple = [0.9642, 1, 0.8249];

/** Columns are the XYZ of full red, green and blue, as seen under D50 (Bradford's adaptation). */
export function toXyzD50({ primaries, white }: ColourSpace): Matrix {
  const xyz = primaries.map(([x, y]) => [x / y, 1, (1 - x - y) / y] as Triple) as Matrix;
  const whiteXyz: Triple = [white[0] / white[1], 1, (1 - white[0] - white[1]) / white[1]];
  const [red, green, blue] = times(inverse(transposed(xyz)), whiteXyz);
  const matrix = transposed([scaled(xyz[0], red), scaled(xyz[1], green), scaled(xyz[2], blue)]);
  const [from, to] = [times(BRADFORD, whiteXyz), times(BRADFORD, D50)];
  const gain: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return product(inverse(BRADFORD), product(gain, product(BRADFORD, matrix)));
}

const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** A colour of one space in bytes of sRGB, not rounded; undefined where it lies outside sRGB. */
export function inSrgb(bytes: Triple, from: ColourSpace): Triple | undefined {
  const light = bytes.map((byte) => from.light(byte / 255)) as Triple;
  const found = times(inverse(toXyzD50(SRGB)), times(toXyzD50(from), light));
  return found.every((value) => value >= 0 && value <= 1)
    ? (found.map((value) => 255 * srgbValue(value)) as Triple)
    : undefined;
}

/** The difference of two sRGB colours by CIE 1976, which is never kinder than CIEDE2000 to saturated colours. */
export function deltaE(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function lab(bytes: readonly number[]): Triple {
  const light = [0, 1, 2].map((index) => srgbLight((bytes[index] ?? 0) / 255)) as Triple;
  const f = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : (value * 24389) / 27 / 116 + 16 / 116);
  const [x, y, z] = times(toXyzD50(SRGB), light).map((value, index) => f(value / (D50[index] ?? 1))) as Triple;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** An ICC profile of a space: three columns and a curve (ICC.1:2001-04, version 2). Curves are tables of 1024 steps. */
export function iccProfile(space: ColourSpace): Buffer {
  const matrix = toXyzD50(space);
  const column = (index: 0 | 1 | 2): Triple => [matrix[0][index], matrix[1][index], matrix[2][index]];
  const curve = curveOf(space.light);
  return profile('mntrRGB XYZ ', [
    ['desc', description(space.name)],
    ['rXYZ', xyz(column(0))],
    ['gXYZ', xyz(column(1))],
    ['bXYZ', xyz(column(2))],
    ...['rTRC', 'gTRC', 'bTRC'].map((name): [string, Buffer] => [name, curve]),
  ]);
}

/** An ICC profile of greys (the same edition): one curve. */
export const greyProfile = (light: (value: number) => number): Buffer =>
  profile('mntrGRAYXYZ ', [
    ['desc', description('grey')],
    ['kTRC', curveOf(light)],
  ]);

function curveOf(light: (value: number) => number): Buffer {
  const curve = Buffer.alloc(12 + 2 * 1024);
  curve.write('curv');
  curve.writeUInt32BE(1024, 8);
  for (let step = 0; step < 1024; step++) curve.writeUInt16BE(Math.round(65_535 * light(step / 1023)), 12 + 2 * step);
  return curve;
}

/**
 * An ICC profile of a press that prints one colour, given in sRGB, for whatever inks, as long as one of the four is not
 * used: who gets this colour has used the profile, and not one of their own. A table of two steps an ink (lut8Type)
 * holds it within half a step.
 */
export function onePressProfile(bytes: readonly number[]): Buffer {
  const [lightness, a, b] = lab(bytes);
  const colour = Buffer.from([Math.round(2.55 * lightness), Math.round(a + 128), Math.round(b + 128)]);
  const head = Buffer.alloc(48);
  head.write('mft1');
  head.set([4, 3, 2], 8);
  // The identity matrix; it is not applied to inks.
  for (const at of [12, 28, 44]) head.writeInt32BE(65_536, at);
  const ramp = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
  const ramps = (count: number) => Array.from({ length: count }, () => ramp);
  // All inks at once are black, as on any press. A profile's darkest colour becomes sRGB's black.
  const corners = [...Array.from({ length: 15 }, () => colour), Buffer.from([0, 128, 128])];
  return profile('prtrCMYKLab ', [
    ['desc', description('one colour')],
    ['A2B0', Buffer.concat([head, ...ramps(4), ...corners, ...ramps(3)])],
  ]);
}

/** @param kind class, colour space and connection space, four letters each */
function profile(kind: string, own: [string, Buffer][]): Buffer {
  const text = Buffer.concat([Buffer.from('text\0\0\0\0', 'latin1'), Buffer.from('none\0', 'latin1')]);
  const tags: [string, Buffer][] = [...own, ['cprt', text], ['wtpt', xyz(D50)]];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const parts: Buffer[] = [];
  let offset = 128 + table.length;
  for (const [index, [name, content]] of tags.entries()) {
    const padded = Buffer.concat([content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
    table.write(name, 4 + 12 * index);
    table.writeUInt32BE(offset, 8 + 12 * index);
    table.writeUInt32BE(content.length, 12 + 12 * index);
    parts.push(padded);
    offset += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x02400000, 8);
  header.write(kind, 12);
  header.write('acsp', 36);
  xyz(D50).copy(header, 68, 8);
  return Buffer.concat([header, table, ...parts]);
}

function xyz(values: Triple): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write('XYZ ');
  for (const [index, value] of values.entries()) bytes.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index);
  return bytes;
}

function description(name: string): Buffer {
  const bytes = Buffer.alloc(12 + name.length + 1 + 78);
  bytes.write('desc');
  bytes.writeUInt32BE(name.length + 1, 8);
  bytes.write(name, 12);
  return bytes;
}

const scaled = (vector: Triple, factor: number): Triple => [vector[0] * factor, vector[1] * factor, vector[2] * factor];

const times = (matrix: Matrix, vector: Triple): Triple =>
  matrix.map((row) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2]) as Triple;

const transposed = (m: Matrix): Matrix => [
  [m[0][0], m[1][0], m[2][0]],
  [m[0][1], m[1][1], m[2][1]],
  [m[0][2], m[1][2], m[2][2]],
];

const product = (one: Matrix, other: Matrix): Matrix =>
  transposed(transposed(other).map((column) => times(one, column)) as Matrix);

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const adjugate: Matrix = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return adjugate.map((row) => scaled(row, 1 / determinant)) as Matrix;
}
