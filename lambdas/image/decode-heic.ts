import { Worker } from 'node:worker_threads';
import type { Size } from '../core/photo.ts';
import type { Header } from './header.ts';
import type { HeicMessage, HeicWork } from './heic-worker.ts';

/** Upright, in the file's own colours, 8 bits a sample, rows from the top without padding. */
interface HeicPixels extends Size {
  data: Buffer;
  channels: 3 | 4;
}

/** Processor time for one picture. The largest accepted one takes about 3 s. */
export const MAX_CPU_SECONDS = 6;
/** How often the time is checked. */
const POLL_MS = 250;
/** Three times what the largest picture needs. With all else in a worker, less than two thirds of its memory. */
const MAX_DECODER_BYTES = 640_000_000;
/** For JavaScript, without the picture's bytes. */
const MAX_HEAP_MB = 128;

/** Next to this file, both in the source and in the function's bundle. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './heic-worker.ts' : './heic-worker.mjs', import.meta.url);

/**
 * The upright pixels of a HEIC's primary picture, in the file's own colours, 8 bits a sample. A thread decodes them and
 * ends with its memory: it takes 200 ms of processor time to start, and a crash or a hang stays within it. Undefined if
 * the bytes do not decode in the allowed memory.
 * @param deadlineMs when the caller has to be done, in milliseconds since 1970: it may have only a part of a processor
 * @throws Error if the decoder cannot be loaded
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
      // A thread that has just ended has no usage.
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

/**
 * With another size than the header's, the bounds would have been checked on one picture and the crop cut from another.
 */
function pixelsOf({ data, ...size }: Exclude<HeicMessage, string>, header: Header): HeicPixels | undefined {
  if (size.widthPx !== header.widthPx || size.heightPx !== header.heightPx) return undefined;
  return { data: Buffer.from(data.buffer), ...size, channels: header.hasAlpha ? 4 : 3 };
}
