import type { Size } from '../core/photo.ts';
import { byteReader, type Heif, type HeifItem } from './heif-boxes.ts';

/** A HEIF's primary picture, by its boxes: what a decoder will be asked for, and nothing else in the file. */
export interface HeifPicture extends Size {
  /** The coded pictures that it consists of: one, or a grid's tiles, and those of its alpha. */
  tiles: HeifTile[];
  /** Pixels of the tiles for colour. */
  codedPixels: number;
  hasAlpha: boolean;
  /** `profile`: ICC. `cicp`: codes for primaries and transfer. */
  colour: { profile?: Uint8Array; cicp?: { primaries: number; transfer: number } };
}

export interface HeifTile extends Size {
  /** The codec's configuration (`av1C`, `hvcC`). */
  configuration: Uint8Array;
  data: Uint8Array;
}

/** A codec in HEIF: the type of its items, and of the property that configures them. */
interface HeifCodec {
  itemType: string;
  configuration: string;
}

/** libheif's limit too. 48 megapixels in the usual tiles of 512 × 512 are 192. Each tile starts a decoder. */
const MAX_TILES = 256;
/** For all tiles together. The tiles of a grid may share bytes, so the file's length is no limit. */
const MAX_DATA_BYTES = 64_000_000;

/**
 * Undefined if damaged, and for what is never a camera's primary picture: an overlay, a derivation of a derivation, a
 * grid of several codecs. Thumbnails, depth and gain maps are other items and are ignored.
 */
export function heifPicture({ primary, items }: Heif, codec: HeifCodec): HeifPicture | undefined {
  const item = items.get(primary);
  const main = item && coded(item, items, codec);
  if (item === undefined || main === undefined) return undefined;
  const shown = transformed(main, item);
  if (shown === undefined) return undefined;
  const alphaItem = [...items.values()].find((other) => other !== item && isAlphaOf(other, primary));
  const alpha = alphaItem && coded(alphaItem, items, codec);
  if (alphaItem !== undefined && alpha === undefined) return undefined;
  // libheif would scale an alpha of another size, which is an encoder's mistake, and we would have to bound it as well.
  if (alpha && (alpha.widthPx !== main.widthPx || alpha.heightPx !== main.heightPx)) return undefined;
  const tiles = [...main.tiles, ...(alpha?.tiles ?? [])];
  if (tiles.reduce((sum, { data }) => sum + data.length, 0) > MAX_DATA_BYTES) return undefined;
  return {
    ...shown,
    tiles,
    codedPixels: main.tiles.reduce((sum, { widthPx, heightPx }) => sum + widthPx * heightPx, 0),
    hasAlpha: alpha !== undefined,
    colour: colourOf(item, items),
  };
}

interface Coded extends Size {
  tiles: HeifTile[];
}

function coded(item: HeifItem, items: Map<number, HeifItem>, codec: HeifCodec): Coded | undefined {
  if (item.type !== 'grid') {
    const tile = tileOf(item, codec);
    return tile && { widthPx: tile.widthPx, heightPx: tile.heightPx, tiles: [tile] };
  }
  const grid = gridOf(item);
  const sources = item.references.get('dimg') ?? [];
  if (sources.length > MAX_TILES) return undefined;
  const tiles = sources.map((id) => {
    const source = items.get(id);
    return source && tileOf(source, codec);
  });
  const [first] = tiles;
  if (grid === undefined || first === undefined || tiles.length !== grid.rows * grid.columns) return undefined;
  const areEqual = tiles.every(
    (tile) => tile !== undefined && tile.widthPx === first.widthPx && tile.heightPx === first.heightPx,
  );
  const isCovered = grid.columns * first.widthPx >= grid.widthPx && grid.rows * first.heightPx >= grid.heightPx;
  if (!areEqual || !isCovered) return undefined;
  return { widthPx: grid.widthPx, heightPx: grid.heightPx, tiles: tiles as HeifTile[] };
}

function tileOf(item: HeifItem, { itemType, configuration }: HeifCodec): HeifTile | undefined {
  const settings = property(item, configuration);
  const size = sizeOf(property(item, 'ispe'));
  if (item.type !== itemType || settings === undefined || size === undefined || item.extents.length === 0)
    return undefined;
  const [only] = item.extents;
  const data = only && item.extents.length === 1 ? only : Buffer.concat(item.extents);
  return { ...size, configuration: settings, data };
}

const property = ({ properties }: HeifItem, wanted: string): Uint8Array | undefined =>
  properties.find(({ type }) => type === wanted)?.content;

function sizeOf(ispe: Uint8Array | undefined): Size | undefined {
  if (ispe === undefined || ispe.length < 12) return undefined;
  const view = viewOf(ispe);
  const [widthPx, heightPx] = [view.getUint32(4), view.getUint32(8)];
  return widthPx > 0 && heightPx > 0 ? { widthPx, heightPx } : undefined;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** ISO/IEC 23008-12, section 6.6.2.3: version, flags, rows and columns less one, and the size in 16 or 32 bits. */
function gridOf(item: HeifItem) {
  const data = Buffer.concat(item.extents);
  if (data.length < 8) return undefined;
  const reader = byteReader(data);
  reader.uint(1);
  const bytes = reader.uint(1) & 1 ? 4 : 2;
  if (data.length < 4 + 2 * bytes) return undefined;
  const [rows, columns] = [1 + reader.uint(1), 1 + reader.uint(1)];
  const [widthPx, heightPx] = [reader.uint(bytes), reader.uint(bytes)];
  return widthPx > 0 && heightPx > 0 ? { rows, columns, widthPx, heightPx } : undefined;
}

/**
 * The size after the clean aperture and the turns, in the order in which they apply. Undefined if an aperture is too
 * large.
 */
function transformed({ widthPx, heightPx }: Size, item: HeifItem): Size | undefined {
  let size = { widthPx, heightPx };
  for (const { type, content } of item.properties) {
    if (type === 'irot' && (content[0] ?? 0) & 1) size = { widthPx: size.heightPx, heightPx: size.widthPx };
    if (type !== 'clap') continue;
    const aperture = apertureOf(content, size);
    if (aperture === undefined) return undefined;
    size = aperture;
  }
  return size;
}

/** Width, height, and the offsets of its centre, each a fraction. ISO/IEC 14496-12, section 12.1.4. */
function apertureOf(content: Uint8Array, whole: Size): Size | undefined {
  if (content.length < 32) return undefined;
  const view = viewOf(content);
  const fraction = (at: number) => view.getInt32(at) / view.getInt32(at + 4);
  const side = (length: number, offset: number, of: number): number | undefined => {
    const px = Math.round(length);
    const from = Math.floor(offset + (of - 1) / 2 - (length - 1) / 2);
    return px >= 1 && from >= 0 && from + px <= of ? px : undefined;
  };
  const widthPx = side(fraction(0), fraction(16), whole.widthPx);
  const heightPx = side(fraction(8), fraction(24), whole.heightPx);
  return widthPx === undefined || heightPx === undefined ? undefined : { widthPx, heightPx };
}

const ALPHA_TYPES = ['urn:mpeg:mpegB:cicp:systems:auxiliary:alpha', 'urn:mpeg:hevc:2015:auxid:1'];

function isAlphaOf(item: HeifItem, id: number): boolean {
  if (!item.references.get('auxl')?.includes(id)) return false;
  const auxiliary = property(item, 'auxC');
  if (auxiliary === undefined) return false;
  const end = auxiliary.indexOf(0, 4);
  return ALPHA_TYPES.includes(Buffer.from(auxiliary.subarray(4, end < 0 ? undefined : end)).toString('latin1'));
}

/** A grid without colours of its own has its tiles'. An ICC profile overrides the codes. */
function colourOf(item: HeifItem, items: Map<number, HeifItem>): HeifPicture['colour'] {
  const tile = items.get(item.references.get('dimg')?.[0] ?? -1);
  const of = (source: HeifItem) =>
    source.properties.filter(({ type }) => type === 'colr').map(({ content }) => content);
  const own = of(item);
  const found = own.length > 0 || tile === undefined || item.type !== 'grid' ? own : of(tile);
  const kind = (content: Uint8Array) => Buffer.from(content.subarray(0, 4)).toString('latin1');
  const profile = found.find((content) => ['prof', 'rICC'].includes(kind(content)));
  const codes = found.find((content) => kind(content) === 'nclx' && content.length >= 11);
  const view = codes && viewOf(codes);
  return {
    ...(profile && { profile: profile.subarray(4) }),
    ...(view && { cicp: { primaries: view.getUint16(4), transfer: view.getUint16(6) } }),
  };
}
