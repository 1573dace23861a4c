import { readFileSync } from 'node:fs';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { withinBounds } from '../../lambdas/image/bounds.ts';
import { inspect, isDecodedLater } from '../../lambdas/image/inspect.ts';
import { sharp } from '../../lambdas/image/libvips.ts';
import { render } from '../../lambdas/image/render.ts';
import type { Rendition } from '../../lambdas/image/renditions.ts';
import type { Tried } from './hostile-process.ts';

/**
 * A process that takes files, one message each, and answers what came of each. It does what the two functions of the
 * service do: the check before a photo is accepted, then, if it is, every picture of it.
 */
process.on('message', (bytes: Uint8Array) => {
  void answer(Buffer.from(bytes));
});

async function answer(bytes: Buffer): Promise<void> {
  const [cpu, startedMs] = [process.cpuUsage(), performance.now()];
  const { outcome, pictures } = await tried(bytes);
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const areWhole = await Promise.all(pictures.map(isWhole));
  const reported = areWhole.every(Boolean) ? outcome : 'a broken picture';
  process.send?.({ outcome: reported, tookMs, cpuMs: (user + system) / 1000, peakMB: peakMB() } satisfies Tried);
}

async function tried(bytes: Buffer): Promise<{ outcome: string; pictures: Rendition[] }> {
  const policy = UPLOAD_POLICIES.import;
  const inspected = await inspect(bytes, policy);
  if (!inspected.ok) return { outcome: `refused: ${inspected.refusal.code}`, pictures: [] };
  const rendered = await render(bytes, { policy, letterboxColour: '#000000' });
  if (!rendered.ok) {
    const { code } = rendered.refusal;
    // Of what is decoded later, damage is found then.
    const bounded = withinBounds(bytes, policy);
    const isLate = bounded.ok && isDecodedLater(bounded.value) && code === 'corrupt-image';
    return { outcome: isLate ? `refused: ${code}` : `accepted, then refused: ${code}`, pictures: [] };
  }
  return { outcome: 'picture', pictures: rendered.value.renditions };
}

async function isWhole({ size, bytes }: Rendition): Promise<boolean> {
  const { info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return info.width === size.widthPx && info.height === size.heightPx;
}

/** The most memory that this process has held so far. Linux tells it; elsewhere it is what is held now. */
function peakMB(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1000;
  } catch {
    return process.memoryUsage.rss() / 1e6;
  }
}
