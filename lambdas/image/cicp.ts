import {
  type Chromaticity,
  type ColourSpace,
  type Curve,
  D65,
  matrixToSrgb,
  powerCurve,
  srgbCurve,
} from './colour-space.ts';

/**
 * The space that a PNG's `cICP` chunk names. Undefined if it is not full-range RGB, or if its codes say nothing about
 * colours (unspecified, reserved, logarithmic). As in browsers, the file's next statement counts then. Source: ITU-T
 * H.273, tables 2 and 3.
 */
export function cicpSpace(content: Uint8Array): ColourSpace | undefined {
  const [primaries = 0, transfer = 0, matrix, isFullRange] = content;
  if (content.length !== 4 || matrix !== 0 || isFullRange !== 1) return undefined;
  const points = PRIMARIES[primaries];
  const curve = TRANSFERS[transfer];
  if (points === undefined || curve === undefined) return undefined;
  const [red, green, blue, white] = points;
  const toSrgb = primaries === BT709 ? undefined : matrixToSrgb([red, green, blue], white);
  return {
    curves: [curve, curve, curve],
    toSrgb,
    ...(transfer === PQ || transfer === HLG ? { isHdr: true } : {}),
    ...(transfer === HLG ? { isSceneLight: true } : {}),
  };
}

const BT709 = 1;
const PQ = 16;
const HLG = 18;

const C: Chromaticity = [0.31, 0.316];
const BT601: [Chromaticity, Chromaticity, Chromaticity, Chromaticity] = [
  [0.63, 0.34],
  [0.31, 0.595],
  [0.155, 0.07],
  D65,
];

/** Red, green, blue, white. */
const PRIMARIES: Record<number, readonly [Chromaticity, Chromaticity, Chromaticity, Chromaticity]> = {
  [BT709]: [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], D65],
  4: [[0.67, 0.33], [0.21, 0.71], [0.14, 0.08], C],
  5: [[0.64, 0.33], [0.29, 0.6], [0.15, 0.06], D65],
  6: BT601,
  7: BT601,
  8: [[0.681, 0.319], [0.243, 0.692], [0.145, 0.049], C],
  9: [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046], D65],
  10: [
    [1, 0],
    [0, 1],
    [0, 0],
    [1 / 3, 1 / 3],
  ],
  11: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
    [0.314, 0.351],
  ],
  12: [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], D65],
  22: [[0.63, 0.34], [0.295, 0.605], [0.155, 0.077], D65],
};

/** Camera curves are undone as a television does it (BT.1886), like in browsers. */
const television = powerCurve(2.4);

/** SMPTE ST 2084, in units of 203 cd/m². */
function perceptualQuantizer(value: number): number {
  const root = value ** (32 / 2523);
  const light = Math.max(root - 107 / 128, 0) / (2413 / 128 - (2392 / 128) * root);
  return (10_000 / REFERENCE_WHITE) * light ** (16_384 / 2610);
}

/** ITU-R BT.2100, as light of the scene. */
function hybridLogGamma(value: number): number {
  const a = 0.178_832_77;
  const b = 1 - 4 * a;
  const c = 0.5 - a * Math.log(4 * a);
  return value <= 0.5 ? (value * value) / 3 : (Math.exp((value - c) / a) + b) / 12;
}

/** cd/m². */
const REFERENCE_WHITE = 203;

const TRANSFERS: Record<number, Curve> = {
  1: television,
  4: powerCurve(2.2),
  5: powerCurve(2.8),
  6: television,
  7: (value) => (value < 0.0912 ? value / 4 : ((value + 0.1115) / 1.1115) ** (1 / 0.45)),
  8: powerCurve(1),
  11: television,
  13: srgbCurve,
  14: television,
  15: television,
  [PQ]: perceptualQuantizer,
  17: (value) => (52.37 / 48) * value ** 2.6,
  [HLG]: hybridLogGamma,
};
