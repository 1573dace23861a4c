import { Worker } from 'node:worker_threads';
import type { Size } from '../core/photo.ts';
import type { Header } from './header.ts';
import type { HeicMessage, HeicWork } from './heic-worker.ts';

/** Upright, in the file's own colours, 8 bits a sample, rows from the top without padding. */
interface HeicPixels extends Size {
  data: Buffer;
  channels: 3 | 4;
}

/** Of a whole processor, for one picture. The largest that is taken needs some 3 s. */
export const MAX_CPU_SECONDS = 6;
/** How often it is asked for what it has used. */
const POLL_MS = 250;
/** Three times what the largest needs, and with all that a worker holds besides less than two thirds of its memory. */
const MAX_DECODER_BYTES = 640_000_000;
/** Of JavaScript, without the picture's bytes. */
const MAX_HEAP_MB = 128;

/** Beside this file, as source and in the function's bundle. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './heic-worker.ts' : './heic-worker.mjs', import.meta.url);

/**
 * The upright pixels of a HEIC's primary picture, of the file's own colours, 8 bits a sample. They come from a thread of its own, which ends with its
 * memory: 200 ms of a processor to start, and a crash or a hang takes nothing along. Undefined when the bytes do not decode within the memory.
 * @param deadlineMs when whoever asks has to be done, as `Date.now()` tells it: the processor may be a part of one
 * @throws Error when the decoder cannot be loaded
 */
export async function decodeHeic(
  bytes: Uint8Array,
  header: Header,
  deadlineMs = Number.POSITIVE_INFINITY,
): Promise<HeicPixels | 'too-slow' | undefined> {
  const { hasAlpha } = header;
  const workerData: HeicWork = { bytes, hasAlpha, maxMemoryBytes: MAX_DECODER_BYTES };
  const worker = new Worker(WORKER, { workerData, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  let isReady = false;
  let timer: NodeJS.Timeout | undefined;
  const done = new Promise<HeicPixels | 'too-slow' | undefined>((resolve, reject) => {
    const fail = (error: Error) => (isReady ? resolve(undefined) : reject(error));
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the HEIC decoder ended before it began')));
    worker.on('message', (message: HeicMessage) => {
      if (message === 'ready') isReady = true;
      else resolve(message === 'undecodable' ? undefined : pixelsOf(message, header));
    });
    timer = setInterval(async () => {
      if (Date.now() > deadlineMs) return resolve('too-slow');
      // Nothing is known of a thread that has just ended.
      const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
      if ((user + system) / 1e6 > MAX_CPU_SECONDS) resolve('too-slow');
    }, POLL_MS);
  });
  try {
    return await done;
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}

/** Were the size another than the header's, the bounds would have been checked on one picture and a crop box cut from the other. */
function pixelsOf({ data, ...size }: Exclude<HeicMessage, string>, header: Header): HeicPixels | undefined {
  if (size.widthPx !== header.widthPx || size.heightPx !== header.heightPx) return undefined;
  return { data: Buffer.from(data.buffer), ...size, channels: header.hasAlpha ? 4 : 3 };
}
