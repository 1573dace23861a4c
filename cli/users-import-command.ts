import { Command } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { type CsvRecord, delimiterOf, readCsv } from '../lambdas/edge/imports/csv.ts';
import { createUser, type NewUser, refusalOfNewUser } from '../lambdas/flow/create-user.ts';
import { findUser } from '../lambdas/flow/find-user.ts';
import { type Connection, connect } from './connect.ts';
import { csvPieces } from './csv-pieces.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import { printJson, printPairs } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot users import users.csv`: makes the users that are not there yet. Doing it twice changes nothing. */
export const usersImportCommand = (): Command =>
  new Command('import')
    .description('Create the users of a CSV file (screen_name,name,email) that are not there yet.')
    .argument('<file>', 'CSV with a header line; name and email may be missing')
    .option('--dry-run', 'say what would happen, change nothing')
    .option('--json', 'print one JSON object')
    .action(async (path: string, { dryRun, json }: { dryRun?: boolean; json?: boolean }) => {
      const service = connect();
      const counts = { created: 0, exists: 0, refused: 0 };
      const problems: { line: number; screen_name: string; reason: string }[] = [];
      const make = async ({ line, wanted }: Line): Promise<void> => {
        const outcome = await makeUser(wanted, dryRun === true, service);
        counts[typeof outcome === 'string' ? outcome : 'refused']++;
        if (typeof outcome !== 'string') problems.push({ line, screen_name: wanted.screenName, ...outcome });
      };
      await forEachConcurrently(usersOf(path), USER_CONCURRENCY, make);
      problems.sort((one, other) => one.line - other.line);
      if (json) printJson({ dry_run: dryRun === true, ...counts, problems });
      else {
        for (const { line, screen_name, reason } of problems) console.error(`line ${line}: ${screen_name}: ${reason}`);
        const printed = dryRun ? { ...counts, created: `${counts.created} (would be)` } : counts;
        printPairs(Object.entries(printed).map(([name, count]) => [name, String(count)]));
      }
      process.exitCode = counts.refused > 0 ? 1 : 0;
    });

/** One user is a few small writes; two lines of one name must not race, so lines of a file are few at once. */
const USER_CONCURRENCY = 8;

interface Line {
  line: number;
  wanted: NewUser;
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
  let columns: { name: number; screenName: number; email: number } | undefined;
  let delimiter = ',';
  let line = 1;
  const pieces = csvPieces(path, (piece, isLast) => {
    if (columns === undefined) delimiter = delimiterOf(Buffer.from(piece).toString('latin1').split('\n', 1)[0] ?? '');
    const part = readCsv(piece, { delimiter, line, isLast });
    line += part.lines;
    return part;
  });
  for await (const { records } of pieces) {
    for (const record of records) {
      if (columns === undefined) columns = columnsOf(record, path);
      else yield { line: record.line, wanted: userOf(record, columns) };
    }
  }
}

function columnsOf({ fields }: CsvRecord, path: string) {
  const names = fields.map((name) => name.replace('\uFEFF', '').trim().toLowerCase());
  const screenName = names.indexOf('screen_name');
  if (screenName < 0) throw new UserError(`${path}: the first line must name the column screen_name`);
  return { screenName, name: names.indexOf('name'), email: names.indexOf('email') };
}

function userOf({ fields }: CsvRecord, columns: { name: number; screenName: number; email: number }): NewUser {
  const field = (column: number) => (fields[column] ?? '').trim();
  const screenName = field(columns.screenName).replace(/^@/, '');
  const email = field(columns.email);
  return { screenName, name: field(columns.name) || screenName, ...(email !== '' && { email }) };
}
