import { photosOf, versionOf } from '../core/change.ts';
import { RAW_PREFIX, rawPrefix, uploadIdOf, versionPrefix } from '../core/object-keys.ts';
import {
  type PlaceInStep,
  partPrefixes,
  placeAfter,
  SWEEP_STEPS,
  type SweepCursor,
  type SweepStep,
} from '../core/sweep-cursor.ts';
import type { User } from '../core/user.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { RawStore } from '../store/raw-files.ts';
import type { ListedObject, ListedPage } from '../store/s3-objects.ts';
import type { ExpiringTable } from '../store/scan-page.ts';
import type { SweepQueue } from '../store/sweep-queue.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';
import { deleteEvicted } from './delete-evicted.ts';

/**
 * The sweep: finishes what died half-way, and removes what nothing names any more. Every part may run twice, and at the
 * same time as itself or anything else. It has one page in memory at a time.
 */
export interface SweepStores {
  users: UserStore;
  uploads: UploadStore;
  photos: PhotoStore;
  raw: RawStore;
  sweeps: SweepQueue;
  batches: ExpiringTable;
  limits: ExpiringTable;
  /** Whether users can be found by the hashes of their e-mail addresses. */
  avatars: boolean;
}

export interface SweepTerms {
  /** No page is started after this time, milliseconds since 1970. */
  untilMs: number;
  /** Younger objects are left alone, because their record may still be on its way. Milliseconds since 1970. */
  olderThanMs: number;
}

/** The least age of an object that is removed: far more than any upload or job takes. */
export const MIN_AGE_HOURS = 24;

interface Swept {
  /** Erasures that are not finished. Their messages are sent again. */
  erasures: number;
  /** Users whose evicted pictures still existed. */
  evicted: number;
  /** Versions that no record names. */
  orphanVersions: number;
  /** Raw files without a row. */
  orphanRawFiles: number;
  /** Rows that have expired or whose user is gone, and expired tombstones. */
  staleRows: number;
}

/**
 * Sweeps from a place on: at least one page, so that each message to itself makes progress. Returns the place to
 * continue if the time was up; undefined at the end.
 */
export async function sweep(
  from: SweepCursor,
  terms: SweepTerms,
  stores: SweepStores,
): Promise<{ swept: Swept; stoppedAt?: SweepCursor }> {
  const swept: Swept = { erasures: 0, evicted: 0, orphanVersions: 0, orphanRawFiles: 0, staleRows: 0 };
  let cursor: PlaceInStep = { ...from, step: from.step ?? SWEEP_STEPS[0] };
  for (;;) {
    const next = placeAfter(cursor, await SWEEP_PAGE[cursor.step](cursor, swept, terms, stores));
    if (next === undefined) return { swept };
    if (Date.now() >= terms.untilMs) return { swept, stoppedAt: next };
    cursor = next;
  }
}

/** Sweeps one page of a step, adds to the counts, and returns where the next page begins. */
type SweepPage = (
  cursor: SweepCursor,
  swept: Swept,
  terms: SweepTerms,
  stores: SweepStores,
) => Promise<string | undefined>;

const SWEEP_PAGE: Record<SweepStep, SweepPage> = {
  async users({ after }, swept, _terms, stores) {
    const { users, expired, hashes, nextAfter } = await stores.users.page(after);
    if (!stores.avatars) await forEach(hashes, (hash) => stores.users.removeEmailHash(hash));
    await forEach(users, async (user) => {
      if (stores.avatars) await findableByEmail(user, stores.users);
      if (user.state === 'erased') {
        await stores.sweeps.sendErase(user.id, { again: false, delaySeconds: 0 });
        swept.erasures++;
      } else if (user.evicted.length > 0) {
        await deleteEvicted(user.id, stores);
        swept.evicted++;
      }
    });
    for (const id of expired) if (await stores.users.removeTombstone(id)) swept.staleRows++;
    return nextAfter;
  },

  async photos(cursor, swept, terms, stores) {
    const { objects, nextAfter } = await listPart('', cursor, stores.photos);
    await forEach([...byUser(objects)], async ([userId, versions]) => {
      const user = await stores.users.getEventually(userId);
      const unnamed = [...versions].filter(
        ([version, newestMs]) => newestMs < terms.olderThanMs && !isNamed(user, version),
      );
      if (unnamed.length === 0) return;
      const awaited = await awaitedVersions(userId, stores);
      for (const [version] of unnamed) {
        if (awaited.has(version) || isNamed(await stores.users.get(userId), version)) continue;
        await stores.photos.removeAll(versionPrefix(userId, version));
        swept.orphanVersions++;
      }
    });
    return nextAfter;
  },

  async raw(cursor, swept, terms, stores) {
    const { objects, nextAfter } = await listPart(RAW_PREFIX, cursor, stores.raw);
    const old = objects.filter(({ modifiedMs }) => modifiedMs < terms.olderThanMs);
    for (let from = 0; from < old.length; from += MAX_IDS) {
      const some = old.slice(from, from + MAX_IDS);
      const rows = await stores.uploads.getMany([...new Set(some.map(({ key }) => uploadIdOf(key)))]);
      const orphans = some.map(({ key }) => key).filter((key) => !rows.has(uploadIdOf(key)));
      await stores.raw.remove(orphans);
      swept.orphanRawFiles += orphans.length;
    }
    return nextAfter;
  },

  async uploads({ after, part }, swept, _terms, stores) {
    const { rows, nextAfter } = await stores.uploads.page(after, part);
    const isGone = new Map<string, boolean>();
    await forEach([...new Set(rows.map(({ userId }) => userId))], async (userId) => {
      const seen = (await stores.users.getEventually(userId)) ?? (await stores.users.get(userId));
      isGone.set(userId, seen === undefined);
    });
    await forEach(
      rows.filter(({ userId, isExpired }) => isExpired || isGone.get(userId)),
      async ({ id }) => {
        if (await stores.uploads.remove(id)) swept.staleRows++;
      },
    );
    return nextAfter;
  },

  batches: async (cursor, swept, _terms, { batches }) => expired(batches, cursor, swept),
  limits: async (cursor, swept, _terms, { limits }) => expired(limits, cursor, swept),
};

/** For users from before avatars were turned on, or whose creation died half-way. */
async function findableByEmail({ id, email, state }: User, users: UserStore): Promise<void> {
  if (email === undefined || state === 'erased' || (await users.hasEmailHashes(email, id))) return;
  await users.noteEmailHashes(email, id);
}

async function expired(table: ExpiringTable, { after, part }: SweepCursor, swept: Swept): Promise<string | undefined> {
  const { removed, nextAfter } = await table.sweepPage(after, part);
  swept.staleRows += removed;
  return nextAfter;
}

/** One page of a bucket, or of one part of it: one prefix after the other. */
async function listPart(
  root: string,
  { after, part }: SweepCursor,
  { list }: Pick<PhotoStore, 'list'>,
): Promise<ListedPage> {
  if (part === undefined) return list(root, after);
  const prefixes = partPrefixes(part).map((beginning) => `${root}${beginning}`);
  const at = after === undefined ? 0 : prefixes.findIndex((prefix) => after.startsWith(prefix));
  const prefix = prefixes[at];
  if (prefix === undefined) throw new Error(`a sweep of part ${part} cannot go on at ${after}`);
  const { objects, nextAfter } = await list(prefix, after);
  // The next prefix itself serves as the key to continue after: all its keys come later.
  const next = nextAfter ?? prefixes[at + 1];
  return { objects, ...(next !== undefined && { nextAfter: next }) };
}

/** Evicted versions count as named: the record leads to them, and `deleteEvicted` removes them. */
const isNamed = (user: User | undefined, version: string): boolean =>
  user !== undefined && [...photosOf(user), ...user.evicted].some((photo) => photo.version === version);

/**
 * Versions whose jobs have not ended. They are left alone whatever their age: a worker that died left pictures, and the
 * next delivery stores them again and points the record at them, perhaps right now. Without its raw file or its row, a
 * job publishes nothing.
 */
async function awaitedVersions(userId: string, { raw, uploads }: SweepStores): Promise<Set<string>> {
  const awaited = new Set<string>();
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const { objects, nextAfter } = await raw.list(rawPrefix(userId), after);
    const ids = objects.map(({ key }) => uploadIdOf(key));
    for (let from = 0; from < ids.length; from += MAX_IDS) {
      const rows = await uploads.getMany(ids.slice(from, from + MAX_IDS));
      for (const { id, state } of rows.values()) if (state === 'queued') awaited.add(versionOf(id));
    }
    after = nextAfter;
  }
  return awaited;
}

/** The most that DynamoDB returns at once. */
const MAX_IDS = 100;

/** The versions of each user in a listing, with the time of their newest object. */
function byUser(objects: ListedObject[]): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const { key, modifiedMs } of objects) {
    const [userId = '', version = ''] = key.split('/');
    const versions = found.get(userId) ?? new Map<string, number>();
    versions.set(version, Math.max(versions.get(version) ?? 0, modifiedMs));
    found.set(userId, versions);
  }
  return found;
}

/** Concurrent reads and writes. */
const CONCURRENCY = 16;

async function forEach<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += CONCURRENCY) {
    await Promise.all(all.slice(from, from + CONCURRENCY).map(work));
  }
}
