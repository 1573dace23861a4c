import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Upload, UploadState } from '../core/change.ts';
import type { Photo, Placeholder } from '../core/photo.ts';
import { isAccepted, type Ticket } from '../core/ticket.ts';
import { conditionMet } from './conditional-write.ts';
import { ChosenCropItem, RequestedCropItem } from './crop.ts';
import { isExpired, scanPage } from './scan-page.ts';
import { IS_WAITING, readTicketItem, WAITING } from './tickets.ts';

/** The placeholder of an upload's photo, in its row. */
const PlaceholderItem = z.object({
  thumbhash: z.optional(z.string()),
  dominant_colour: z.optional(z.string()),
});

const UploadItem = z.object({
  id: z.string(),
  user_id: z.string(),
  number: z.int(),
  source: z.enum(['slack', 'twitter', 'v1', 'import']),
  state: z.enum(['queued', 'published', 'superseded', 'refused', 'failed']),
  reason: z.optional(z.string()),
  accepted_at: z.string(),
  finished_at: z.optional(z.string()),
  placeholder: z.optional(PlaceholderItem),
  digest: z.optional(z.string()),
  crop: z.optional(RequestedCropItem),
  chosen_crop: z.optional(ChosenCropItem),
  /** Seconds since 1970: DynamoDB's time to live. */
  expires_at: z.int(),
});

/** What every row has, including tickets (`tickets.ts`). */
const RowItem = z.pick(UploadItem, { id: true, user_id: true });

/** Upload rows: what became of each accepted upload. They outlive every queue that may still name them. */
export function uploadStore(db: DynamoDBDocumentClient, table: string) {
  return {
    /**
     * Writes a new row, or replaces the upload's ticket. Returns the row that is there then: of two writes with one id
     * the first counts, whether the SDK has retried or a file is accepted twice at the same time.
     */
    async add(upload: Upload, retentionDays: number): Promise<Upload | Ticket> {
      const item: z.input<typeof UploadItem> = {
        id: upload.id,
        user_id: upload.userId,
        number: upload.number,
        source: upload.source,
        state: upload.state,
        accepted_at: upload.acceptedAt,
        ...(upload.digest !== undefined && { digest: upload.digest }),
        ...(upload.crop !== undefined && { crop: upload.crop }),
        expires_at: Math.floor(Date.parse(upload.acceptedAt) / 1000) + retentionDays * 86_400,
      };
      const isNew = await conditionMet(
        db.send(
          new PutCommand({
            TableName: table,
            Item: item,
            ConditionExpression: `attribute_not_exists(id) OR ${IS_WAITING}`,
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: WAITING,
          }),
        ),
      );
      return isNew ? upload : ((await this.find(upload.id)) ?? upload);
    },

    /** An accepted upload. */
    async get(id: string): Promise<Upload | undefined> {
      const found = await this.find(id);
      return found !== undefined && isAccepted(found) ? found : undefined;
    },

    /** An accepted upload, or a ticket. */
    async find(id: string): Promise<Upload | Ticket | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Item && readRow(Item);
    },

    /** Several accepted uploads by their ids, without those that do not exist. At most 100 ids. */
    async getMany(ids: string[]): Promise<Map<string, Upload>> {
      const found = new Map<string, Upload>();
      // A busy DynamoDB may leave some for the next call.
      for (let keys: Record<string, unknown>[] = ids.map((id) => ({ id })); keys.length > 0; ) {
        const wanted = { [table]: { Keys: keys, ConsistentRead: true } };
        const { Responses, UnprocessedKeys } = await db.send(new BatchGetCommand({ RequestItems: wanted }));
        for (const item of Responses?.[table] ?? []) {
          const upload = readRow(item);
          if (upload !== undefined && isAccepted(upload)) found.set(upload.id, upload);
        }
        keys = UnprocessedKeys?.[table]?.Keys ?? [];
      }
      return found;
    },

    /** One page of all rows, or of a part of them, including expired ones. For the sweep. */
    async page(
      after?: string,
      part?: number,
    ): Promise<{ rows: { id: string; userId: string; isExpired: boolean }[]; nextAfter?: string }> {
      const { items, nextAfter } = await scanPage(db, table, after, part);
      const rows = items.map((item) => {
        const { id, user_id } = RowItem.parse(item);
        return { id, userId: user_id, isExpired: isExpired(item) };
      });
      return { rows, ...(nextAfter !== undefined && { nextAfter }) };
    },

    /** False if there was none. */
    async remove(id: string): Promise<boolean> {
      const gone = await db.send(new DeleteCommand({ TableName: table, Key: { id }, ReturnValues: 'ALL_OLD' }));
      return gone.Attributes !== undefined;
    },

    /** Ends a queued row, with what is known of its photo. False if it has ended already, or does not exist. */
    async finish(
      id: string,
      state: Exclude<UploadState, 'queued'>,
      finishedAt: string,
      reason?: string,
      photo?: Photo,
    ): Promise<boolean> {
      const changes = ['#state = :state', 'finished_at = :at'];
      if (reason !== undefined) changes.push('reason = :reason');
      if (photo !== undefined) changes.push('placeholder = :placeholder');
      if (photo?.crop !== undefined) changes.push('chosen_crop = :crop');
      const values = { ':reason': reason, ':placeholder': photo && placeholderItem(photo), ':crop': photo?.crop };
      return conditionMet(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: `SET ${changes.join(', ')}`,
            ConditionExpression: '#state = :queued',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':state': state, ':at': finishedAt, ':queued': 'queued', ...values },
          }),
        ),
      );
    },
  };
}

export type UploadStore = ReturnType<typeof uploadStore>;

/** DynamoDB deletes expired items late, at times by days. Here they are gone at once. */
const readRow = (item: Record<string, unknown>): Upload | Ticket | undefined =>
  isExpired(item) ? undefined : (readTicketItem(item) ?? readUploadItem(item));

function readUploadItem(item: Record<string, unknown>): Upload {
  const row = UploadItem.parse(item);
  return {
    id: row.id,
    userId: row.user_id,
    number: row.number,
    source: row.source,
    state: row.state,
    ...(row.reason !== undefined && { reason: row.reason }),
    acceptedAt: row.accepted_at,
    ...(row.finished_at !== undefined && { finishedAt: row.finished_at }),
    ...(row.placeholder !== undefined && { placeholder: readPlaceholder(row.placeholder) }),
    ...(row.digest !== undefined && { digest: row.digest }),
    ...(row.crop !== undefined && { crop: row.crop }),
    ...(row.chosen_crop !== undefined && { chosenCrop: row.chosen_crop }),
  };
}

const placeholderItem = ({ thumbhash, dominantColour }: Placeholder): z.input<typeof PlaceholderItem> => ({
  ...(thumbhash !== undefined && { thumbhash }),
  ...(dominantColour !== undefined && { dominant_colour: dominantColour }),
});

const readPlaceholder = ({ thumbhash, dominant_colour }: z.output<typeof PlaceholderItem>): Placeholder => ({
  ...(thumbhash !== undefined && { thumbhash }),
  ...(dominant_colour !== undefined && { dominantColour: dominant_colour }),
});
