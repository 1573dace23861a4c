import type { Upload } from './change.ts';
import type { RequestedCrop } from './photo.ts';
import type { Refusal } from './refusal.ts';

/**
 * A ticket lets one file be sent straight to S3, past the gateway and what it can carry. It is the row of an upload before the file is
 * there: what the file is to be, and no number.
 */
export interface Ticket {
  /** The upload's id. */
  id: string;
  userId: string;
  state: TicketState;
  mediaType: string;
  /** The whole file: S3 takes no more and no less. */
  bytes: number;
  crop?: RequestedCrop;
  /** An administrator asked for it: the person's lock does not count. */
  isAdministrators?: true;
  /** When it was given out; ISO 8601 UTC, as the others here. */
  issuedAt: string;
  /** S3 takes a form that is begun by then. */
  expiresAt: string;
  /** Why the file that came was not taken. */
  refusal?: Refusal;
  finishedAt?: string;
}

/** `expired` is never stored: it is what a ticket is called once no file can be taken for it any more. */
export type TicketState = 'waiting' | 'expired' | 'refused';

/** Whether the file of an upload was there and got its number; else there is a ticket for it, or was. */
export const isAccepted = (row: Upload | Ticket): row is Upload => 'number' in row;

/** How long a ticket may be used. */
export const TICKET_MINUTES = 10;
/** How much longer a file that was begun in time may be on its way: 25 MB by a quarter of a megabit a second. */
const SENDING_MINUTES = 15;

/** The ticket that is given out at this moment; milliseconds since 1970. */
export function newTicket(file: Omit<Ticket, 'state' | 'issuedAt' | 'expiresAt'>, nowMs: number): Ticket {
  const at = (ms: number) => new Date(ms).toISOString();
  return { ...file, state: 'waiting', issuedAt: at(nowMs), expiresAt: at(nowMs + TICKET_MINUTES * 60_000) };
}

/** Whether a file that was stored at this moment came too late; ISO 8601 UTC. */
export const isTooLate = ({ expiresAt }: Ticket, storedAt: string): boolean =>
  Date.parse(storedAt) > Date.parse(expiresAt) + SENDING_MINUTES * 60_000;

/** A ticket as it is told at this moment. What S3 tells late of a file that was there in time is taken all the same. */
export const ticketAt = (ticket: Ticket, now: string): Ticket =>
  ticket.state === 'waiting' && isTooLate(ticket, now) ? { ...ticket, state: 'expired' } : ticket;

/** All files that come by tickets lie under this. */
export const DIRECT_PREFIX = 'direct/';

/** All files that come by a user's tickets lie under this. */
export const directPrefix = (userId: string): string => `${DIRECT_PREFIX}${userId}/`;

/** Where a ticket's file goes, and nothing else. */
export const directKey = ({ userId, id }: Pick<Ticket, 'userId' | 'id'>): string => `${directPrefix(userId)}${id}`;

const DIRECT_KEY = /^direct\/([1-9]\d{0,15})\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** Whose file a key names, and by which ticket; undefined for a key that no ticket has. */
export function readDirectKey(key: string): { userId: string; uploadId: string } | undefined {
  const [, userId, uploadId] = DIRECT_KEY.exec(key) ?? [];
  return userId === undefined || uploadId === undefined ? undefined : { userId, uploadId };
}
