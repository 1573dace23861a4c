import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * A thread that decodes one HEIC and ends (`decode-heic.ts` starts it). Whatever a stranger's bytes do to the decoder,
 * only this thread and its memory are lost. libheif-js is a package of its own in the layer, and is loaded only here.
 */
export interface HeicWork {
  bytes: Uint8Array;
  hasAlpha: boolean;
  /** The limit of the decoder's own memory. */
  maxMemoryBytes: number;
}

/** `ready` comes once the library is loaded. Later errors are the file's fault. */
export type HeicMessage =
  | 'ready'
  | 'undecodable'
  /** Rows from the top without padding, three or four bytes a pixel. */
  | { data: Uint8Array<ArrayBuffer>; widthPx: number; heightPx: number };

/**
 * The parts used of libheif's C interface, as Emscripten exports it. Numbers are addresses. Errors are written to
 * `error`.
 */
interface Libheif {
  /** The memory as it is now. It is another array after it has grown. */
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _heif_context_alloc(): number;
  _heif_context_read_from_memory_without_copy(error: number, context: number, at: number, bytes: number, no: 0): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colourSpace: number,
    chroma: number,
    noOptions: 0,
  ): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
}

/** `heif_colorspace_RGB`, `heif_chroma_interleaved_RGB` and `_RGBA`, `heif_channel_interleaved`. */
const RGB = 1;
const INTERLEAVED_RGB = 10;
const INTERLEAVED_RGBA = 11;
const INTERLEAVED = 10;

/** `WebAssembly.Memory`, which TypeScript knows only for browsers. */
interface Memory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE_BYTES = 65_536;

const { bytes, hasAlpha, maxMemoryBytes } = workerData as HeicWork;
boundMemory(maxMemoryBytes);
const libheif = load();
post('ready');
post(decoded() ?? 'undecodable');

/** Denies growth over the limit. The allocation in the decoder then fails. */
function boundMemory(maxBytes: number): void {
  const { prototype } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly
    .Memory;
  const { grow } = prototype;
  prototype.grow = function (this: Memory, pages: number) {
    if (this.buffer.byteLength + pages * PAGE_BYTES > maxBytes) throw new RangeError('more memory than is allowed');
    return grow.call(this, pages);
  };
}

function load(): Libheif {
  const require = createRequire(import.meta.url);
  const wasmBinary = readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm'));
  const silent = () => undefined;
  return require('libheif-js/libheif-wasm/libheif.js')({ wasmBinary, print: silent, printErr: silent }) as Libheif;
}

function decoded(): HeicMessage | undefined {
  const file = libheif._malloc(bytes.length);
  // An error is a code (0 for none), a second code, and a message.
  const [error, found] = [libheif._malloc(12), libheif._malloc(4)];
  libheif.HEAPU8.set(bytes, file);
  const context = libheif._heif_context_alloc();
  libheif._heif_context_read_from_memory_without_copy(error, context, file, bytes.length, 0);
  if (numberAt(error) !== 0) return undefined;
  libheif._heif_context_get_primary_image_handle(error, context, found);
  if (numberAt(error) !== 0) return undefined;
  const handle = numberAt(found);
  libheif._heif_decode_image(error, handle, found, RGB, hasAlpha ? INTERLEAVED_RGBA : INTERLEAVED_RGB, 0);
  return numberAt(error) === 0 ? pixelsOf(numberAt(found), found) : undefined;
}

function numberAt(address: number): number {
  return new DataView(libheif.HEAPU8.buffer, libheif.HEAPU8.byteOffset).getInt32(address, true);
}

function pixelsOf(image: number, place: number): HeicMessage {
  const widthPx = libheif._heif_image_get_width(image, INTERLEAVED);
  const heightPx = libheif._heif_image_get_height(image, INTERLEAVED);
  const from = libheif._heif_image_get_plane_readonly(image, INTERLEAVED, place);
  const stride = numberAt(place);
  const rowBytes = widthPx * (hasAlpha ? 4 : 3);
  const data = new Uint8Array(rowBytes * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const row = from + y * stride;
    data.set(libheif.HEAPU8.subarray(row, row + rowBytes), y * rowBytes);
  }
  return { data, widthPx, heightPx };
}

function post(message: HeicMessage): void {
  parentPort?.postMessage(message, typeof message === 'string' ? [] : [message.data.buffer]);
}
