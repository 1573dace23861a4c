import { runHeadshot } from '../cli/program.ts';
import type { Ended } from './headshot-command.ts';

/**
 * The `headshot` command in this process: half a second of processor time less a call. It gets an environment, an
 * output and an exit code as if it had a process of its own. Calls run one after the other, because they share this
 * process's.
 * @param env its whole environment
 */
export async function headshotHere(words: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const { code, printed } = await headshotPrints(words, env);
  const of = (to: Printed['to']): string => printed.flatMap((one) => (one.to === to ? [one.text] : [])).join('');
  return { code, out: of('out'), err: of('err') };
}

interface Printed {
  to: 'out' | 'err';
  text: string;
}

/** The same, with both outputs together, in order. */
export function headshotPrints(words: string[], env: NodeJS.ProcessEnv): Promise<{ code: number; printed: Printed[] }> {
  const mine = before.then(() => run(words, env));
  before = mine.catch(() => undefined);
  return mine;
}

let before: Promise<unknown> = Promise.resolve();

async function run(words: string[], env: NodeJS.ProcessEnv) {
  const outer = { env: process.env, exitCode: process.exitCode };
  const { log, error } = console;
  const [outWrite, errWrite] = [process.stdout.write, process.stderr.write];
  const printed: Printed[] = [];
  const into = (to: Printed['to'], end: string) => (text: unknown) => {
    printed.push({ to, text: `${text}${end}` });
    return true;
  };
  Object.assign(console, { log: into('out', '\n'), error: into('err', '\n') });
  process.stdout.write = into('out', '');
  process.stderr.write = into('err', '');
  process.env = { ...env };
  process.exitCode = 0;
  try {
    await runHeadshot(words);
    return { code: Number(process.exitCode), printed };
  } finally {
    Object.assign(process, outer);
    Object.assign(console, { log, error });
    process.stdout.write = outWrite;
    process.stderr.write = errWrite;
  }
}
