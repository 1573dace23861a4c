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
  let out = '';
  let err = '';
  const printed = [
    jest.spyOn(console, 'log').mockImplementation((line) => void (out += `${line}\n`)),
    jest.spyOn(console, 'error').mockImplementation((line) => void (err += `${line}\n`)),
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += text), true)),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += text), true)),
  ];
  process.env = { ...env };
  process.exitCode = 0;
  try {
    await runHeadshot(words);
    return { code: Number(process.exitCode), out, err };
  } finally {
    Object.assign(process, outer);
    for (const spy of printed) spy.mockRestore();
  }
}
