import { isFrameHeader, nextSegment, SCAN, type Segment } from './jpeg-segments.ts';

/**
 * Whether every block of a sequential JPEG's last scan is there to its last bit. Reads the codes and keeps nothing. For
 * files without their end marker: libjpeg makes up the missing bits, and libvips misses its warning about the last
 * rows. Takes 100 ms for 10 MB. Source: ITU-T T.81, sections A.2, F.2.2.
 */
export function hasAllBlocks(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<number, HuffmanTable>();
  let frame: Frame | undefined;
  let restartInterval = 0;
  for (let at = 2; ; ) {
    const segment = nextSegment(bytes, at);
    if (segment === undefined || segment === 'end') return false;
    const { marker, start, end } = segment;
    if (marker === HUFFMAN_TABLES) readTables(bytes, segment, tables);
    else if (marker === RESTART_INTERVAL && end - start >= 2) restartInterval = view.getUint16(start);
    else if (isFrameHeader(marker)) frame = readFrame(view, segment);
    else if (marker === SCAN) {
      if (frame === undefined) return false;
      // If another segment follows, another scan is the last.
      if (nextSegment(bytes, end) === undefined) return scanIsWhole(bytes, segment, frame, tables, restartInterval);
    }
    at = end;
  }
}

const HUFFMAN_TABLES = 0xc4;
const RESTART_INTERVAL = 0xdd;

interface Component {
  id: number;
  across: number;
  down: number;
}

interface Frame {
  widthPx: number;
  heightPx: number;
  components: Component[];
}

function readFrame(view: DataView, { start, end }: Segment): Frame | undefined {
  const components: Component[] = [];
  for (let at = start + 6; at + 2 < end; at += 3) {
    const sampling = view.getUint8(at + 1);
    components.push({ id: view.getUint8(at), across: sampling >> 4, down: sampling & 15 });
  }
  const isUsable = components.length > 0 && components.every(({ across, down }) => across > 0 && down > 0);
  return isUsable ? { heightPx: view.getUint16(start + 1), widthPx: view.getUint16(start + 3), components } : undefined;
}

/**
 * Codes of up to 16 bits. `short`: by the next `PEEK_BITS` bits, the length and value of a code that fits into them, or
 * 0.
 */
interface HuffmanTable {
  short: Uint16Array;
  /** By length: the largest code (−1 if none), and what to add to a code for its index in `values`. */
  largest: Int32Array;
  offset: Int32Array;
  values: Uint8Array;
}

const PEEK_BITS = 9;
const MAX_CODE_BITS = 16;

function readTables(bytes: Uint8Array, { start, end }: Segment, tables: Map<number, HuffmanTable>): void {
  for (let at = start; at + 17 <= end; ) {
    const counts = bytes.subarray(at + 1, at + 17);
    const size = counts.reduce((sum, count) => sum + count, 0);
    tables.set(bytes[at] ?? 0, tableOf(counts, bytes.subarray(at + 17, Math.min(at + 17 + size, end))));
    at += 17 + size;
  }
}

function tableOf(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << PEEK_BITS);
  const largest = new Int32Array(MAX_CODE_BITS + 1).fill(-1);
  const offset = new Int32Array(MAX_CODE_BITS + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++, code <<= 1) {
    const count = counts[length - 1] ?? 0;
    offset[length] = place - code;
    if (count > 0) largest[length] = code + count - 1;
    for (let index = 0; index < count; index++, code++, place++)
      if (length <= PEEK_BITS) {
        const from = code << (PEEK_BITS - length);
        short.fill((length << 8) | (values[place] ?? 0), from, from + (1 << (PEEK_BITS - length)));
      }
  }
  return { short, largest, offset, values };
}

function scanIsWhole(
  bytes: Uint8Array,
  { start, end }: Segment,
  frame: Frame,
  tables: Map<number, HuffmanTable>,
  restartInterval: number,
): boolean {
  const plan = scanPlan(bytes, start, frame, tables);
  if (plan === undefined) return false;
  const reader = bitReader(bytes, end);
  for (let unit = 0; unit < plan.units; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0 && !reader.restarts()) return false;
    for (const { dc, ac } of plan.blocks) if (!reader.skipsBlock(dc, ac)) return false;
  }
  return true;
}

interface ScanPlan {
  /** How often `blocks` repeat. */
  units: number;
  blocks: { dc: HuffmanTable; ac: HuffmanTable }[];
}

/** A scan of one component has its blocks one by one. One of several has units of as many as their samplings say. */
function scanPlan(
  bytes: Uint8Array,
  start: number,
  { widthPx, heightPx, components }: Frame,
  tables: Map<number, HuffmanTable>,
): ScanPlan | undefined {
  const count = bytes[start] ?? 0;
  const mostAcross = Math.max(...components.map(({ across }) => across));
  const mostDown = Math.max(...components.map(({ down }) => down));
  const blocks: ScanPlan['blocks'] = [];
  let units = Math.ceil(widthPx / (8 * mostAcross)) * Math.ceil(heightPx / (8 * mostDown));
  for (let index = 0; index < count; index++) {
    const component = components.find(({ id }) => id === bytes[start + 1 + 2 * index]);
    const selector = bytes[start + 2 + 2 * index] ?? 0;
    const dc = tables.get(selector >> 4);
    const ac = tables.get(0x10 | (selector & 15));
    if (component === undefined || dc === undefined || ac === undefined) return undefined;
    const { across, down } = component;
    if (count === 1)
      units =
        Math.ceil(Math.ceil((widthPx * across) / mostAcross) / 8) *
        Math.ceil(Math.ceil((heightPx * down) / mostDown) / 8);
    blocks.push(...Array.from({ length: count === 1 ? 1 : across * down }, () => ({ dc, ac })));
  }
  return blocks.length > 0 ? { units, blocks } : undefined;
}

function bitReader(bytes: Uint8Array, from: number) {
  let at = from;
  let buffered = 0;
  let bufferedBits = 0;
  /** Takes whole bytes while there is room. Stops at a marker and at the end of the file. */
  const fill = (): void => {
    while (bufferedBits <= 16 && at < bytes.length) {
      const byte = bytes[at] ?? 0;
      if (byte === 0xff) {
        if (bytes[at + 1] !== 0) return;
        at++;
      }
      at++;
      buffered = (buffered << 8) | byte;
      bufferedBits += 8;
    }
  };
  const skip = (count: number): boolean => {
    if (bufferedBits < count) fill();
    bufferedBits -= count;
    buffered &= (1 << Math.max(bufferedBits, 0)) - 1;
    return bufferedBits >= 0;
  };
  /** −1 if there is no whole code. */
  const symbol = ({ short, largest, offset, values }: HuffmanTable): number => {
    if (bufferedBits < MAX_CODE_BITS) fill();
    const peeked =
      bufferedBits >= PEEK_BITS ? buffered >> (bufferedBits - PEEK_BITS) : buffered << (PEEK_BITS - bufferedBits);
    const found = short[peeked] ?? 0;
    if (found !== 0) return skip(found >> 8) ? found & 0xff : -1;
    for (let length = PEEK_BITS + 1; length <= Math.min(MAX_CODE_BITS, bufferedBits); length++) {
      const code = buffered >> (bufferedBits - length);
      if (code <= (largest[length] ?? -1)) return skip(length) ? (values[code + (offset[length] ?? 0)] ?? -1) : -1;
    }
    return -1;
  };
  return {
    skipsBlock(dc: HuffmanTable, ac: HuffmanTable): boolean {
      const size = symbol(dc);
      if (size < 0 || !skip(size & 15)) return false;
      for (let index = 1; index < 64; index++) {
        const code = symbol(ac);
        if (code < 0) return false;
        if ((code & 15) === 0 && code !== 0xf0) return true;
        index += code >> 4;
        if (!skip(code & 15)) return false;
      }
      return true;
    },
    /** Whether the next bytes are a restart marker. Skips it. */
    restarts(): boolean {
      buffered = 0;
      bufferedBits = 0;
      const marker = bytes[at + 1] ?? 0;
      if (bytes[at] !== 0xff || marker < 0xd0 || marker > 0xd7) return false;
      at += 2;
      return true;
    },
  };
}
