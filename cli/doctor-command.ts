import { Command, Option } from 'commander';
import { target } from './choose-target.ts';
import { GROUPS } from './doctor/check.ts';
import type { DoctorOptions } from './doctor/run-doctor.ts';
import { UserError } from './user-error.ts';

/** `headshot doctor`: whether a deployment works, and what to do where it does not. */
export const doctorCommand = (): Command =>
  new Command('doctor')
    .description(
      'Check that everything works. It sets, imports, deletes and erases photos as users of its own, looks at the account, and tidies up. ' +
        'A run that was stopped is tidied up by the next. Exits with 1 when something is wrong.',
    )
    .summary('Check that everything works.')
    .option('--keep', 'keep its users and photos, to look at; the next run removes them')
    .option('--drift', 'also compare the stack with its template (takes minutes)')
    .option('--costs', "also ask for the month's costs (AWS charges a cent)")
    .addOption(new Option('--only <group...>', 'run only these groups of checks').choices(GROUPS))
    .action(async (given: DoctorOptions, command: Command) => {
      const { stack } = command.optsWithGlobals<{ stack?: string }>();
      if (target().isConstruct)
        throw new UserError(
          'doctor knows stacks that are one Headshot (npx cdk deploy here), not those of your own app',
        );
      // Imported here, because it loads sharp, which other commands do without.
      const { runDoctor } = await import('./doctor/run-doctor.ts');
      process.exitCode = await runDoctor(target(), stack, given);
    });
