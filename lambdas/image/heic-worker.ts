import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * A thread that decodes one HEIC and ends (`decode-heic.ts` starts it): whatever the decoder does with a stranger's bytes, what is lost is this
 * thread and its memory. libheif-js is a package of its own in the layer, and is loaded here alone.
 */
export interface HeicWork {
  bytes: Uint8Array;
  hasAlpha: boolean;
  /** Of the decoder's own memory. */
  maxMemoryBytes: number;
}

/** `ready` comes once the library is there: what goes wrong from then on is the file's fault. */
export type HeicMessage =
  | 'ready'
  | 'undecodable'
  /** Rows from the top without padding, three or four bytes a pixel. */
  | { data: Uint8Array<ArrayBuffer>; widthPx: number; heightPx: number };

/** What is used of libheif's C interface, as Emscripten exports it. */
interface Libheif {
  heif_context_alloc(): object;
  heif_context_read_from_memory(context: object, bytes: Uint8Array): { code: { value: number } };
  heif_js_context_get_primary_image_handle(context: object): Handle;
  heif_js_decode_image2(handle: Handle, colourSpace: object, chroma: object): Promise<Decoded> | Decoded;
  heif_colorspace: { heif_colorspace_RGB: object };
  heif_chroma: { heif_chroma_interleaved_RGB: object; heif_chroma_interleaved_RGBA: object };
}

/** An error has a code, and is no handle. */
type Handle = object & { code?: unknown };

interface Decoded {
  code?: unknown;
  channels?: { width: number; height: number; stride: number; data: Uint8Array }[];
}

/** `WebAssembly.Memory`, which TypeScript knows of browsers only. */
interface Memory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE_BYTES = 65_536;

const { bytes, hasAlpha, maxMemoryBytes } = workerData as HeicWork;
boundMemory(maxMemoryBytes);
const libheif = load();
post('ready');
post(await decoded(), 'undecodable');

/** Every growth of the decoder's memory comes by here; what is denied is an allocation that fails there. */
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

async function decoded(): Promise<HeicMessage | undefined> {
  const context = libheif.heif_context_alloc();
  if (libheif.heif_context_read_from_memory(context, bytes).code.value !== 0) return undefined;
  const handle = libheif.heif_js_context_get_primary_image_handle(context);
  if (handle.code !== undefined) return undefined;
  const { heif_chroma_interleaved_RGB: rgb, heif_chroma_interleaved_RGBA: rgba } = libheif.heif_chroma;
  const image = await libheif.heif_js_decode_image2(
    handle,
    libheif.heif_colorspace.heif_colorspace_RGB,
    hasAlpha ? rgba : rgb,
  );
  const [pixels] = image.channels ?? [];
  if (pixels === undefined) return undefined;
  const { width: widthPx, height: heightPx, stride } = pixels;
  const rowBytes = widthPx * (hasAlpha ? 4 : 3);
  const data = new Uint8Array(rowBytes * heightPx);
  for (let y = 0; y < heightPx; y++) data.set(pixels.data.subarray(y * stride, y * stride + rowBytes), y * rowBytes);
  return { data, widthPx, heightPx };
}

function post(message: HeicMessage | undefined, otherwise: HeicMessage = 'undecodable'): void {
  const sent = message ?? otherwise;
  parentPort?.postMessage(sent, typeof sent === 'string' ? [] : [sent.data.buffer]);
}
