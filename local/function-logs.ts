import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionError } from './runtime-api.ts';

/** Where a function's output goes. */
export interface FunctionLog {
  write: (text: string) => void;
  failed: (requestId: string, error: FunctionError) => void;
}

/**
 * Everything goes to `<dir>/<function>.log`. The person sees what went wrong: failed invocations, and lines that the
 * function logs as errors. With `verbose` they see every line.
 */
export function functionLog(dir: string, name: string, verbose: boolean, show: (line: string) => void): FunctionLog {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${name}.log`);
  const shown = (line: string) => line !== '' && (verbose || ERROR_LINE.test(line));
  return {
    write(text) {
      appendFileSync(file, text);
      for (const line of text.split('\n').filter(shown)) show(`[${name}] ${line}`);
    },
    failed(requestId, { errorType, errorMessage }) {
      const line = `${errorType}: ${errorMessage}`;
      appendFileSync(file, `${requestId} failed: ${line}\n`);
      show(`[${name}] failed: ${line} (more in ${file})`);
    },
  };
}

/** How structured log lines mark an error. */
const ERROR_LINE = /"level":"(?:ERROR|CRITICAL|FATAL)"/;
