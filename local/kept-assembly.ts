import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_DIR, synthesize } from './assembly.ts';
import { inputsDigest } from './assembly-inputs.ts';

/** Where assemblies are kept, each in a folder named by the digest of its inputs. */
const KEPT_DIR = join(PROJECT_DIR, 'node_modules/.cache/headshot/assemblies');

/**
 * Of some 55 MB each. So neither a change between two branches, nor a run of all tests with its five settings, runs the
 * CDK anew.
 */
const MAX_KEPT = 6;

/** A file with that digest. It is written last, so a folder without it is incomplete. */
const STAMP = 'made-from';

/**
 * Puts the project's cloud assembly into `dir`: the kept one when none of its inputs has changed, otherwise a new one,
 * which is then kept. Only the laptop run and tests use it; `cdk synth` and `cdk deploy` always make their own.
 * @param settings as in `-c name=value`
 * @returns whether the CDK had to run
 * @throws Error with the app's own words when it fails; nothing is kept then
 */
export async function projectAssembly(dir: string, settings: Record<string, string> = {}): Promise<'kept' | 'made'> {
  const digest = inputsDigest(PROJECT_DIR, settings);
  if (stampOf(dir) === digest) return 'kept';
  rmSync(dir, { recursive: true, force: true });
  const kept = join(KEPT_DIR, digest);
  if (stampOf(kept) === digest) {
    cpSync(kept, dir, { recursive: true });
    // The one used last is removed last.
    utimesSync(kept, new Date(), new Date());
    return 'kept';
  }
  await synthesize(dir, settings);
  // If an input changed while the CDK ran, the assembly serves this run only: it may have the change or not.
  if (inputsDigest(PROJECT_DIR, settings) === digest) {
    writeFileSync(join(dir, STAMP), digest);
    keep(dir, kept);
  }
  return 'made';
}

const stampOf = (dir: string): string | undefined =>
  existsSync(join(dir, STAMP)) ? readFileSync(join(dir, STAMP), 'utf8') : undefined;

function keep(dir: string, kept: string): void {
  mkdirSync(dirname(kept), { recursive: true });
  const fresh = `${kept}.${process.pid}`;
  cpSync(dir, fresh, { recursive: true });
  try {
    renameSync(fresh, kept);
  } catch (error) {
    // Another run was first, and its assembly is the same.
    rmSync(fresh, { recursive: true });
    if (stampOf(kept) === undefined) throw error;
  }
  const [, ...rest] = readdirSync(dirname(kept))
    .map((name) => ({ path: join(dirname(kept), name), usedAt: statSync(join(dirname(kept), name)).mtimeMs }))
    .sort((one, other) => other.usedAt - one.usedAt);
  for (const { path } of rest.slice(MAX_KEPT - 1)) rmSync(path, { recursive: true, force: true });
}
