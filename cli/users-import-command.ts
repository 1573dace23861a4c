import { Command } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { cellText } from '../lambdas/edge/imports/cell.ts';
import { type CsvRecord, readCsv } from '../lambdas/edge/imports/csv.ts';
import { type CsvOpening, openCsv } from '../lambdas/edge/imports/csv-opening.ts';
import { createUser, type NewUser, refusalOfNewUser } from '../lambdas/flow/create-user.ts';
import { findUser } from '../lambdas/flow/find-user.ts';
import { type Connection, connect } from './connect.ts';
import { csvPieces } from './csv-pieces.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import { DRY_RUN, type PrintOptions, print, printCounts } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot users import users.csv`: creates the users that do not exist yet. To do it twice changes nothing. */
export const usersImportCommand = (): Command =>
  new Command('import')
    .description('Create the users of a CSV file (screen_name,name,email) who are not there yet.')
    .argument('<file>', 'CSV with a header line; name and email may be missing')
    .option('--dry-run', DRY_RUN)
    .action(async (path: string, given: { dryRun?: boolean } & PrintOptions) => {
      const dryRun = given.dryRun === true;
      const service = connect();
      const counts = { created: 0, exists: 0, refused: 0 };
      const problems: { line: number; screen_name: string; reason: string }[] = [];
      const make = async ({ line, wanted, problem }: Line): Promise<void> => {
        const isReadable = problem === undefined;
        const outcome = isReadable ? await makeUser(wanted, dryRun, service) : { reason: problem };
        counts[typeof outcome === 'string' ? outcome : 'refused']++;
        if (typeof outcome !== 'string') problems.push({ line, screen_name: wanted.screenName, ...outcome });
      };
      await forEachConcurrently(usersOf(path), USER_CONCURRENCY, make);
      problems.sort((one, other) => one.line - other.line);
      if (given.json) print({ dry_run: dryRun, ...counts, problems }, given);
      else {
        for (const { line, screen_name, reason } of problems) console.error(`line ${line}: ${screen_name}: ${reason}`);
        printCounts(counts, dryRun);
      }
      process.exitCode = counts.refused > 0 ? 1 : 0;
    });

/** One user is a few small writes. Lines with the same name must not race, so only a few are under way at once. */
const USER_CONCURRENCY = 8;

interface Line {
  line: number;
  wanted: NewUser;
  /** Why the line cannot be read. */
  problem?: string;
}

async function makeUser(
  wanted: NewUser,
  isDryRun: boolean,
  service: Connection,
): Promise<'created' | 'exists' | { reason: string }> {
  const refusal = refusalOfNewUser(wanted);
  if (refusal !== undefined) return { reason: refusal.code.replaceAll('-', '_') };
  const claimed = await service.users.claimant({ kind: 'screen_name', value: wanted.screenName });
  const known = claimed === undefined ? undefined : await findUser(claimed, service.users);
  if (known !== undefined) return isAsWanted(known, wanted) ? 'exists' : { reason: 'exists_with_other_data' };
  if (isDryRun) return 'created';
  const created = await createUser(wanted, service);
  return created.ok ? 'created' : { reason: created.refusal.code.replaceAll('-', '_') };
}

const isAsWanted = (user: User, wanted: NewUser): boolean =>
  user.name === wanted.name && (user.email ?? '').toLowerCase() === (wanted.email ?? '').toLowerCase();

async function* usersOf(path: string): AsyncGenerator<Line> {
  let opening: CsvOpening | undefined;
  let line = 1;
  const pieces = csvPieces(path, (piece, end) => {
    const isFirst = opening === undefined;
    opening ??= openCsv(piece, end.isLast);
    if (opening === undefined) return undefined;
    const { bytes, lines } = isFirst ? opening : { bytes: 0, lines: 0 };
    const columns = columnsOf(opening, path);
    const start = { ...end, delimiter: opening.delimiter, line: line + lines, oneLine: Object.values(columns) };
    const part = readCsv(piece.subarray(bytes), start);
    line += lines + part.lines;
    return { ...part, bytes: bytes + part.bytes, columns };
  });
  let linesRead = 0;
  for await (const { records, columns } of pieces) {
    linesRead += records.length;
    for (const record of records) {
      const { line: number, problem } = record;
      yield { line: number, wanted: userOf(record, columns), ...(problem !== undefined && { problem }) };
    }
  }
  if (linesRead === 0) throw new UserError(`${path}: there are no lines below the header`);
}

function columnsOf({ columns: names }: CsvOpening, path: string) {
  const screenName = names.indexOf('screen_name');
  if (screenName < 0) throw new UserError(`${path}: the first line must name the column screen_name`);
  return { screenName, name: names.indexOf('name'), email: names.indexOf('email') };
}

function userOf({ fields }: CsvRecord, columns: { name: number; screenName: number; email: number }): NewUser {
  const field = (column: number) => cellText(fields[column]);
  const screenName = field(columns.screenName).replace(/^@/, '');
  const email = field(columns.email);
  return { screenName, name: field(columns.name) || screenName, ...(email !== '' && { email }) };
}
