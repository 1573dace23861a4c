import { Command } from 'commander';
import { connectErase } from './connect-erase.ts';
import { type PrintOptions, print } from './print.ts';

/** `headshot sweep`: does now what otherwise happens within a week. */
export const sweepCommand = (): Command =>
  new Command('sweep')
    .description(
      'Start a sweep now: finish erasures, and delete files and rows that nothing needs any more. ' +
        'The service does this for users every day, and for all the rest once a week. ' +
        'The log of the sweep function says what was done.',
    )
    .summary('Start the daily and weekly tidy-up now.')
    .action(async (given: PrintOptions) => {
      await connectErase().sweeps.sendSweep();
      print({ sweep: 'started' }, given, 'sweep started; the log of the sweep function says what it does');
    });
