import { noteLive } from './live-memory.ts';

/** A collection stops its process for some 10 ms. More often would show in the answers. */
const EVERY_MS = 10_000;

const folder = process.env.MEMORY_PROBE_DIR ?? '';
setInterval(() => noteLive(folder), EVERY_MS).unref();
