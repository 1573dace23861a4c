import { open } from 'node:fs/promises';
import { fileOf, missingFile } from '../lambdas/core/import-batch.ts';
import { findImportUser } from '../lambdas/flow/find-import-user.ts';
import { PRECHECK_BYTES, precheckImportFile } from '../lambdas/flow/import-precheck.ts';
import type { ImportConnection } from './connect-imports.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import type { ImportInput, InputFile } from './import-input.ts';

/** What an import would do, as far as that can be known before. */
export interface Checked {
  /** Lines that the report would have: one for each file and user. */
  files: number;
  bytes: number;
  good: number;
  /** How many have each problem. */
  problems: Record<string, number>;
  /** The first of them. */
  examples: Problem[];
}

interface Problem {
  file: string;
  user: string;
  reason: string;
}

/** Nobody would read more; the report has them all. */
const MAX_EXAMPLES = 20;

/** Looks at every file and every user. To see who is named twice, it holds one name for each user of the batch. */
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
    // In the service's order: first whether it is sent, then whose it is, then what it is.
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
  /** Why it does not look like a picture that is accepted. */
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
