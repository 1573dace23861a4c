import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathOutside, ran, whileRunning } from '../test/command-outside.ts';
import { median, ratio, type Table } from './table.ts';

const PROJECT = join(import.meta.dirname, '..');

/**
 * What no Headshot can do without: the packages that it is built on, the SDK's clients, the two emulators, TypeScript
 * and the build tools. An install is compared with one of only these, in the same run.
 */
const FLOOR = [
  /^@aws-sdk\//,
  /^(sharp|zod|jest|@middy\/core|aws-cdk-lib|constructs)$/,
  /^(typescript|esbuild|fauxqs|dynalite)$/,
];
const ROUNDS = 3;

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

/**
 * What a newcomer waits for, in a clone in a temporary folder: `npm ci` (with a warm npm cache, in turn with the
 * floor), the first `npm start`, the next one, one after a function was changed, and `npm test`. Only `npm ci` uses the
 * network.
 *
 * Node's own package is left out of both installs: it comes only where the machine's Node is older than 24, and alone
 * takes longer than anything else. So the installs run on the bench's Node.
 */
export async function firstRun(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-first-run-'));
  try {
    const clone = join(folder, 'headshot');
    ranIn(folder, 'git', ['clone', '--quiet', PROJECT, clone]);
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
    ranIn(clone, 'npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']);
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
    ranIn(clone, 'git', ['checkout', '--quiet', '.']);
    const tests = timed(() => ranIn(clone, 'npm', ['test']));

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

/** npm on the Node that runs this, whatever Node the machine's npm would use. */
const npm = (words: string[], cwd: string): void => {
  const program = (process.env.PATH ?? '')
    .split(delimiter)
    .map((place) => join(place, 'npm'))
    .find((path) => spawnSync('test', ['-x', path]).status === 0);
  if (program === undefined) throw new Error('npm is not on the PATH');
  // Install scripts of packages run on the same Node: on a machine whose own Node is new enough there is only one.
  const PATH = [dirname(process.execPath), OUTSIDE.PATH].join(delimiter);
  ran(process.execPath, [realpathSync(program), ...words], { cwd, env: { ...OUTSIDE, PATH } });
};

function installed(folder: string): { packages: number; megabytes: number } {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  const megabytes = Number(ranIn(folder, 'du', ['-sm', 'node_modules']).split('\t')[0]);
  // As npm counts them when it says "added … packages": without what is inside another package's archive.
  const packages = Object.values<{ inBundle?: boolean }>(lock.packages).filter(({ inBundle }) => !inBundle).length;
  return { packages, megabytes };
}

/** Seconds until `headshot ready`. */
function start(clone: string, dataDir: string): Promise<number> {
  const startedMs = performance.now();
  const env = { ...OUTSIDE, PORT: '0', HEADSHOT_DATA: dataDir };
  const isReady = (printed: string) => printed.includes('headshot ready');
  return whileRunning(['npm', 'start'], { cwd: clone, env }, isReady, () => (performance.now() - startedMs) / 1000);
}

/** Runs a program in a folder, and returns its output. */
const ranIn = (cwd: string, program: string, words: string[]): string => ran(program, words, { cwd, env: OUTSIDE });

/** The environment without what npm adds for this project's scripts. */
const OUTSIDE: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^NODE$|^NODE_OPTIONS$|^NODE_ENV$/.test(name)),
  ),
  PATH: pathOutside(PROJECT),
};

function timed(work: () => void): number {
  const startedMs = performance.now();
  work();
  return (performance.now() - startedMs) / 1000;
}

const tenths = (seconds: number): number => Math.round(10 * seconds) / 10;
