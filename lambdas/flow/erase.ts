import { IMPORTS_PREFIX, readImportKey } from '../core/import-key.ts';
import { rawPrefix, uploadIdOf, userPrefix } from '../core/object-keys.ts';
import { directPrefix } from '../core/ticket.ts';
import type { User } from '../core/user.ts';
import type { CredentialStore } from '../store/credentials.ts';
import type { BatchEntry } from '../store/import-batch-item.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { ImportFiles } from '../store/import-files.ts';
import type { PhotoEvents } from '../store/photo-events.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { RawStore } from '../store/raw-files.ts';
import type { SweepQueue } from '../store/sweep-queue.ts';
import type { TicketStore } from '../store/tickets.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';
import { keyAlike } from './find-import-file.ts';

/**
 * ERASE: state := erased → objects, credentials, rows → wait one visibility timeout → objects again → tombstone.
 *
 * From the first step on nobody acts for the user and nothing is published for them. What was under way by then (an upload
 * being accepted, a job being rendered) is over after one visibility timeout at the latest, and the second pass finds what
 * it left. The record goes last, since it holds the names that lead to everything else: so an erasure that died half-way
 * is repeated from its beginning, by its message, by the daily sweep, or by whoever asks for it again.
 */
interface EraseStores {
  users: UserStore;
  credentials: CredentialStore;
  uploads: UploadStore;
  tickets: TicketStore;
  batches: BatchStore;
  raw: RawStore;
  photos: PhotoStore;
  files: ImportFiles;
  events: PhotoEvents;
  sweeps: SweepQueue;
}

/** How many of each were removed. */
export interface Removed {
  /** Objects. */
  photos: number;
  rawFiles: number;
  importFiles: number;
  /** Records. */
  credentials: number;
  claims: number;
  uploads: number;
  batchRows: number;
}

/** A tombstone outlives every message that may still name the user: dead letters lie for 14 days. */
export const TOMBSTONE_DAYS = 15;

/**
 * ERASE, first step, for a caller who does not wait: stops the user at once and has the rest done. False when there is no
 * such user. Repeating it is harmless.
 */
export async function requestErase(
  userId: string,
  { users, sweeps }: Pick<EraseStores, 'users' | 'sweeps'>,
): Promise<boolean> {
  if (!(await users.markErased(userId))) return false;
  await sweeps.sendErase(userId, { again: false, delaySeconds: 0 });
  return true;
}

/**
 * ERASE, first pass: everything but the record goes, and the second pass is queued for later. Undefined when the user is not
 * marked as erased, or the erasure is done.
 */
export async function eraseFirstPass(
  userId: string,
  waitSeconds: number,
  stores: EraseStores,
): Promise<Removed | undefined> {
  const user = await stores.users.get(userId);
  if (user?.state !== 'erased') return undefined;
  const removed = { ...(await removeEverything(user, stores)), claims: 0 };
  // Numbers order a user's events, and this is the last one.
  await stores.events.publish({ type: 'user.erased', userId, number: user.seq + 1 });
  await stores.sweeps.sendErase(userId, { again: true, delaySeconds: waitSeconds });
  return removed;
}

/**
 * ERASE, second pass: what was under way meanwhile, and then the record. Undefined as above. It has no queue to send to: the messages of an
 * erasure end here.
 */
export async function eraseSecondPass(
  userId: string,
  stores: Omit<EraseStores, 'sweeps' | 'events'>,
): Promise<Removed | undefined> {
  const user = await stores.users.get(userId);
  if (user?.state !== 'erased') return undefined;
  const removed = { ...(await removeEverything(user, stores)), claims: await releaseClaims(user, stores.users) };
  const now = Date.now();
  const expiresAtSeconds = Math.floor(now / 1000) + TOMBSTONE_DAYS * 86_400;
  await stores.users.putTombstone({ userId, erasedAt: new Date(now).toISOString(), expiresAtSeconds });
  return removed;
}

async function removeEverything(
  user: User,
  stores: Omit<EraseStores, 'sweeps' | 'events'>,
): Promise<Omit<Removed, 'claims'>> {
  const photos = await stores.photos.removeAll(userPrefix(user.id));
  const { rawFiles, uploads } = await removeUploads(user.id, stores);
  const byTicket = await removeTickets(user.id, stores);
  const credentials = await stores.credentials.removeAllOf(user.id);
  const { importFiles, batchRows } = await removeImports(user, stores);
  return {
    photos,
    rawFiles: rawFiles + byTicket.files,
    importFiles,
    credentials,
    uploads: uploads + byTicket.rows,
    batchRows,
  };
}

/** Raw files lead to their rows, which nothing else lists: so a row goes before its file. */
async function removeUploads(
  userId: string,
  { raw, uploads }: Pick<EraseStores, 'raw' | 'uploads'>,
): Promise<Pick<Removed, 'rawFiles' | 'uploads'>> {
  const removed = { rawFiles: 0, uploads: 0 };
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const { objects, nextAfter } = await raw.list(rawPrefix(userId), after);
    for (const { key } of objects) if (await uploads.remove(uploadIdOf(key))) removed.uploads++;
    await raw.remove(objects.map(({ key }) => key));
    removed.rawFiles += objects.length;
    after = nextAfter;
  }
  return removed;
}

/** Tickets, and what came by them and was not taken yet. A file that comes later finds no ticket, and is removed. */
async function removeTickets(
  userId: string,
  { tickets, uploads, files }: Pick<EraseStores, 'tickets' | 'uploads' | 'files'>,
): Promise<{ files: number; rows: number }> {
  const removed = { files: 0, rows: 0 };
  for (const id of await tickets.idsOf(userId)) if (await uploads.remove(id)) removed.rows++;
  for (let page: string | undefined, more = true; more; more = page !== undefined) {
    const listed = await files.list(directPrefix(userId), page);
    for (const key of listed.keys) await files.remove(key);
    removed.files += listed.keys.length;
    page = listed.nextPage;
  }
  return removed;
}

/**
 * What imports hold of a person: rows and claims, and the files that were put for them. A file that is also somebody else's
 * stays; so does a manifest, which is its maker's own.
 */
async function removeImports(
  user: User,
  { batches, files, users }: Pick<EraseStores, 'batches' | 'files' | 'users'>,
): Promise<Pick<Removed, 'importFiles' | 'batchRows'>> {
  const names = await namesOf(user, users);
  const removed = { importFiles: await removeNamedFiles(names, files), batchRows: 0 };
  const isTheirs = entriesOf(user.id, names);
  for await (const page of batches.everything()) {
    for (const entry of page.filter(isTheirs)) {
      const { batch, key } = entry;
      // The file before the row that leads to it; those that bear their names are gone.
      if (key !== undefined && !isNamed(key, names) && (await isOnlyTheirs(batch, key, isTheirs, { batches, files }))) {
        // A line that was not looked at yet may spell the file's name otherwise.
        await files.remove((await keyAlike(key, files)) ?? key);
        removed.importFiles++;
      }
      await batches.remove(entry);
      removed.batchRows++;
    }
  }
  return removed;
}

/**
 * Files that bear a name of theirs, whether S3 has told of them or not: once the names are free nothing says whose they were.
 * Before the rows: what is taken in meanwhile leaves a row that is found, or finds no file.
 */
async function removeNamedFiles(names: Set<string>, files: ImportFiles): Promise<number> {
  let removed = 0;
  for (let page: string | undefined, more = true; more; more = page !== undefined) {
    const listed = await files.list(IMPORTS_PREFIX, page);
    for (const key of listed.keys.filter((one) => isNamed(one, names))) {
      await files.remove(key);
      removed++;
    }
    page = listed.nextPage;
  }
  return removed;
}

function isNamed(key: string, names: Set<string>): boolean {
  const read = readImportKey(key);
  return read?.kind === 'photo' && names.has(folded(read.user));
}

async function isOnlyTheirs(
  batch: string,
  key: string,
  isTheirs: (entry: BatchEntry) => boolean,
  { batches, files }: Pick<EraseStores, 'batches' | 'files'>,
): Promise<boolean> {
  for (const entry of await batches.entriesOf(batch, key)) {
    if (isTheirs(entry)) continue;
    // A line that spells the name otherwise is about this file unless there is another that is spelled so.
    if (entry.key === key || entry.key === undefined || (await files.head(entry.key)) === undefined) return false;
  }
  return true;
}

/** A row that is known to be somebody else's is not theirs, whatever it calls them. */
const entriesOf =
  (id: string, names: Set<string>) =>
  ({ userId, user }: BatchEntry): boolean =>
    userId === undefined ? user !== undefined && names.has(folded(user)) : userId === id;

/** What a file's name or a manifest may call them, and nobody else. */
async function namesOf({ id, slackId, screenName, email }: User, users: UserStore): Promise<Set<string>> {
  const names = [id, slackId];
  // A pass that died after it had given the name up finds it with its next owner.
  if ((await users.claimant({ kind: 'screen_name', value: screenName })) === id)
    names.push(screenName, `@${screenName}`);
  if (email !== undefined && (await users.withEmail(email)).every((other) => other.id === id)) names.push(email);
  return new Set(names.map(folded));
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/**
 * From here on others may take the names. Last of all but the record: a new owner of a name must not meet anything that is
 * still being removed by it.
 */
async function releaseClaims(user: User, users: UserStore): Promise<number> {
  const { id, screenName, slackId, email, identity } = user;
  // First: whoever finds the claim gone finds this, and is not made anew by the token that they still have.
  if (identity !== undefined) await users.retireIdentity(identity);
  const released = [
    await users.release({ kind: 'screen_name', value: screenName }, id),
    await users.release({ kind: 'slack_id', value: slackId }, id),
    email !== undefined && (await users.releaseEmail(email, id)),
    identity !== undefined && (await users.release({ kind: 'oidc', value: identity }, id)),
  ];
  return released.filter(Boolean).length;
}
