import { type DynamoDBDocumentClient, PutCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Refusal } from '../core/refusal.ts';
import type { Ticket } from '../core/ticket.ts';
import { conditionMet } from './conditional-write.ts';
import { RequestedCropItem } from './crop.ts';

/** How a ticket lies in the table of uploads, until ACCEPT puts the upload's row in its place. It has no number. */
const TicketItem = z.object({
  id: z.string(),
  user_id: z.string(),
  state: z.enum(['waiting', 'refused']),
  media_type: z.string(),
  bytes: z.int().check(z.positive()),
  crop: z.optional(RequestedCropItem),
  is_administrators: z.optional(z.literal(true)),
  issued_at: z.string(),
  ticket_expires_at: z.string(),
  /** JSON. */
  refusal: z.optional(z.string()),
  finished_at: z.optional(z.string()),
  /** Seconds since 1970: DynamoDB's time to live. */
  expires_at: z.int(),
});

/** Tickets: rows of uploads whose file is not there yet. They are read with all other rows (`uploads.ts`). */
export function ticketStore(db: DynamoDBDocumentClient, table: string) {
  return {
    async add(ticket: Ticket, retentionDays: number): Promise<void> {
      const item: z.input<typeof TicketItem> = {
        id: ticket.id,
        user_id: ticket.userId,
        state: 'waiting',
        media_type: ticket.mediaType,
        bytes: ticket.bytes,
        ...(ticket.crop !== undefined && { crop: ticket.crop }),
        ...(ticket.isAdministrators && { is_administrators: true }),
        issued_at: ticket.issuedAt,
        ticket_expires_at: ticket.expiresAt,
        expires_at: Math.floor(Date.parse(ticket.issuedAt) / 1000) + retentionDays * 86_400,
      };
      await db.send(new PutCommand({ TableName: table, Item: item }));
    },

    /** Ends a ticket whose file is not taken. False when it has an end already, which it keeps, or is not there. */
    refuse: (id: string, refusal: Refusal, finishedAt: string): Promise<boolean> =>
      conditionMet(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: 'SET #state = :refused, refusal = :refusal, finished_at = :at',
            ConditionExpression: IS_WAITING,
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ...WAITING,
              ':refused': 'refused',
              ':refusal': JSON.stringify(refusal),
              ':at': finishedAt,
            },
          }),
        ),
      ),

    /** The ids of a user's tickets. Reads the whole table: nothing but the row says that there is a ticket without a file. */
    async idsOf(userId: string): Promise<string[]> {
      const ids: string[] = [];
      const filter = {
        TableName: table,
        FilterExpression: 'user_id = :user AND attribute_exists(ticket_expires_at)',
        ProjectionExpression: 'id',
        ExpressionAttributeValues: { ':user': userId },
      };
      for await (const { Items = [] } of paginateScan({ client: db }, filter)) ids.push(...Items.map(({ id }) => id));
      return ids;
    },
  };
}

export type TicketStore = ReturnType<typeof ticketStore>;

/** A row may take a waiting ticket's place. */
export const IS_WAITING = '#state = :waiting';
export const WAITING = { ':waiting': 'waiting' };

/** Undefined when the item is an upload that was accepted. */
export function readTicketItem(item: Record<string, unknown>): Ticket | undefined {
  if (!('ticket_expires_at' in item)) return undefined;
  const row = TicketItem.parse(item);
  return {
    id: row.id,
    userId: row.user_id,
    state: row.state,
    mediaType: row.media_type,
    bytes: row.bytes,
    ...(row.crop !== undefined && { crop: row.crop }),
    ...(row.is_administrators && { isAdministrators: true }),
    issuedAt: row.issued_at,
    expiresAt: row.ticket_expires_at,
    // Ours, as `refuse` wrote it.
    ...(row.refusal !== undefined && { refusal: JSON.parse(row.refusal) as Refusal }),
    ...(row.finished_at !== undefined && { finishedAt: row.finished_at }),
  };
}
