import { Command, InvalidArgumentError } from 'commander';
import { type ReportLine, reportOf, type Totals, totalsOf } from '../lambdas/flow/import-report.ts';
import { undoImport, undoOf } from '../lambdas/flow/import-undo.ts';
import type { BatchClaim } from '../lambdas/store/import-batch-item.ts';
import { connectImports, type ImportConnection } from './connect-imports.ts';
import { csvLine } from './csv-line.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import { deadLetterMessage, deadLettersOf } from './import-dead.ts';
import { type ImportOptions, runImport } from './import-run.ts';
import { DRY_RUN, type PrintOptions, print, printCounts } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot import …`: a whole folder of photos at once, and what became of it. */
export function importCommand(): Command {
  const command = new Command('import')
    // As in `program.ts`: what follows a subcommand is the subcommand's.
    .enablePositionalOptions()
    .description(
      'Import photos: a folder of <user>.jpg files, or a manifest (CSV: file,user[,crop_x,crop_y,crop_w]) beside its files. ' +
        'A user is a user id, Slack user id, screen name or e-mail address. Run it again to go on after a stop.',
    )
    .summary('Import a folder of photos, or a manifest beside its files.')
    .helpCommand(true)
    .argument('<folder|manifest>', 'what to import')
    .option('--batch <name>', "the import's name (default: the folder's)")
    .option('--dry-run', DRY_RUN)
    .option('--concurrency <n>', 'files at once (default: 16; on this machine 1, half of the time)', atLeastOne)
    .action(async (path: string, given: ImportOptions) => {
      process.exitCode = await runImport(path, given, connectImports());
    });

  command
    .command('status <batch>')
    .description('Show how far an import is.')
    .action(async (batch: string, given: PrintOptions) => {
      const service = connectImports();
      const totals = await totalsOf(batch, service);
      const deadLetters = await deadLettersOf(batch, service);
      // A manifest whose first part failed has no rows yet.
      if (totals.total === 0 && deadLetters === 0) throw noImport(batch);
      print({ batch, ...totals, dead_letters: deadLetters }, given);
      if (deadLetters === 0) return;
      console.error(`headshot: ${deadLetterMessage(deadLetters)}`);
      process.exitCode = 1;
    });

  command
    .command('report <batch>')
    .description('Print a line for each file, as CSV: user, outcome, reason, upload id.')
    .action(async (batch: string, { json }: PrintOptions) => {
      const service = connectImports();
      let lines = 0;
      for await (const line of reportOf(batch, service)) {
        if (lines === 0) process.stdout.write(json ? '[\n' : csvLine(COLUMNS));
        const fields = COLUMNS.map((column) => line[column]);
        process.stdout.write(json ? `${lines === 0 ? '' : ',\n'}${JSON.stringify(line, COLUMNS)}` : csvLine(fields));
        lines++;
        // For a slow reader, so that this process does not hold the rest.
        if (process.stdout.writableNeedDrain) await new Promise((go) => process.stdout.once('drain', go));
      }
      if (lines === 0) throw noImport(batch);
      if (json) process.stdout.write('\n]\n');
    });

  command
    .command('undo <batch>')
    .description('Give users the photo they had before, where they still show that of the import.')
    .option('--dry-run', DRY_RUN)
    .action(async (batch: string, given: { dryRun?: boolean } & PrintOptions) => {
      const dryRun = given.dryRun === true;
      const service = connectImports();
      const { queued } = await mustHave(batch, service);
      const counts = { restored: 0, removed: 0, kept: 0 };
      for await (const claims of service.batches.claims(batch)) {
        await forEachConcurrently(claims, UNDO_CONCURRENCY, async (claim) => {
          counts[dryRun ? await wouldUndo(claim, service) : await undoImport(claim, batch, service)]++;
        });
      }
      if (given.json) print({ batch, dry_run: dryRun, ...counts }, given);
      else printCounts(counts, dryRun);
      if (queued === 0) return;
      console.error(
        `headshot: ${queued} files of ${batch} are not done yet; undo it again when they are: headshot import status ${batch}`,
      );
      process.exitCode = 1;
    });
  return command;
}

const UNDO_CONCURRENCY = 16;

async function wouldUndo(claim: BatchClaim, { users }: ImportConnection): Promise<'restored' | 'removed' | 'kept'> {
  const user = await users.get(claim.userId);
  const to = user && undoOf(user, claim);
  return to === undefined ? 'kept' : to.photo === undefined ? 'removed' : 'restored';
}

async function mustHave(batch: string, service: ImportConnection): Promise<Totals> {
  const totals = await totalsOf(batch, service);
  if (totals.total === 0) throw noImport(batch);
  return totals;
}

const noImport = (batch: string): UserError =>
  new UserError(`there is no import ${batch}; its name is that of its folder, or what --batch said`);

const COLUMNS: (keyof ReportLine)[] = ['file', 'user', 'user_id', 'outcome', 'reason', 'upload_id'];

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}
