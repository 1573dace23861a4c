/** From a sample to light, both 0 to 1. */
export type Curve = (value: number) => number;

export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** The meaning of a picture's samples. */
export interface ColourSpace {
  /** For red, green and blue. A grey has the same one three times. */
  curves: readonly [Curve, Curve, Curve];
  /** From its light to sRGB's, row by row; undefined for sRGB's own primaries, and for greys. */
  toSrgb?: Matrix | undefined;
  /** Some light is brighter than a screen's white (1 is 203 cd/m², BT.2408's reference white) and must be mapped. */
  isHdr?: boolean;
  /** Hybrid log-gamma encodes the light of the scene, not of the screen. */
  isSceneLight?: boolean;
}

/**
 * How a file's samples are to be read: as `srgb`; through a `profile` that libvips applies; or as a space of curves and
 * a matrix, which we apply ourselves.
 */
export type SourceColours = 'srgb' | 'profile' | ColourSpace;

/** x and y of a primary or of white. */
export type Chromaticity = readonly [number, number];

/** IEC 61966-2-1. */
export const srgbCurve: Curve = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

export const powerCurve =
  (power: number): Curve =>
  (value) =>
    value ** power;

export const D65: Chromaticity = [0.3127, 0.329];

const SRGB_PRIMARIES = [
  [0.64, 0.33],
  [0.3, 0.6],
  [0.15, 0.06],
] as const;

/**
 * From light of three primaries and a white to sRGB's light. The white is adapted by Bradford's method, as in ICC.
 * Undefined if the primaries and the white make no space. Source: SMPTE RP 177 for the matrix, ICC.1:2022 annex E for
 * the adaptation.
 */
export function matrixToSrgb(
  primaries: readonly [Chromaticity, Chromaticity, Chromaticity],
  white: Chromaticity,
): Matrix | undefined {
  const own = toXyzD50(primaries, white);
  return own && xyzD50ToSrgb(own);
}

/** The same for a matrix whose columns are XYZ under D50, as in profiles. */
export function xyzD50ToSrgb(columns: Matrix): Matrix | undefined {
  const srgb = toXyzD50(SRGB_PRIMARIES, D65);
  const back = srgb && inverse(srgb);
  const matrix = back && product(back, columns);
  return matrix?.every(Number.isFinite) ? matrix : undefined;
}

function toXyzD50(
  primaries: readonly [Chromaticity, Chromaticity, Chromaticity],
  white: Chromaticity,
): Matrix | undefined {
  const [red, green, blue] = primaries.map(([x, y]): Triple => [x, y, 1 - x - y]) as [Triple, Triple, Triple];
  const unscaled: Matrix = [red[0], green[0], blue[0], red[1], green[1], blue[1], red[2], green[2], blue[2]];
  const whiteXyz = xyz(white);
  const back = inverse(unscaled);
  if (back === undefined || !whiteXyz.every((value) => Number.isFinite(value) && value >= 0)) return undefined;
  const gains = times(back, whiteXyz);
  const scaled = product(unscaled, diagonal(gains));
  const from = times(BRADFORD, whiteXyz);
  const to = times(BRADFORD, D50_XYZ);
  const unBradford = inverse(BRADFORD);
  if (unBradford === undefined) return undefined;
  const adapted = product(
    unBradford,
    product(diagonal([to[0] / from[0], to[1] / from[1], to[2] / from[2]]), product(BRADFORD, scaled)),
  );
  return adapted.every(Number.isFinite) ? adapted : undefined;
}

type Triple = readonly [number, number, number];

const D50_XYZ: Triple = [0.9642, 1, 0.8249];
const BRADFORD: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

const xyz = ([x, y]: Chromaticity): Triple => [x / y, 1, (1 - x - y) / y];

const diagonal = ([a, b, c]: Triple): Matrix => [a, 0, 0, 0, b, 0, 0, 0, c];

const times = (m: Matrix, [x, y, z]: Triple): Triple => [
  m[0] * x + m[1] * y + m[2] * z,
  m[3] * x + m[4] * y + m[5] * z,
  m[6] * x + m[7] * y + m[8] * z,
];

function product(a: Matrix, b: Matrix): Matrix {
  const column = (index: 0 | 1 | 2): Triple => times(a, [b[index], b[index + 3] ?? 0, b[index + 6] ?? 0]);
  const [one, two, three] = [column(0), column(1), column(2)];
  return [one[0], two[0], three[0], one[1], two[1], three[1], one[2], two[2], three[2]];
}

function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix | undefined {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-9) return undefined;
  const adjugate = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  return adjugate.map((value) => value / determinant) as unknown as Matrix;
}
