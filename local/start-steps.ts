import type { WriteStream } from 'node:tty';

/**
 * Does `work`, and tells the person who waits.
 * @param doing what is being done, in a few words
 * @param done what has been done, where that is worth other words
 */
export type Step = <T>(doing: string, work: () => Promise<T>, done?: (made: T) => string) => Promise<T>;

/** Nobody waits: tests, and programs that start a laptop run. */
export const silently: Step = (_, work) => work();

/**
 * Steps on a stream: a line with the time for each that has ended. A terminal also gets a line in place for those under
 * way. Steps may overlap.
 */
export function stepsOn(stream: Pick<WriteStream, 'write'> & { isTTY?: boolean }): Step {
  const underWay: string[] = [];
  const inPlace = (text: string) => stream.isTTY && stream.write(`\r\x1b[K${text}`);
  const showUnderWay = () => inPlace(underWay.length > 0 ? `  ${underWay.join(', ')} …` : '');
  return async (doing, work, done = () => doing) => {
    const startedMs = performance.now();
    underWay.push(doing);
    showUnderWay();
    try {
      const made = await work();
      inPlace('');
      stream.write(`  ${done(made).padEnd(LABEL_WIDTH)} ${seconds(performance.now() - startedMs)}\n`);
      return made;
    } finally {
      underWay.splice(underWay.indexOf(doing), 1);
      showUnderWay();
    }
  };
}

/** So that the times are in a column. */
const LABEL_WIDTH = 52;

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`.padStart(6);
