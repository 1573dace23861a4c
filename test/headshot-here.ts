import { jest } from '@jest/globals';
import { runHeadshot } from '../cli/program.ts';
import type { Ended } from './headshot-command.ts';

/**
 * The `headshot` command without a process of its own, which would take half a second of processor time each: for tests that call it often.
 * It gets an environment, an output and an exit code as if it had one. One after the other, for they are this process's.
 * @param env all that it sees of an environment
 */
export function headshotHere(words: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const mine = before.then(() => run(words, env));
  before = mine.catch(() => undefined);
  return mine;
}

let before: Promise<unknown> = Promise.resolve();

async function run(words: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const outer = { env: process.env, exitCode: process.exitCode };
  const printed = { out: '', err: '' };
  const into = (to: keyof typeof printed, end: string) => (text: unknown) => {
    printed[to] += `${text}${end}`;
    return true;
  };
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(into('out', '\n')),
    jest.spyOn(console, 'error').mockImplementation(into('err', '\n')),
    jest.spyOn(process.stdout, 'write').mockImplementation(into('out', '')),
    jest.spyOn(process.stderr, 'write').mockImplementation(into('err', '')),
  ];
  process.env = { ...env };
  process.exitCode = 0;
  try {
    await runHeadshot(words);
    return { code: Number(process.exitCode), ...printed };
  } finally {
    Object.assign(process, outer);
    for (const spy of spies) spy.mockRestore();
  }
}
