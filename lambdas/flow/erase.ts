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
 * After the first step nobody acts for the user, and nothing is published for them. Work that was under way (an upload
 * being accepted, a job being rendered) ends within one visibility timeout, and the second pass finds what it left. The
 * record goes last, because its names lead to everything else. So an erasure that died half-way can be repeated from
 * its beginning: by its message, by the daily sweep, or by another request.
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

/** How many of each kind were removed. */
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

/** Longer than any message that may still name the user: dead letters are kept for 14 days. */
export const TOMBSTONE_DAYS = 15;

/**
 * ERASE, first step, for a caller who does not wait: stops the user and queues the rest. False if there is no such
 * user. Repeating it does no harm.
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
 * ERASE, first pass: removes all but the record, and queues the second pass for later. Undefined if the user is not
 * marked as erased, or is already gone.
 */
export async function eraseFirstPass(
  userId: string,
  waitSeconds: number,
  stores: EraseStores,
): Promise<Removed | undefined> {
  const user = await stores.users.get(userId);
  if (user?.state !== 'erased') return undefined;
  const removed = { ...(await removeEverything(user, stores)), claims: 0 };
  // Numbers order a user's events, and this is the last.
  await stores.events.publish({ type: 'user.erased', userId, number: user.seq + 1 });
  await stores.sweeps.sendErase(userId, { again: true, delaySeconds: waitSeconds });
  return removed;
}

/**
 * ERASE, second pass: removes what was under way meanwhile, and then the record. Undefined as above. It sends no
 * message, so an erasure ends here.
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

/** A raw file leads to its row, and nothing else lists the row. So the row goes first. */
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

/** Tickets, and files that came for them and were not accepted yet. A later file finds no ticket and is removed. */
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
 * What imports have of a user: rows, claims, and the files that were put for them. A file that is also somebody else's
 * stays. So does a manifest, which belongs to its maker.
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
      // The file goes before the row that leads to it. Files named after the user are gone already.
      if (key !== undefined && !isNamed(key, names) && (await isOnlyTheirs(batch, key, isTheirs, { batches, files }))) {
        // A line that was not processed yet may spell the file's name differently.
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
 * Removes files named after the user, whether S3 has reported them or not: once the names are free, nothing says whose
 * they were. Before the rows: a file that is accepted meanwhile leaves a row that is found later.
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
    // A line that spells the name differently means this file, unless there is another file spelled that way.
    if (entry.key === key || entry.key === undefined || (await files.head(entry.key)) === undefined) return false;
  }
  return true;
}

/** A row that is known to be another user's is not theirs, whatever name it has. */
const entriesOf =
  (id: string, names: Set<string>) =>
  ({ userId, user }: BatchEntry): boolean =>
    userId === undefined ? user !== undefined && names.has(folded(user)) : userId === id;

/** The names by which files and manifests mean this user and nobody else. */
async function namesOf({ id, slackId, screenName, email }: User, users: UserStore): Promise<Set<string>> {
  const names = [id, slackId];
  // After a pass that died half-way, the name may already have a new owner.
  if ((await users.claimant({ kind: 'screen_name', value: screenName })) === id)
    names.push(screenName, `@${screenName}`);
  if (email !== undefined && (await users.withEmail(email)).every((other) => other.id === id)) names.push(email);
  return new Set(names.map(folded));
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/**
 * Lets others take the names. Last of all but the record: a new owner must not meet anything that is still being
 * removed by name.
 */
async function releaseClaims(user: User, users: UserStore): Promise<number> {
  const { id, screenName, slackId, email, identity } = user;
  // First, because the user's token may still be valid: without the claim, it must find this and not create a new user.
  if (identity !== undefined) await users.retireIdentity(identity);
  const released = [
    await users.release({ kind: 'screen_name', value: screenName }, id),
    await users.release({ kind: 'slack_id', value: slackId }, id),
    email !== undefined && (await users.releaseEmail(email, id)),
    identity !== undefined && (await users.release({ kind: 'oidc', value: identity }, id)),
  ];
  return released.filter(Boolean).length;
}
