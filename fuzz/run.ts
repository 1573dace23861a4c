import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { SOURCE_FORMATS, type SourceFormat } from '../lambdas/core/photo.ts';
import { MAX_BODY_BYTES } from '../lambdas/core/upload-policy.ts';
import { readHeader } from '../lambdas/image/read-header.ts';
import { sniff } from '../lambdas/image/sniff.ts';
import { COSTS } from '../test/hostile/costs.ts';
import { HOSTILE } from '../test/hostile/hostile-files.ts';
import { hostileProcess } from '../test/hostile/hostile-process.ts';
import { SMALL, TO_CUT } from '../test/hostile/small-files.ts';
import { ODD_GIFS } from '../test/image/odd-gifs.ts';
import { ODD_JPEGS } from '../test/image/odd-jpegs.ts';
import { ODD_PNGS } from '../test/image/odd-pngs.ts';
import { positive, toolCommand, wholeNumber } from '../test/tool-command.ts';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';

/**
 * `npm run fuzz`: mutates further each file that brings something new (another outcome, another kind of header). A
 * finding becomes a row of `test/hostile/hostile-files.ts`. Exit code 1 if something was found, 2 for a wrong command
 * line.
 */
const {
  seconds,
  seed,
  format: only,
} = toolCommand(
  'fuzz',
  'Mutates small pictures and hostile files, and tries each on the image core in a process of its own. What must not be (a ' +
    'crash, a hang, accepted and then refused, too slow, too much memory) is written to fuzz/findings/.',
)
  .option('--seconds <n>', 'how long', positive, 60)
  .option('--seed <n>', 'which mutations', wholeNumber, Date.now() % 1_000_000)
  .addOption(new Option('--format <format>', 'one alone; otherwise all in turn').choices(SOURCE_FORMATS))
  .parse()
  .opts<{ seconds: number; seed: number; format?: SourceFormat }>();

/** Few files a process: its peak of memory stays, so a finding must not be confused with earlier files. */
const FILES_A_PROCESS = 400;
const FILE_BOUND_MS = 10_000;
const MAX_SEED_BYTES = 20_000;

const random = randomOf(seed);
const formats = only ? [only] : SOURCE_FORMATS;
const corpora = new Map(await Promise.all(formats.map(async (format) => [format, await seeds(format)] as const)));
const seen = new Set<string>();
const outcomes = new Map<string, number>();
const findings = new Set<string>();
const endMs = performance.now() + seconds * 1_000;
let tried = 0;
const begun = [...corpora].map(([format, { length }]) => `${length} ${format}`).join(', ');
console.log(`seed ${seed}, ${seconds} s, to begin with: ${begun}`);

for (let turn = 0; performance.now() < endMs; turn++) {
  // A process has one format, because formats may take different time and memory, and its peak stays.
  const format = formats[turn % formats.length] ?? 'jpeg';
  const corpus = corpora.get(format) ?? [];
  const child = hostileProcess(FILES_A_PROCESS * FILE_BOUND_MS);
  for (let count = 0; count < FILES_A_PROCESS && performance.now() < endMs; count++) {
    const file = mutate(random.pick(corpus), random.pick(corpus), random);
    if (file.length > MAX_BODY_BYTES || (sniff(file) ?? format) !== format) continue;
    const { outcome, cpuMs, peakMB } = await child.tries(file, FILE_BOUND_MS);
    tried++;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const trouble = troubleWith(format, outcome, cpuMs, peakMB);
    if (trouble !== undefined) {
      report(file, trouble);
      break;
    }
    const kind = kindOf(file, outcome);
    if (seen.has(kind) || file.length > MAX_SEED_BYTES) continue;
    seen.add(kind);
    corpus.push(file);
  }
  await child.end();
}
const counts = [...outcomes]
  .toSorted(([, one], [, other]) => other - one)
  .map(([outcome, count]) => `${outcome} ${count}`);
console.log(`${tried} files tried, ${seen.size} kinds seen, ${findings.size} findings (${counts.join(', ')})`);
process.exit(findings.size > 0 ? 1 : 0);

async function seeds(format: SourceFormat): Promise<Buffer[]> {
  const made = [
    SMALL[format](),
    ...Object.values(TO_CUT[format]).map((make) => make()),
    ...HOSTILE[format].map(({ make }) => make()),
  ];
  // One of each kind of oddity, and the colours of PNGs in one depth.
  for (const { name, make } of [...ODD_JPEGS, ...ODD_PNGS, ...ODD_GIFS])
    if (/^(JPEG|PNG|GIF|PNG RGB 16): /.test(name) && name.toLowerCase().startsWith(format)) made.push(make());
  return (await Promise.all(made)).filter(({ length }) => length <= MAX_SEED_BYTES);
}

function troubleWith(format: SourceFormat, outcome: string, cpuMs: number, peakMB: number): string | undefined {
  if (outcome !== 'picture' && !outcome.startsWith('refused: ')) return outcome;
  const { maxMs, maxMemoryMb } = COSTS[format];
  if (cpuMs > maxMs) return `${Math.round(cpuMs)} ms`;
  return peakMB > maxMemoryMb ? `${Math.round(peakMB)} MB` : undefined;
}

function report(file: Buffer, trouble: string): void {
  const folder = join(import.meta.dirname, 'findings');
  const path = join(folder, createHash('sha256').update(file).digest('hex').slice(0, 12));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, file);
  findings.add(path);
  console.log(`FOUND ${trouble}: ${path} (${file.length} bytes)`);
}

/** What is new about a file: its outcome, and its header with sizes rounded to powers of two. */
function kindOf(file: Buffer, outcome: string): string {
  const format = sniff(file);
  const header = format && readHeader(file, format);
  if (header === undefined) return `${outcome} ${format}`;
  const { widthPx, heightPx, frames, ...rest } = header;
  const powers = [widthPx, heightPx, frames].map((value) => Math.floor(Math.log2(value + 1)));
  return `${outcome} ${format} ${powers.join(' ')} ${JSON.stringify(rest)}`;
}
