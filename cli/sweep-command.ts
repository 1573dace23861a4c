import { Command } from 'commander';
import { connectErase } from './connect-erase.ts';
import { printJson } from './print.ts';

/** `headshot sweep`: what happens by itself within a week, now. */
export const sweepCommand = (): Command =>
  new Command('sweep')
    .description(
      'Tidy up everything now: finish erasures, delete pictures and files that no record names and rows that are out of date. ' +
        'By itself the service looks at the users every day, and at all the rest once a week. What was done is in the log of ' +
        'the sweep function.',
    )
    .summary('Tidy up everything now, instead of tomorrow.')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      await connectErase().sweeps.sendSweep();
      if (json) printJson({ sweep: 'begun' });
      else console.log('a sweep begins');
    });
