import type { Totals } from '../lambdas/flow/import-report.ts';
import type { ImportConnection } from './connect-imports.ts';
import { type Checked, checkImport } from './import-check.ts';
import { deadLetterMessage, deadLettersOf } from './import-dead.ts';
import { follow } from './import-follow.ts';
import { type ImportInput, importInput } from './import-input.ts';
import { putFiles } from './import-put.ts';
import { type PrintOptions, print } from './print.ts';
import { fileCount, progress, sizeOf } from './progress.ts';
import { UserError } from './user-error.ts';

export interface ImportOptions extends PrintOptions {
  batch?: string;
  dryRun?: boolean;
  concurrency?: number;
}

/** Enough to use a line to S3 fully. */
const CONCURRENCY = 16;
/**
 * On a laptop, people who upload meanwhile use the same emulators. Even so, the files come in several times faster than
 * they are worked on.
 */
const LAPTOP_CONCURRENCY = 0.5;

/** The exit code of a shell for a command that Ctrl-C ended. */
const STOPPED = 130;

/**
 * Checks, puts, follows, and reports. Returns the exit code: 0 when every file has its photo shown, or a later one,
 * otherwise 1.
 */
export async function runImport(path: string, options: ImportOptions, service: ImportConnection): Promise<number> {
  const { dryRun, json, concurrency = service.isLaptop ? LAPTOP_CONCURRENCY : CONCURRENCY } = options;
  const say = (line: string) => json || console.error(line);
  const signal = stopSignal(say);
  const input = await importInput(path, options.batch);
  const { batch } = input;

  const checked = await checkImport(input, concurrency, service, signal);
  if (checked.files === 0) throw new UserError(`there is nothing to import in ${path}; files are named <user>.jpg`);
  if (dryRun) {
    print(
      { batch, dry_run: true, ...toPrint(checked) },
      options,
      [...wording(checked), 'dry run: nothing was changed'].join('\n'),
    );
    return signal.aborted ? STOPPED : checked.good === checked.files ? 0 : 1;
  }
  for (const line of wording(checked)) say(line);
  if (signal.aborted) return stopped(say, 'nothing was changed');

  const manifestBefore = (await service.batches.manifest(batch))?.sequencer;
  const deadBefore = await deadLettersOf(batch, service);
  const putting = progress('Uploading', { files: checked.files, bytes: checked.bytes });
  const put = await putFiles(input, service, {
    concurrency,
    signal,
    onDone: (done) => json || putting.update(done),
  });
  if (!json) putting.end();
  if (signal.aborted) return stopped(say, 'run the same command again to go on');
  say(`Uploaded ${fileCount(put.put)}; ${put.skipped} were there already, ${put.notSent} cannot be sent`);

  const following = progress('Finished', { files: checked.files, bytes: 0 });
  const { totals, isFinished, deadLetters } = await follow(
    {
      batch,
      expected: expectedLines(input, checked, put.notSent),
      isManifest: input.manifest !== undefined,
      ...(manifestBefore !== undefined && { manifestBefore }),
      deadBefore,
      replaced: put.replaced,
      signal,
      onDone: (files) => json || following.update({ files, bytes: 0 }),
    },
    service,
  );
  if (!json) following.end();
  const report = `headshot import report ${batch}`;
  if (json) {
    const sent = { put: put.put, skipped: put.skipped, not_sent: put.notSent };
    const outcomes = totals && { outcomes: totals };
    const said = { batch, finished: isFinished, ...toPrint(checked), ...sent, ...outcomes };
    print({ ...said, dead_letters: deadLetters, report }, options);
  } else if (totals !== undefined) {
    console.log(`${batch}: ${summaryText(totals)}`);
    console.log(`For each file: ${report}`);
  }
  if (totals === undefined) return stopped(say, `the import goes on by itself; see: headshot import status ${batch}`);
  if (!isFinished && deadLetters > 0) say(`headshot: ${deadLetterMessage(deadLetters)}`);
  else if (!isFinished)
    say('headshot: some files have no outcome, and nothing is on its way any more; run the same command again');
  const fine = totals.published + totals.superseded;
  return isFinished && fine === totals.total && put.notSent === 0 ? 0 : 1;
}

/** A folder's file that is not sent has no row; a manifest's line always has one. */
const expectedLines = (input: ImportInput, { files }: Checked, notSent: number): number =>
  input.manifest === undefined ? files - notSent : files;

function stopSignal(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    // npm passes Ctrl-C on, so one press may come twice. A later one is a second press.
    if (controller.signal.aborted && Date.now() - stoppedMs > 1_000) process.exit(STOPPED);
    if (!controller.signal.aborted) say('\nStopping when the files in flight are done; Ctrl-C again stops at once');
    if (!controller.signal.aborted) stoppedMs = Date.now();
    controller.abort();
  });
  let stoppedMs = 0;
  return controller.signal;
}

function stopped(say: (line: string) => void, how: string): number {
  say(`Stopped; ${how}`);
  return STOPPED;
}

function wording(checked: Checked): string[] {
  const { files, bytes, good, problems, examples } = checked;
  const counts = Object.entries(problems).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${fileCount(files)}, ${sizeOf(bytes)}: ${good} can be imported${counts.map((count) => `, ${count}`).join('')}`,
    ...examples.map(({ file, user, reason }) => `  ${file}: ${user}: ${reason}`),
    ...(files - good > examples.length ? [`  and ${files - good - examples.length} more`] : []),
  ];
}

const toPrint = ({ files, bytes, good, problems, examples }: Checked) => ({
  files,
  bytes,
  would_import: good,
  problems,
  examples,
});

const summaryText = (totals: Totals): string =>
  Object.entries(totals)
    .filter(([name, count]) => count > 0 && name !== 'total')
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
