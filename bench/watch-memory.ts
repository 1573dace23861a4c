import { readdirSync, readFileSync } from 'node:fs';
import { ratio } from './table.ts';

/** Stands in for S3 with an index of all objects in memory, so it grows with what is stored: shown, without a goal. */
const STORE = 'emulators';

/** Resident memory of every process of the run, read every 200 ms. */
export function watchMemory() {
  const seen = new Map<string, number[]>();
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const kind = kindOf(pid);
      if (kind === undefined) continue;
      const pages = Number(read(`/proc/${pid}/statm`).split(' ')[1]);
      const key = `${kind} ${pid}`;
      seen.set(key, [...(seen.get(key) ?? []), (pages * 4_096) / 1e6]);
    }
  }, 200);
  return {
    stop() {
      clearInterval(timer);
      // Short-lived ones have no middle.
      const long = [...seen].filter(([, sizes]) => sizes.length >= 30);
      const growths = long.map(([key, sizes]) => {
        const third = Math.floor(sizes.length / 3);
        const [middle, last] = [sizes.slice(third, 2 * third), sizes.slice(2 * third)].map((some) => Math.max(...some));
        return { key: key.replace(/ \d+$/, ''), middle: middle ?? 0, last: last ?? 0 };
      });
      return {
        goal: {
          what: 'memory of any process, last third against middle third',
          measured: Math.max(
            ...growths.filter(({ key }) => key !== STORE).map(({ middle, last }) => ratio(last, middle)),
          ),
          atMost: 1.2,
          unit: '×',
        },
        rows: growths.map(({ key, middle, last }) => [
          `${key}: highest MB in the middle and the last third`,
          '',
          Math.round(middle),
          '',
          Math.round(last),
        ]),
      };
    },
  };
}

/** What a process is, if it is one of this run's. */
function kindOf(pid: string): string | undefined {
  const commandLine = read(`/proc/${pid}/cmdline`);
  if (commandLine.includes('cli/headshot.ts\0import')) return 'headshot import';
  if (pid === String(process.pid)) return 'laptop run, and the bench';
  if (!read(`/proc/${pid}/status`).includes(`PPid:\t${process.pid}\n`)) return;
  if (commandLine.includes('local/emulators-child.ts')) return STORE;
  if (!commandLine.includes('local/bootstrap.mjs')) return;
  const name = /AWS_LAMBDA_FUNCTION_NAME=On([A-Z][a-z]+)/.exec(read(`/proc/${pid}/environ`))?.[1];
  return name && `on-${name.toLowerCase()}`;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
