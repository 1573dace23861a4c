import { open } from 'node:fs/promises';
import { fileOf, missingFile } from '../lambdas/core/import-batch.ts';
import { findImportUser } from '../lambdas/flow/find-import-user.ts';
import { PRECHECK_BYTES, precheckImportFile } from '../lambdas/flow/import-precheck.ts';
import type { ImportConnection } from './connect-imports.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import type { ImportInput, InputFile } from './import-input.ts';

/** What an import would do, as far as can be known before. */
export interface Checked {
  /** Files for users: one for each line of the report. */
  files: number;
  bytes: number;
  good: number;
  /** How many have each problem. */
  problems: Record<string, number>;
  /** The first of them. */
  examples: Problem[];
}

export interface Problem {
  file: string;
  user: string;
  reason: string;
}

/** More would not be read by anybody; the report has them all. */
const MAX_EXAMPLES = 20;

/** Looks at every file and every user. Of the whole batch it holds one name a user, to see who is named twice. */
export async function checkImport(
  input: ImportInput,
  concurrency: number,
  service: ImportConnection,
  signal: AbortSignal,
): Promise<Checked> {
  const checked: Checked = { files: 0, bytes: 0, good: 0, problems: {}, examples: [] };
  const taken = new Set<string>();
  const check = async (file: InputFile): Promise<void> => {
    const found = await checkFile(file);
    // In the service's order: what is not sent, then whose it is, then what it is.
    const reason = found.unsendable ?? (await userProblem(file.user, taken, service)) ?? found.unlike;
    checked.files++;
    checked.bytes += found.bytes;
    if (reason === undefined) {
      checked.good++;
      return;
    }
    checked.problems[reason] = (checked.problems[reason] ?? 0) + 1;
    const named = { file: fileOf(file), user: file.user, ...file.shown, reason };
    if (checked.examples.length < MAX_EXAMPLES) checked.examples.push(named);
  };
  await forEachConcurrently(input.files(), concurrency, check, signal);
  return checked;
}

interface FileCheck {
  bytes: number;
  /** Why the service will not get the file. */
  unsendable?: string | undefined;
  /** Why it is not like a picture that is taken. */
  unlike?: string | undefined;
}

async function checkFile({ key, path, problem }: InputFile): Promise<FileCheck> {
  if (problem !== undefined) return { bytes: 0, unsendable: problem };
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return { bytes: 0, unsendable: missingFile(key) };
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(new Uint8Array(PRECHECK_BYTES));
    const reason = precheckImportFile(buffer.subarray(0, bytesRead), size);
    return { bytes: size, ...(reason === 'too_many_bytes' ? { unsendable: reason } : { unlike: reason }) };
  } finally {
    await file.close();
  }
}

async function userProblem(
  called: string,
  taken: Set<string>,
  { users }: ImportConnection,
): Promise<string | undefined> {
  const found = await findImportUser(called, users);
  if (!found.ok) return found.refusal.code.replaceAll('-', '_');
  if (taken.has(found.value.id)) return 'duplicate_user';
  taken.add(found.value.id);
  return undefined;
}
