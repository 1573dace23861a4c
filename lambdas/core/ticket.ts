import type { Upload } from './change.ts';
import type { RequestedCrop } from './photo.ts';
import type { Refusal } from './refusal.ts';

/**
 * A ticket lets a client send one file straight to S3, past the gateway's size limit. It is the row of an upload whose
 * file has not come: it says what the file is to be, and has no number.
 */
export interface Ticket {
  /** The upload's id. */
  id: string;
  userId: string;
  state: TicketState;
  mediaType: string;
  /** The size of the file. S3 takes no other. */
  bytes: number;
  crop?: RequestedCrop;
  /** Asked for by an administrator, so the user's photo lock does not apply. */
  isAdministrators?: true;
  /** ISO 8601 UTC, as the others here. */
  issuedAt: string;
  /** S3 refuses forms that are begun later. */
  expiresAt: string;
  /** Why the file was refused. */
  refusal?: Refusal;
  finishedAt?: string;
}

/** `expired` is never stored. It is how a ticket is reported when it is too late for a file. */
type TicketState = 'waiting' | 'expired' | 'refused';

/** Whether the row is an accepted upload, or a ticket that has no number. */
export const isAccepted = (row: Upload | Ticket): row is Upload => 'number' in row;

/** How long a ticket is valid. */
const TICKET_MINUTES = 10;
/** How long a file that was begun in time may take: 25 MB at a quarter of a megabit a second. */
const SENDING_MINUTES = 15;

/** A ticket issued now. `nowMs`: milliseconds since 1970. */
export function newTicket(file: Omit<Ticket, 'state' | 'issuedAt' | 'expiresAt'>, nowMs: number): Ticket {
  const at = (ms: number) => new Date(ms).toISOString();
  return { ...file, state: 'waiting', issuedAt: at(nowMs), expiresAt: at(nowMs + TICKET_MINUTES * 60_000) };
}

/** Whether a file was stored too late. `storedAt`: ISO 8601 UTC. */
export const isTooLate = ({ expiresAt }: Ticket, storedAt: string): boolean =>
  Date.parse(storedAt) > Date.parse(expiresAt) + SENDING_MINUTES * 60_000;

/** A ticket as it is reported now. A file that was there in time is accepted even if S3's event comes later. */
export const ticketAt = (ticket: Ticket, now: string): Ticket =>
  ticket.state === 'waiting' && isTooLate(ticket, now) ? { ...ticket, state: 'expired' } : ticket;

/** All files that come by ticket are under this. */
export const DIRECT_PREFIX = 'direct/';

/** All files that come by a user's tickets are under this. */
export const directPrefix = (userId: string): string => `${DIRECT_PREFIX}${userId}/`;

/** The only key that a ticket's file may have. */
export const directKey = ({ userId, id }: Pick<Ticket, 'userId' | 'id'>): string => `${directPrefix(userId)}${id}`;

const DIRECT_KEY = /^direct\/([1-9]\d{0,15})\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** The user and the upload in the key of a ticket's file; undefined for other keys. */
export function readDirectKey(key: string): { userId: string; uploadId: string } | undefined {
  const [, userId, uploadId] = DIRECT_KEY.exec(key) ?? [];
  return userId === undefined || uploadId === undefined ? undefined : { userId, uploadId };
}
