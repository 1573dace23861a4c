import sharp from 'sharp';
import { byteReader, readHeif } from '../lambdas/image/heif-boxes.ts';
import { uint32 } from './picture-parts.ts';
import type { RawPicture } from './pictures.ts';

/**
 * HEIF files made by hand around pictures that an encoder coded: with turns, apertures, grids and lies that no encoder
 * here writes.
 */

export interface HandMadeItem {
  type: string;
  data: Buffer;
  properties: Buffer[];
  /** By kind of reference, the numbers of items. They count from 1, in order. */
  references?: Record<string, number[]>;
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
export const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([uint32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};

const fullBox = (type: string, version: number, ...content: Buffer[]): Buffer =>
  box(type, Buffer.from([version, 0, 0, 0]), ...content);

/** Items are numbered from 1; the first is the primary one by default. */
export function heifFile(brand: string, items: HandMadeItem[], primary = 1): Buffer {
  // A property that several items share, the very same buffer, is written once.
  const properties = [...new Set(items.flatMap((item) => item.properties))];
  const data = [...new Set(items.map((item) => item.data))];
  const associations = items.map((item, place) =>
    Buffer.concat([
      uint16(place + 1),
      Buffer.from([item.properties.length]),
      ...item.properties.map((property) => uint16(properties.indexOf(property) + 1)),
    ]),
  );
  const references = items.flatMap((item, place) =>
    Object.entries(item.references ?? {}).map(([type, to]) =>
      box(type, uint16(place + 1), uint16(to.length), ...to.map(uint16)),
    ),
  );
  const entries = items.map(({ type }, place) =>
    fullBox('infe', 2, uint16(place + 1), uint16(0), Buffer.from(type, 'latin1'), Buffer.alloc(1)),
  );
  const ftyp = box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1${brand}`, 'latin1'));
  const metaAt = (dataAt: number) => {
    const offsets = new Map<Buffer, number>();
    let at = dataAt;
    for (const part of data) {
      offsets.set(part, at);
      at += part.length;
    }
    const locations = items.map((item, place) =>
      Buffer.concat([
        uint16(place + 1),
        uint16(0),
        uint16(1),
        uint32(offsets.get(item.data) ?? 0),
        uint32(item.data.length),
      ]),
    );
    return fullBox(
      'meta',
      0,
      fullBox('hdlr', 0, Buffer.from('\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1')),
      fullBox('pitm', 0, uint16(primary)),
      fullBox('iloc', 0, Buffer.from([0x44, 0]), uint16(items.length), ...locations),
      fullBox('iinf', 0, uint16(items.length), ...entries),
      ...(references.length > 0 ? [fullBox('iref', 0, ...references)] : []),
      box(
        'iprp',
        box('ipco', ...properties),
        box('ipma', Buffer.from([0, 0, 0, 1]), uint32(items.length), ...associations),
      ),
    );
  };
  const dataAt = ftyp.length + metaAt(0).length + 8;
  return Buffer.concat([ftyp, metaAt(dataAt), box('mdat', ...data)]);
}

export const ispe = (widthPx: number, heightPx: number): Buffer =>
  fullBox('ispe', 0, uint32(widthPx), uint32(heightPx));

/** Quarter turns, counter-clockwise. */
export const irot = (turns: number): Buffer => box('irot', Buffer.from([turns]));

/** 0 mirrors top to bottom (about the horizontal axis), 1 left to right. */
export const imir = (axis: 0 | 1): Buffer => box('imir', Buffer.from([axis]));

/** The size of what is shown, and how far its middle lies from the picture's, in whole or half pixels. */
export const clap = (widthPx: number, heightPx: number, rightPx = 0, downPx = 0): Buffer => {
  const fraction = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(value * 2, 0);
    bytes.writeInt32BE(2, 4);
    return bytes;
  };
  return box('clap', ...[widthPx, heightPx, rightPx, downPx].map(fraction));
};

export const colr = (content: Buffer | { primaries: number; transfer: number; matrix: number }): Buffer =>
  Buffer.isBuffer(content)
    ? box('colr', Buffer.from('prof'), content)
    : box(
        'colr',
        Buffer.from('nclx'),
        ...[content.primaries, content.transfer, content.matrix].map(uint16),
        Buffer.from([0x80]),
      );

export const auxC = (type: string): Buffer => fullBox('auxC', 0, Buffer.from(`${type}\0`, 'latin1'));
export const ALPHA = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha';

export const gridData = (rows: number, columns: number, widthPx: number, heightPx: number): Buffer =>
  Buffer.concat([Buffer.from([0, 1, rows - 1, columns - 1]), uint32(widthPx), uint32(heightPx)]);

/** A coded picture from a file that an encoder wrote: its bytes, and the properties needed to decode it. */
export interface CodedPicture {
  data: Buffer;
  /** The codec's configuration box. */
  configuration: Buffer;
  widthPx: number;
  heightPx: number;
}

/** The primary picture of a file; it must not be a grid. */
export function codedPicture(file: Uint8Array): CodedPicture {
  const heif = readHeif(file);
  const item = heif?.items.get(heif.primary);
  const found = (wanted: string[]) => item?.properties.find(({ type }) => wanted.includes(type));
  const [settings, size] = [found(['av1C', 'hvcC']), found(['ispe'])];
  if (item === undefined || settings === undefined || size === undefined) throw new Error('no coded picture');
  const reader = byteReader(size.content);
  reader.uint(4);
  return {
    data: Buffer.concat(item.extents),
    configuration: box(settings.type, Buffer.from(settings.content)),
    widthPx: reader.uint(4),
    heightPx: reader.uint(4),
  };
}

/** A picture as AV1. */
export async function av1(
  { data, width, height, channels }: RawPicture,
  { bitdepth = 8, quality = 90 }: { bitdepth?: 8 | 10 | 12; quality?: number } = {},
): Promise<CodedPicture> {
  const file = await sharp(data, { raw: { width, height, channels } })
    .removeAlpha()
    .avif({ bitdepth, quality, effort: 0, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return codedPicture(file);
}

/** The items of a grid, filled with these pictures in turn. The grid is item 1. All tiles have one size. */
export function gridItems(
  type: string,
  tiles: CodedPicture[],
  { rows, columns, widthPx, heightPx }: { rows: number; columns: number; widthPx: number; heightPx: number },
  ...properties: Buffer[]
): HandMadeItem[] {
  const items = tiles.map((tile) => itemOf(type, tile));
  const places = Array.from({ length: rows * columns }, (_, place) => place);
  return [
    {
      type: 'grid',
      data: gridData(rows, columns, widthPx, heightPx),
      properties: [ispe(widthPx, heightPx), ...properties],
      references: { dimg: places.map((place) => place + 2) },
    },
    ...places.map((place) => items[place % items.length] as HandMadeItem),
  ];
}

/** The item of a coded picture, with more properties. */
export const itemOf = (
  type: string,
  { data, configuration, widthPx, heightPx }: CodedPicture,
  ...properties: Buffer[]
): HandMadeItem => ({ type, data, properties: [configuration, ispe(widthPx, heightPx), ...properties] });
