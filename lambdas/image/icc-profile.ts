import { type ColourSpace, type Curve, type Matrix, xyzD50ToSrgb } from './colour-space.ts';

/**
 * An ICC profile, as far as it is curves and a matrix: nearly all profiles in pictures are. `tables` means that it has
 * more, which libvips understands. Undefined if damaged. Source: ICC.1:2022, sections 7 to 10.
 */
export interface IccProfile {
  kind: 'RGB' | 'grey';
  space: ColourSpace | 'tables';
}

export function readIccProfile(bytes: Uint8Array): IccProfile | undefined {
  if (bytes.length < TABLE_AT + 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(SIGNATURE_AT) !== name('acsp') || view.getUint32(0) > bytes.length) return undefined;
  const kind = KINDS.get(view.getUint32(SPACE_AT));
  const tags = readTags(view);
  if (kind === undefined || tags === undefined) return undefined;
  if (tags.has('A2B0') || view.getUint32(CONNECTION_AT) !== name('XYZ ')) return { kind, space: 'tables' };
  const space = kind === 'RGB' ? rgbOf(tags) : greyOf(tags);
  return space && { kind, space };
}

const SPACE_AT = 16;
const CONNECTION_AT = 20;
const SIGNATURE_AT = 36;
const TABLE_AT = 128;
const MAX_TAGS = 100;

const name = (text: string): number => Buffer.from(text, 'latin1').readUInt32BE();

const KINDS = new Map<number, IccProfile['kind']>([
  [name('RGB '), 'RGB'],
  [name('GRAY'), 'grey'],
]);

function readTags(view: DataView): Map<string, DataView> | undefined {
  const count = view.getUint32(TABLE_AT);
  if (count > MAX_TAGS || TABLE_AT + 4 + 12 * count > view.byteLength) return undefined;
  const tags = new Map<string, DataView>();
  for (let at = TABLE_AT + 4; at < TABLE_AT + 4 + 12 * count; at += 12) {
    const [from, length] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    if (from + length > view.byteLength) return undefined;
    const key = String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
    tags.set(key, new DataView(view.buffer, view.byteOffset + from, length));
  }
  return tags;
}

function rgbOf(tags: Map<string, DataView>): ColourSpace | undefined {
  const [red, green, blue] = ['rXYZ', 'gXYZ', 'bXYZ'].map((key) => xyzOf(tags.get(key)));
  const [redCurve, greenCurve, blueCurve] = ['rTRC', 'gTRC', 'bTRC'].map((key) => curveOf(tags.get(key)));
  if (!red || !green || !blue || !redCurve || !greenCurve || !blueCurve) return undefined;
  const columns: Matrix = [red[0], green[0], blue[0], red[1], green[1], blue[1], red[2], green[2], blue[2]];
  const toSrgb = xyzD50ToSrgb(columns);
  return toSrgb && { curves: [redCurve, greenCurve, blueCurve], toSrgb };
}

function greyOf(tags: Map<string, DataView>): ColourSpace | undefined {
  const curve = curveOf(tags.get('kTRC'));
  return curve && { curves: [curve, curve, curve] };
}

const fixed = (view: DataView, at: number): number => view.getInt32(at) / 65_536;

function xyzOf(tag: DataView | undefined): [number, number, number] | undefined {
  if (tag === undefined || tag.byteLength < 20 || tag.getUint32(0) !== name('XYZ ')) return undefined;
  return [fixed(tag, 8), fixed(tag, 12), fixed(tag, 16)];
}

function curveOf(tag: DataView | undefined): Curve | undefined {
  if (tag === undefined || tag.byteLength < 12) return undefined;
  const type = tag.getUint32(0);
  if (type === name('curv')) return tableCurve(tag);
  return type === name('para') ? parametricCurve(tag) : undefined;
}

/** No entry means the identity, one a power, more a table. */
function tableCurve(tag: DataView): Curve | undefined {
  const count = tag.getUint32(8);
  if (12 + 2 * count > tag.byteLength) return undefined;
  if (count === 0) return (value) => value;
  const entry = (index: number) => tag.getUint16(12 + 2 * index);
  if (count === 1) {
    const power = entry(0) / 256;
    return (value) => value ** power;
  }
  return (value) => {
    const place = value * (count - 1);
    const below = Math.min(Math.floor(place), count - 2);
    return (entry(below) + (entry(below + 1) - entry(below)) * (place - below)) / 65_535;
  };
}

/** Types 0 to 4 of parametricCurveType. */
function parametricCurve(tag: DataView): Curve | undefined {
  const type = tag.getUint16(8);
  const count = [1, 3, 4, 5, 7][type];
  if (count === undefined || 12 + 4 * count > tag.byteLength) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, index) =>
    fixed(tag, 12 + 4 * index),
  );
  const power = (value: number) => Math.max(0, a * value + b) ** g;
  if (type === 0) return (value) => value ** g;
  if (type === 1) return (value) => (value >= -b / a ? power(value) : 0);
  if (type === 2) return (value) => (value >= -b / a ? power(value) + c : c);
  return (value) => (value >= d ? power(value) + e : c * value + f);
}
