import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { quantile, ratio, type Table } from './table.ts';

const PROJECT = join(import.meta.dirname, '..');

/**
 * What no Headshot can do without: the packages that it is built on, the SDK's clients, the two emulators, TypeScript and what
 * builds. An install is held against one of these alone, in the same run.
 */
const FLOOR = [
  /^@aws-sdk\//,
  /^(sharp|zod|jest|@middy\/core|aws-cdk-lib|constructs)$/,
  /^(typescript|esbuild|fauxqs|dynalite)$/,
];
const ROUNDS = 3;
const READY_WITHIN_MS = 120_000;

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

/**
 * What a newcomer waits for, in a clone in a temporary folder: `npm ci` (npm's cache warm, in turn with the floor), the first
 * `npm start`, the next one, one after a function was changed, and `npm test`. Only `npm ci` asks the network.
 *
 * Node's own package is left out of both installs: it comes only where the machine's Node is older than 24, and by itself
 * takes longer than anything else. So the installs are run by the Node that the bench runs on.
 */
export async function firstRun(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-first-run-'));
  try {
    const clone = join(folder, 'headshot');
    ran('git', ['clone', '--quiet', PROJECT, clone], folder);
    const floor = join(folder, 'floor');
    writeFloor(floor);

    const seconds = { own: [] as number[], floor: [] as number[] };
    // The first round fills npm's cache.
    for (let round = -1; round < ROUNDS; round++)
      for (const [name, place] of [
        ['floor', floor],
        ['own', clone],
      ] as const) {
        const took = timed(() => npm(['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], place));
        if (round >= 0) seconds[name].push(took);
      }
    const own = installed(clone);
    const least = installed(floor);

    // The rest as people run it, with Node's package where the machine needs one.
    ran('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], clone);
    const first = await start(clone, join(folder, 'data'));
    const again = median([
      await start(clone, join(folder, 'data')),
      await start(clone, join(folder, 'data')),
      await start(clone, join(folder, 'data')),
    ]);
    const changed: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      appendFileSync(join(clone, 'lambdas/on-read.ts'), `export const change${round} = ${round};\n`);
      changed.push(await start(clone, join(folder, 'data')));
    }
    ran('git', ['checkout', '--quiet', '.'], clone);
    const tests = timed(() => ran('npm', ['test'], clone));

    const install = ratio(median(seconds.own), median(seconds.floor));
    return {
      name: 'first-run',
      title: "What a newcomer waits for (npm's cache warm; all but npm ci works offline)",
      columns: ['', 'Headshot', 'floor'],
      rows: [
        ['npm ci, seconds (network)', tenths(median(seconds.own)), tenths(median(seconds.floor))],
        ['packages', own.packages, least.packages],
        ['MB', own.megabytes, least.megabytes],
        ['first npm start, seconds (offline)', tenths(first), ''],
        ['npm start again, seconds (offline)', tenths(again), ''],
        ['npm start, one function changed, seconds (offline)', tenths(median(changed)), ''],
        ['npm test, seconds (offline)', tenths(tests), ''],
      ],
      goals: [
        { what: 'npm ci ÷ floor', measured: install, atMost: 1.15, unit: '×' },
        { what: 'packages', measured: own.packages, atMost: 500, unit: '' },
        { what: 'installed', measured: own.megabytes, atMost: 520, unit: 'MB' },
        { what: 'first npm start', measured: tenths(first), atMost: 9, unit: 's' },
        { what: 'npm start again', measured: tenths(again), atMost: 4, unit: 's' },
        { what: 'npm start, one function changed', measured: tenths(median(changed)), atMost: 6, unit: 's' },
        { what: 'npm test', measured: tenths(tests), atMost: 180, unit: 's' },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFloor(folder: string): void {
  const manifest: Manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  const { overrides, allowScripts } = manifest;
  const dependencies = Object.fromEntries(all.filter(([name]) => FLOOR.some((pattern) => pattern.test(name))));
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'floor', version: '1.0.0', private: true, dependencies, overrides, allowScripts }),
  );
  npm(['install', '--package-lock-only', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}

/** npm by the Node that runs this, whatever Node the machine's own npm would take. */
const npm = (words: string[], cwd: string): void => {
  const program = (process.env.PATH ?? '')
    .split(delimiter)
    .map((place) => join(place, 'npm'))
    .find((path) => spawnSync('test', ['-x', path]).status === 0);
  if (program === undefined) throw new Error('npm is not on the PATH');
  ran(process.execPath, [realpathSync(program), ...words], cwd);
};

function installed(folder: string): { packages: number; megabytes: number } {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  const megabytes = Number(ran('du', ['-sm', 'node_modules'], folder).split('\t')[0]);
  return { packages: Object.keys(lock.packages).length, megabytes };
}

/** Seconds until `headshot ready`. */
async function start(clone: string, dataDir: string): Promise<number> {
  const startedMs = performance.now();
  const run = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...outside(), PORT: '0', HEADSHOT_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(run, 'exit');
  let printed = '';
  const isReady = new Promise<void>((done) => {
    for (const stream of [run.stdout, run.stderr])
      stream.on('data', (chunk) => {
        printed += String(chunk);
        if (printed.includes('headshot ready')) done();
      });
  });
  const isOver = Promise.race([ended, new Promise((over) => setTimeout(over, READY_WITHIN_MS).unref())]).then(() => {
    throw new Error(`npm start is not ready: ${printed}`);
  });
  isOver.catch(() => undefined);
  try {
    await Promise.race([isReady, isOver]);
    return (performance.now() - startedMs) / 1000;
  } finally {
    // npm and what it started are a group of their own.
    if (run.pid !== undefined && run.exitCode === null) process.kill(-run.pid, 'SIGTERM');
    await ended;
  }
}

/** What a program printed. */
function ran(program: string, words: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd,
    env: outside(),
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The environment without what npm adds for this project's scripts. */
function outside(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE/.test(name));
  const places = (process.env.PATH ?? '').split(delimiter).filter((place) => !place.startsWith(PROJECT));
  return { ...Object.fromEntries(kept), PATH: places.join(delimiter) };
}

function timed(work: () => void): number {
  const startedMs = performance.now();
  work();
  return (performance.now() - startedMs) / 1000;
}

const median = (seconds: number[]): number => quantile(seconds, 0.5);

const tenths = (seconds: number): number => Math.round(10 * seconds) / 10;
