import { laptopTarget } from './laptop-target.ts';
import { stackTarget } from './stack-target.ts';
import type { Target } from './target.ts';

let chosen: Target | undefined;

/**
 * Chooses what this process works on, once, before any command: a deployed stack by name, or the laptop run. Afterwards
 * the environment leads every new AWS client to it.
 * @throws UserError when there is none
 */
export async function chooseTarget(stackName: string | undefined): Promise<void> {
  chosen = stackName === undefined ? laptopTarget() : await stackTarget(stackName);
}

/** Chooses one that is known already. */
export function useTarget(known: Target): void {
  chosen = known;
}

/** What was chosen. */
export function target(): Target {
  if (chosen === undefined) throw new Error('a command asked for the target before it was chosen');
  return chosen;
}
