import { Command, InvalidArgumentError } from 'commander';
import { type ReportLine, reportOf, type Totals, totalsOf } from '../lambdas/flow/import-report.ts';
import { undoImport, undoOf } from '../lambdas/flow/import-undo.ts';
import type { BatchClaim } from '../lambdas/store/import-batch-item.ts';
import { connectImports, type ImportConnection } from './connect-imports.ts';
import { csvLine } from './csv-line.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import { deadLetterMessage, deadLettersOf } from './import-dead.ts';
import { runImport } from './import-run.ts';
import { printJson, printPairs } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot import …`: a whole folder of photos at once, and what became of it. */
export function importCommand(): Command {
  const command = new Command('import')
    // As in `headshot.ts`: what stands behind a subcommand is the subcommand's.
    .enablePositionalOptions()
    .description(
      'Import photos: a folder of <user>.jpg files, or a manifest (CSV: file,user[,crop_x,crop_y,crop_w]) beside its files. ' +
        'A <user> is a user id, a Slack user id, a screen name or an e-mail address. Run it again to go on after a stop.',
    )
    .summary('Import photos: a folder of files, or a manifest beside its files.')
    .argument('<folder|manifest>', 'what to import')
    .option('--batch <name>', "the import's name (default: the folder's)")
    .option('--dry-run', 'check everything, change nothing')
    .option('--concurrency <n>', 'files at once (default: 16; to a laptop run 4)', atLeastOne)
    .action(async (path: string, given: { batch?: string; dryRun?: boolean; concurrency?: number; json?: boolean }) => {
      process.exitCode = await runImport(path, given, connectImports());
    });

  command
    .command('status <batch>')
    .description('Print how far an import is.')
    .action(async (batch: string, { json }: { json?: boolean }) => {
      const service = connectImports();
      const totals = await totalsOf(batch, service);
      const deadLetters = await deadLettersOf(batch, service);
      // A manifest whose first part failed has no row yet.
      if (totals.total === 0 && deadLetters === 0) throw new UserError(`there is no import ${batch}`);
      if (json) printJson({ batch, ...totals, dead_letters: deadLetters });
      else printPairs(shown({ ...totals, dead_letters: deadLetters }));
      if (deadLetters === 0) return;
      console.error(`headshot: ${deadLetterMessage(deadLetters)}`);
      process.exitCode = 1;
    });

  command
    .command('report <batch>')
    .description('Print one line a file: user, outcome, reason, upload id. CSV unless --json.')
    .action(async (batch: string, { json }: { json?: boolean }) => {
      const service = connectImports();
      let lines = 0;
      for await (const line of reportOf(batch, service)) {
        if (lines === 0) process.stdout.write(json ? '[\n' : csvLine(COLUMNS));
        const fields = COLUMNS.map((column) => line[column]);
        process.stdout.write(json ? `${lines === 0 ? '' : ',\n'}${JSON.stringify(line, COLUMNS)}` : csvLine(fields));
        lines++;
        // A slow reader must not make this process hold the rest.
        if (process.stdout.writableNeedDrain) await new Promise((go) => process.stdout.once('drain', go));
      }
      if (lines === 0) throw new UserError(`there is no import ${batch}`);
      if (json) process.stdout.write('\n]\n');
    });

  command
    .command('undo <batch>')
    .description('Give every user the photo they had before, where the photo of this import is still shown.')
    .option('--dry-run', 'say what would happen, change nothing')
    .action(async (batch: string, { dryRun, json }: { dryRun?: boolean; json?: boolean }) => {
      const service = connectImports();
      const { queued } = await mustHave(batch, service);
      const counts = { restored: 0, removed: 0, kept: 0 };
      for await (const claims of service.batches.claims(batch)) {
        await forEachConcurrently(claims, UNDO_CONCURRENCY, async (claim) => {
          counts[dryRun ? await wouldUndo(claim, service) : await undoImport(claim, batch, service)]++;
        });
      }
      if (json) printJson({ batch, dry_run: dryRun === true, ...counts });
      else printPairs(shown(counts));
      if (queued === 0) return;
      console.error(`headshot: ${queued} files of ${batch} are still on their way; undo it again when they are done`);
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
  if (totals.total === 0) throw new UserError(`there is no import ${batch}`);
  return totals;
}

const shown = (counts: Record<string, number>): [string, string][] =>
  Object.entries(counts).map(([name, count]) => [name, String(count)]);

const COLUMNS: (keyof ReportLine)[] = ['file', 'user', 'user_id', 'outcome', 'reason', 'upload_id'];

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('a whole number of at least 1');
  return Number(text);
}
