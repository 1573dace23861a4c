import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Argument, Command, CommanderError, type HelpConfiguration } from 'commander';
import { appsCommand } from './apps-command.ts';
import { chooseTarget } from './choose-target.ts';
import { dlqCommand } from './dlq-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { emptyCommand } from './empty-command.ts';
import { importCommand } from './import-command.ts';
import { infoCommand } from './info-command.ts';
import { oauthHeaderCommand } from './oauth-header-command.ts';
import { photoCommand } from './photo-command.ts';
import { secretsCommand } from './secrets-command.ts';
import { sweepCommand } from './sweep-command.ts';
import { teamsCommand } from './teams-command.ts';
import { UserError } from './user-error.ts';
import { usersCommand } from './users-command.ts';
import { webhooksCommand } from './webhooks-command.ts';

const { version: VERSION } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string;
};

/**
 * Runs the headshot command once, which prints and sets the process's exit code: 0 done, 1 it could not be done, 2 the
 * command line is wrong.
 * @param args what follows `headshot`
 */
export async function runHeadshot(args: string[]): Promise<void> {
  const program = headshot();
  for (const command of everyCommand(program)) {
    if (doesWork(command)) command.option('--json', 'print one JSON document');
    command
      .configureHelp(HELP)
      .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'headshot: ')) })
      .showHelpAfterError(`see: ${nameOf(command)} --help`)
      .exitOverride()
      // On every command, so that it may stand before or after the command's name.
      .option('--stack <name>', 'a deployed stack, or NAME/ID of a Headshot in it (default: the one on this machine)');
  }

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed what is wrong, or the help.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof UserError) {
      console.error(`headshot: ${error.message}`);
      process.exitCode = 1;
    } else if (error instanceof Error && '$metadata' in error) {
      // An error of the SDK: most often this person lacks a permission.
      console.error(`headshot: a call to AWS failed: ${error.name}: ${error.message}`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

/**
 * Help is 80 columns wide without a terminal, and as wide as the terminal otherwise. A long name makes the other column
 * narrow.
 */
const HELP: HelpConfiguration = {
  minWidthToWrap: 20,
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
};

const argumentTerm = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

/** The command and all below it. */
export const headshot = (): Command =>
  new Command('headshot')
    .description(
      'Operate a Headshot: the one running on this machine (npm start), or a deployed stack (--stack NAME), ' +
        'with your own AWS credentials and region.',
    )
    // What follows a subcommand is the subcommand's: `import undo b --dry-run` must not be read as `import --dry-run
    // …`.
    .enablePositionalOptions()
    .version(VERSION)
    .hook('preAction', (_program, command) => chooseTarget(command.optsWithGlobals<{ stack?: string }>().stack))
    .addCommand(infoCommand())
    .addCommand(doctorCommand())
    .addCommand(usersCommand())
    .addCommand(teamsCommand())
    .addCommand(appsCommand())
    .addCommand(photoCommand())
    .addCommand(importCommand())
    .addCommand(oauthHeaderCommand())
    .addCommand(secretsCommand())
    .addCommand(webhooksCommand())
    .addCommand(sweepCommand())
    .addCommand(dlqCommand())
    .addCommand(emptyCommand());

/** Other commands only hold commands. */
export const doesWork = ({ commands, registeredArguments }: Command): boolean =>
  commands.length === 0 || registeredArguments.length > 0;

/** As it is called: `headshot users create`. */
export const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
