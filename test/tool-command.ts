import { Command, InvalidArgumentError } from 'commander';

/**
 * The command line of a tool that `npm run` starts. `--help` exits with 0; a wrong command line is told in a line and
 * exits with 2, as in `headshot`.
 * @param script the script's name in package.json
 */
export const toolCommand = (script: string, description: string): Command =>
  new Command(`npm run ${script} --`)
    .description(description)
    .showHelpAfterError('(add --help for usage)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A number above 0; it may have decimals. */
export function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}
