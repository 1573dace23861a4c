import { createHash } from 'node:crypto';
import { jobOfUpload } from '../core/change.ts';
import type { Refusal } from '../core/refusal.ts';
import { isAccepted, isTooLate, readDirectKey, type Ticket } from '../core/ticket.ts';
import { storedFilePolicy, type UploadPolicy } from '../core/upload-policy.ts';
import type { ImportFiles } from '../store/import-files.ts';
import type { TicketStore } from '../store/tickets.ts';
import { type AcceptStores, accept } from './accept.ts';

export interface TakeStores extends AcceptStores {
  files: Pick<ImportFiles, 'get' | 'remove'>;
  tickets: Pick<TicketStore, 'refuse'>;
}

interface TakeTerms {
  policy: UploadPolicy;
  retentionDays: number;
}

/** A file that S3 reported. */
interface DirectFile {
  key: string;
  /** Absent: any file with this key. */
  etag?: string;
}

/**
 * What became of a ticket's file. `foreign`: the user has no such ticket. `late`: the ticket had expired. `gone`:
 * another file is in its place, or none. `later`: this or another file was taken before.
 */
type Taken = { outcome: 'foreign' | 'late' | 'gone' | 'later' | 'queued' } | { outcome: 'refused'; refusal: Refusal };

/**
 * Takes a file that came by ticket, through the same `accept` as every upload. It gets its number now. S3 may report it
 * twice, late and out of order. The first file that is read (by its ETag) decides, by the one write that replaces a
 * waiting ticket. Later ones change nothing. The file is always removed last, so that its event comes again if the
 * process dies.
 */
export async function takeTicket(file: DirectFile, terms: TakeTerms, stores: TakeStores): Promise<Taken> {
  const named = readDirectKey(file.key);
  const [row, user] = await Promise.all([
    named && stores.uploads.find(named.uploadId),
    named && stores.users.get(named.userId),
  ]);
  const done = async (taken: Taken): Promise<Taken> => {
    await stores.files.remove(file.key);
    return taken;
  };

  if (named === undefined || row === undefined || row.userId !== named.userId) return done({ outcome: 'foreign' });
  if (isAccepted(row)) {
    // The process that put the row may have died before it sent the job. A job may come twice.
    if (row.state === 'queued') await stores.jobs.send(jobOfUpload(row));
    return done({ outcome: 'later' });
  }
  if (row.state !== 'waiting') return done({ outcome: 'later' });
  if (user === undefined || user.state === 'erased') {
    // Nothing of an erased user may be left. The erasure may have come too early for this row.
    await stores.uploads.remove(row.id);
    return done({ outcome: 'foreign' });
  }

  const found = await stores.files.get(file.key, row.bytes, file.etag);
  // The file in its place has an event of its own, which removes it.
  if (found === undefined) return { outcome: 'gone' };
  if (isTooLate(row, found.lastModified)) return done({ outcome: 'late' });

  const refuse = async (refusal: Refusal): Promise<Taken> => {
    const isNow = await stores.tickets.refuse(row.id, refusal, new Date().toISOString());
    return done(isNow ? { outcome: 'refused', refusal } : { outcome: 'later' });
  };
  if (found.content === undefined) return refuse({ code: 'too-many-bytes', bytes: found.bytes, maxBytes: row.bytes });
  if (user.state !== 'active') return refuse({ code: 'inactive-user' });
  if (user.photoLock !== undefined && !row.isAdministrators) {
    return refuse({ code: 'photo-locked', reason: user.photoLock });
  }

  const digest = createHash('sha256').update(found.content).digest('hex');
  const after = await accept(
    {
      ...asSent(row),
      bytes: found.content,
      policy: storedFilePolicy(terms.policy),
      retentionDays: terms.retentionDays,
      acceptedAt: new Date().toISOString(),
      repeatable: { digest, row: undefined, user },
    },
    stores,
  );
  if (after.ok) return done({ outcome: 'queued' });
  return after.refusal.code === 'other-upload' ? done({ outcome: 'later' }) : refuse(after.refusal);
}

const asSent = ({ id, userId, mediaType, crop }: Ticket) => ({
  uploadId: id,
  userId,
  source: 'v1' as const,
  contentType: mediaType,
  ...(crop !== undefined && { crop }),
});
