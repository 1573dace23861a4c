/** Shows progress: a terminal gets one line that is redrawn, anything else plain lines now and then. */
interface Progress {
  /** Sets how far it is. */
  update: (done: Done) => void;
  /** Leaves the last line behind. */
  end: () => void;
}

export interface Done {
  files: number;
  bytes: number;
}

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5_000;

export function progress(what: string, total: Done): Progress {
  const stream = process.stderr;
  let startMs = Date.now();
  const everyMs = stream.isTTY ? REDRAW_MS : PLAIN_LINE_MS;
  let shownMs = stream.isTTY ? 0 : startMs;
  // What was done before the first update came at another rate.
  let first: Done | undefined;
  let last: Done = { files: 0, bytes: 0 };
  const show = () => {
    shownMs = Date.now();
    const text = describe(what, { first, last, total }, (shownMs - startMs) / 1000);
    if (!stream.isTTY) stream.write(`${text}\n`);
    // Erases to the line's end, because the text before may have been longer.
    else stream.write(`\r${bar(last, total)} ${text}`.slice(0, stream.columns || 80).concat('\x1b[K'));
  };
  return {
    update(done) {
      if (first === undefined) [first, startMs] = [{ ...done }, Date.now()];
      last = done;
      if (Date.now() - shownMs >= everyMs) show();
    },
    end() {
      show();
      if (stream.isTTY) stream.write('\n');
    },
  };
}

function bar(done: Done, total: Done): string {
  const full = total.files === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done.files) / total.files);
  return `[${'#'.repeat(Math.min(full, BAR_WIDTH)).padEnd(BAR_WIDTH, '.')}]`;
}

/**
 * `Uploading 120 of 2000 files (1.2 of 20.0 MB), 35 files/s, 53 s left`; the rate and the rest once they can be known.
 */
function describe(
  what: string,
  { first, last, total }: { first: Done | undefined; last: Done; total: Done },
  seconds: number,
): string {
  // By bytes where there are any, because files differ in size.
  const unit = total.bytes > 0 ? 'bytes' : 'files';
  const since = first === undefined ? 0 : last[unit] - first[unit];
  const rest = total[unit] - last[unit];
  const rate = since > 0 && seconds > 0 ? `, ${((last.files - (first?.files ?? 0)) / seconds).toFixed(0)} files/s` : '';
  const left = since > 0 && rest > 0 ? `, ${duration((seconds * rest) / since)} left` : '';
  const bytes = total.bytes > 0 ? ` (${sizeOf(total.bytes, last.bytes)})` : '';
  return `${what} ${last.files} of ${fileCount(total.files)}${bytes}${rate}${left}`;
}

export const fileCount = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;

/** `1.2 of 20.0 MB`, in the unit of the whole; `20.0 MB` when all is done. */
export function sizeOf(total: number, bytes = total): string {
  const [unit, divisor] = total < 1_000_000 ? ['kB', 1_000] : ['MB', 1_000_000];
  const said = (count: number): string => (count / divisor).toFixed(1);
  return `${bytes === total ? '' : `${said(bytes)} of `}${said(total)} ${unit}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
