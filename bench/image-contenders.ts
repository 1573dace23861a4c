import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXTENSION, type Format, type Size, storedFormat } from '../lambdas/core/photo.ts';
import type { UploadPolicy } from '../lambdas/core/upload-policy.ts';
import { withinBounds } from '../lambdas/image/bounds.ts';
import { decode, type Pixels } from '../lambdas/image/decode.ts';
import { encode, JPEG_QUALITY } from '../lambdas/image/encode.ts';
import { uprightSize } from '../lambdas/image/header.ts';
import { inspect } from '../lambdas/image/inspect.ts';
import { sharp } from '../lambdas/image/libvips.ts';
import { render } from '../lambdas/image/render.ts';
import { type Plan, plan } from '../lambdas/image/render-plan.ts';
import { renditionsOf } from '../lambdas/image/renditions.ts';

/** One photo to be made into all its stored pictures. */
export interface Task {
  name: string;
  bytes: Buffer;
  policy: UploadPolicy;
}

/** The cost of one run. CPU time is of all threads, and of child processes where there are any. */
export interface Cost {
  cpuMs: number;
  wallMs: number;
  bytesWritten: number;
}

/** Programs that make the same sizes and formats of the same file. */
export type ContenderName = (typeof CONTENDERS)[number];
export const CONTENDERS = [
  'Headshot',
  'floor: one decode, the same encodes',
  'sharp, a pipeline a size',
  'vipsthumbnail',
  'ImageMagick',
  "(Headshot's check before it accepts)",
] as const;

/** Prepares one of them for a task. Undefined where the program is not installed. */
export async function contender(name: ContenderName, task: Task): Promise<(() => Promise<Cost>) | undefined> {
  const { bytes, policy } = task;
  const bounded = withinBounds(bytes, policy);
  if (!bounded.ok) throw new Error(`${task.name}: ${bounded.refusal.code}`);
  const { header } = bounded.value;
  const format = storedFormat(bounded.value.format, header.hasAlpha);
  const planned = plan(uprightSize(header), policy.frame);
  if (!planned.ok) throw new Error(task.name);
  const { pictures, master } = planned.value;
  switch (name) {
    case 'Headshot':
      return measured(() => headshot(task));
    case 'floor: one decode, the same encodes': {
      const ready = await readyPixels(task, planned.value);
      return measured(() => floor(bytes, master, ready, format));
    }
    case 'sharp, a pipeline a size':
      return measured(() => pipelines(bytes, pictures, format));
    case 'vipsthumbnail':
      return vipsthumbnail(task, pictures, format);
    case 'ImageMagick':
      return imageMagick(task, pictures, format);
    case "(Headshot's check before it accepts)":
      return measured(() => check(task));
  }
}

async function headshot({ bytes, policy }: Task): Promise<number> {
  const made = await render(bytes, { policy, letterboxColour: '#000000' });
  if (!made.ok) throw new Error(made.refusal.code);
  return total(made.value.renditions.map((rendition) => rendition.bytes));
}

/** The pixels of all sizes are ready: the only costs are one decode to the master's size, and the encoders. */
async function floor(bytes: Buffer, master: Size, ready: Pixels[], format: Format): Promise<number> {
  await sharp(bytes).autoOrient().resize({ width: master.widthPx, height: master.heightPx }).raw().toBuffer();
  return total(await Promise.all(ready.map((pixels) => encode(pixels, format))));
}

async function check({ bytes, policy }: Task): Promise<number> {
  await inspect(bytes, policy);
  return 0;
}

async function readyPixels({ bytes, policy }: Task, planned: Plan): Promise<Pixels[]> {
  const bounded = withinBounds(bytes, policy);
  const decoded = bounded.ok ? await decode(bytes, bounded.value, planned) : undefined;
  if (typeof decoded !== 'object') throw new Error('the file of a task must decode');
  const made = renditionsOf(decoded, planned.pictures);
  return Promise.all(planned.pictures.map((size) => made.pixels(size)));
}

/**
 * What most projects do: for each size, the source is opened, resized and encoded with sharp's defaults, all at once.
 */
async function pipelines(bytes: Buffer, sizes: Size[], format: Format): Promise<number> {
  const made = sizes.map(({ widthPx, heightPx }) =>
    sharp(bytes)
      .autoOrient()
      .resize(widthPx, heightPx)
      .toFormat(format, format === 'jpeg' ? { quality: JPEG_QUALITY } : {})
      .toBuffer(),
  );
  return total(await Promise.all(made));
}

/** A process for each size, because it makes only one. */
function vipsthumbnail(task: Task, sizes: Size[], format: Format): (() => Promise<Cost>) | undefined {
  if (spawnSync('vipsthumbnail', ['--vips-version']).status !== 0) return undefined;
  const quality = format === 'jpeg' ? `[Q=${JPEG_QUALITY}]` : '';
  return inFolder(task, format, (source, target) =>
    sizes.map(({ widthPx, heightPx }) => {
      const name = `${widthPx}x${heightPx}`;
      return `vipsthumbnail ${source} --size ${name} --smartcrop centre -o '${target(name)}${quality}'`;
    }),
  );
}

/** One process for all sizes. A program named `convert` may be another one, so its version is checked. */
function imageMagick(task: Task, sizes: Size[], format: Format): (() => Promise<Cost>) | undefined {
  // Debian's own name comes before `convert`, which others use too.
  const program = ['magick', 'convert-im6', 'convert'].find((name) =>
    String(spawnSync(name, ['-version']).stdout).includes('ImageMagick'),
  );
  if (program === undefined) return undefined;
  return inFolder(task, format, (source, target) => {
    const steps = sizes.map(({ widthPx, heightPx }) => {
      const name = `${widthPx}x${heightPx}`;
      const cut = `-resize ${name}^ -gravity center -extent ${name} -quality ${JPEG_QUALITY}`;
      return `\\( +clone ${cut} -write ${target(name)} +delete \\)`;
    });
    return [`${program} '${source}[0]' -auto-orient ${steps.join(' ')} null:`];
  });
}

/** Runs shell commands in a folder of their own. The shell's own count of its children's CPU time is the measure. */
function inFolder(
  { bytes }: Task,
  format: Format,
  commands: (source: string, target: (name: string) => string) => string[],
): () => Promise<Cost> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headshot-bench-'));
    try {
      const source = join(folder, `source.${EXTENSION[format]}`);
      writeFileSync(source, bytes);
      const lines = commands(source, (name) => join(folder, `out-${name}.${EXTENSION[format]}`));
      const script = `set -e; TIMEFORMAT='%U %S %R'; time { ${lines.join('; ')}; }`;
      const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      const [user = 0, system = 0, real = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
      const made = readdirSync(folder).filter((name) => name.startsWith('out-'));
      const bytesWritten = made.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      return { cpuMs: (user + system) * 1000, wallMs: real * 1000, bytesWritten };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

const measured = (work: () => Promise<number>) => async (): Promise<Cost> => {
  const [cpu, startMs] = [process.cpuUsage(), performance.now()];
  const bytesWritten = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startMs, bytesWritten };
};

const total = (files: { length: number }[]): number => files.reduce((sum, { length }) => sum + length, 0);
