/**
 * The boxes of a HEIF file, as far as a still picture needs them: its items, what they consist of, where their bytes
 * are, and their properties. Nothing is decoded, and no length is trusted before it is compared with the bytes. Source:
 * ISO/IEC 14496-12, sections 4.2 and 8.11; ISO/IEC 23008-12, section 9.
 */
export interface Heif {
  primary: number;
  items: Map<number, HeifItem>;
}

export interface HeifItem {
  /** Four letters: a codec (`av01`, `hvc1`), a derivation (`grid`), or data other than a picture. */
  type: string;
  /** In the order in which they apply. */
  properties: HeifProperty[];
  /** Parts of the file, in order. */
  extents: Uint8Array[];
  /** Other items, by the kind of reference: what it is derived from (`dimg`), what it is an auxiliary of (`auxl`), … */
  references: Map<string, number[]>;
}

interface HeifProperty {
  type: string;
  content: Uint8Array;
}

/** libheif's own limits. */
const MAX_ITEMS = 1_000;
const MAX_BOXES = 20_000;
const MAX_EXTENTS = 32;
const MAX_PROPERTIES = 5_000;

/** Undefined if a needed box is damaged or missing, or if there are more than any camera writes. */
export function readHeif(bytes: Uint8Array): Heif | undefined {
  try {
    return readMeta(bytes);
  } catch (error) {
    // Thrown by `byteReader` at the end, and for bad boxes. Anything else is ours.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readMeta(bytes: Uint8Array): Heif | undefined {
  const meta = find(boxes(bytes), 'meta');
  if (meta === undefined) return undefined;
  // A full box: version and flags come first.
  const children = [...boxes(meta.subarray(4))];
  const child = (type: string) => find(children, type);
  const [pitm, iinf, iloc, iprp] = [child('pitm'), child('iinf'), child('iloc'), child('iprp')];
  if (!pitm || !iinf || !iloc || !iprp) return undefined;
  const items = readItems(iinf);
  readLocations(iloc, items, bytes, child('idat'));
  readReferences(child('iref'), items);
  readProperties(iprp, items);
  const reader = byteReader(pitm);
  const { version } = reader.fullBox();
  return { primary: reader.uint(version === 0 ? 2 : 4), items };
}

interface Box {
  type: string;
  content: Uint8Array;
}

const find = (all: Iterable<Box>, wanted: string): Uint8Array | undefined => {
  for (const { type, content } of all) if (type === wanted) return content;
  return undefined;
};

/** Sizes have 32 or 64 bits, or mean "to the end". @throws RangeError for a box that is not whole */
function* boxes(bytes: Uint8Array): Generator<Box> {
  for (let at = 0, count = 0; at + 8 <= bytes.length; ) {
    if (++count > MAX_BOXES) throw new RangeError('too many boxes');
    const reader = byteReader(bytes.subarray(at));
    const short = reader.uint(4);
    const type = reader.name();
    const size = short === 1 ? reader.uint(8) : short === 0 ? bytes.length - at : short;
    if (size < reader.at() || at + size > bytes.length) throw new RangeError('a box that is not whole');
    yield { type, content: bytes.subarray(at + reader.at(), at + size) };
    at += size;
  }
}

function readItems(iinf: Uint8Array): Map<number, HeifItem> {
  const reader = byteReader(iinf);
  reader.uint(reader.fullBox().version === 0 ? 2 : 4);
  const items = new Map<number, HeifItem>();
  for (const { type, content } of boxes(reader.rest())) {
    if (type !== 'infe') continue;
    if (items.size >= MAX_ITEMS) throw new RangeError('too many items');
    const entry = byteReader(content);
    const { version } = entry.fullBox();
    // Before version 2 there were no types and no pictures.
    if (version < 2) continue;
    const id = entry.uint(version === 2 ? 2 : 4);
    entry.uint(2);
    items.set(id, { type: entry.name(), properties: [], extents: [], references: new Map() });
  }
  return items;
}

const IN_FILE = 0;
const IN_IDAT = 1;

function readLocations(iloc: Uint8Array, items: Map<number, HeifItem>, file: Uint8Array, idat?: Uint8Array): void {
  const reader = byteReader(iloc);
  const { version } = reader.fullBox();
  const [sizes, more] = [reader.uint(1), reader.uint(1)];
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 4, sizes & 15, more >> 4];
  const indexBytes = version === 0 ? 0 : more & 15;
  for (let count = reader.uint(version < 2 ? 2 : 4); count > 0; count--) {
    const item = items.get(reader.uint(version < 2 ? 2 : 4));
    const method = version === 0 ? IN_FILE : reader.uint(2) & 15;
    reader.uint(2);
    const base = reader.uint(baseBytes);
    const extents = reader.uint(2);
    if (extents > MAX_EXTENTS) throw new RangeError('too many extents');
    const source = method === IN_FILE ? file : method === IN_IDAT ? idat : undefined;
    const found = Array.from({ length: extents }, () => {
      reader.uint(indexBytes);
      const from = base + reader.uint(offsetBytes);
      const length = reader.uint(lengthBytes);
      return source && from + length <= source.length ? source.subarray(from, from + length) : undefined;
    });
    // An item with a missing part has no bytes. That is damage only if the item is needed.
    if (item && found.every((part) => part !== undefined)) item.extents = found;
  }
}

function readReferences(iref: Uint8Array | undefined, items: Map<number, HeifItem>): void {
  if (iref === undefined) return;
  const reader = byteReader(iref);
  const idBytes = reader.fullBox().version === 0 ? 2 : 4;
  for (const { type, content } of boxes(reader.rest())) {
    const reference = byteReader(content);
    const from = items.get(reference.uint(idBytes));
    const count = reference.uint(2);
    const to = Array.from({ length: count }, () => reference.uint(idBytes));
    // The first list counts: some readers would join two, others would choose either.
    if (from && !from.references.has(type)) from.references.set(type, to);
  }
}

function readProperties(iprp: Uint8Array, items: Map<number, HeifItem>): void {
  const children = [...boxes(iprp)];
  const ipco = find(children, 'ipco');
  const all = ipco ? [...boxes(ipco)] : [];
  let associated = 0;
  for (const { type, content } of children) {
    if (type !== 'ipma') continue;
    const reader = byteReader(content);
    const { version, flags } = reader.fullBox();
    const indexBytes = flags & 1 ? 2 : 1;
    for (let count = reader.uint(4); count > 0; count--) {
      const item = items.get(reader.uint(version === 0 ? 2 : 4));
      for (let left = reader.uint(1); left > 0; left--) {
        // The highest bit means "essential".
        const index = reader.uint(indexBytes) & (indexBytes === 2 ? 0x7fff : 0x7f);
        const property = all[index - 1];
        if (++associated > MAX_PROPERTIES) throw new RangeError('too many properties');
        if (item && property) item.properties.push(property);
      }
    }
  }
}

/** Reads big-endian numbers one after the other. @throws RangeError at the end */
export function byteReader(bytes: Uint8Array) {
  let at = 0;
  /** With 0 bytes it is 0. With 8, numbers above 2^53 are beyond any file. */
  const uint = (count: number): number => {
    if (at + count > bytes.length) throw new RangeError('the end');
    let value = 0;
    for (let left = count; left > 0; left--) value = value * 256 + (bytes[at++] ?? 0);
    return value;
  };
  return {
    uint,
    name: (): string => String.fromCharCode(uint(1), uint(1), uint(1), uint(1)),
    fullBox: (): { version: number; flags: number } => ({ version: uint(1), flags: uint(3) }),
    rest: (): Uint8Array => bytes.subarray(at),
    at: (): number => at,
  };
}
