import { Command } from 'commander';
import { connectErase } from './connect-erase.ts';
import { printJson } from './print.ts';

/** `headshot sweep`: what happens every day by itself, now. */
export const sweepCommand = (): Command =>
  new Command('sweep')
    .description(
      'Tidy up now, as the service does every day by itself: finish erasures, delete pictures and files that no record names\n' +
        'and rows that are out of date. What was done is in the log of the sweep function.',
    )
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      await connectErase().sweeps.sendSweep();
      if (json) printJson({ sweep: 'begun' });
      else console.log('a sweep begins');
    });
