import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { paddedSequencer } from '../core/import-batch.ts';
import type { NamedPhoto, Photo } from '../core/photo.ts';
import type { User } from '../core/user.ts';
import { photoText, userKey } from './user-item.ts';
import { ACTIVE, addEvicted, evictedValue, STATE } from './users.ts';

/** An import that needs a number. */
export interface ImportChange {
  /** The file's LastModified, ISO 8601 UTC. It is compared with changes by hand and with other files. */
  at: string;
  /** The row's id. */
  from: string;
  sequencer: string;
  /** Rows of the same batch that lost the user to this one. What they did does not count. */
  ousted: string[];
}

/** The two writes to a user's record that only imports make. */
export function importChanges(db: DynamoDBDocumentClient, table: string) {
  /** The record's `seq` after the write; undefined if the condition was not met. */
  const update = async (id: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) => {
    const wanted = { TableName: table, Key: { id: userKey(id) }, ...change, ReturnValues: 'UPDATED_NEW' as const };
    try {
      return Number((await db.send(new UpdateCommand(wanted))).Attributes?.seq);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    /**
     * ACCEPT of an import: takes the next number, unless the photo was changed by hand after the file was put, or a
     * newer file was accepted. The time of a change by hand stays, for comparison with the next file. Undefined if the
     * import yields, or if there is no active user.
     */
    take: (userId: string, { at, from, sequencer, ousted }: ImportChange): Promise<number | undefined> =>
      update(userId, {
        UpdateExpression: 'SET imported_at = :at, imported_from = :from, imported_sequencer = :sequencer ADD seq :one',
        ConditionExpression: `${ACTIVE} AND (${BY_HAND_BEFORE}) AND (${[...IS_NEXT, ...ousted.map((_, index) => `imported_from = :ousted${index}`)].join(' OR ')})`,
        ExpressionAttributeNames: STATE,
        ExpressionAttributeValues: {
          ':at': at,
          ':from': from,
          ':sequencer': paddedSequencer(sequencer),
          ...Object.fromEntries(ousted.map((row, index) => [`:ousted${index}`, row])),
          ':one': 1,
          ':active': 'active',
        },
      }),

    /**
     * Takes the next number and shows an earlier photo, or none, in one write, so that nothing can come in between. It
     * removes the traces of the import that later ones would be compared with. False if a number was taken, or
     * something else shown, after the user was read.
     */
    async rollBack(user: User, to: RollBack): Promise<boolean> {
      const [set, remove] = to.photo === undefined ? ['', ', photo'] : [', photo = :photo', ''];
      const number = await update(user.id, {
        UpdateExpression:
          `SET seq = :number, shown = :number, history = :history, rolled_back_at = :at${set} ` +
          `REMOVE imported_from, imported_at, imported_sequencer${remove}${addEvicted(to.evicted)}`,
        ConditionExpression: `${ACTIVE} AND seq = :seq AND shown = :shown`,
        ExpressionAttributeNames: STATE,
        ExpressionAttributeValues: {
          ':number': user.seq + 1,
          ':history': to.history.map(photoText),
          ':at': to.at,
          ...(to.photo && { ':photo': photoText(to.photo) }),
          ...evictedValue(to.evicted),
          ':active': 'active',
          ':seq': user.seq,
          ':shown': user.shown,
        },
      });
      return number !== undefined;
    },
  };
}

export type ImportChanges = ReturnType<typeof importChanges>;

export interface RollBack {
  /** The photo to show again; absent for none. */
  photo?: Photo;
  history: Photo[];
  evicted: NamedPhoto[];
  /** ISO 8601 UTC. */
  at: string;
}

/** In the same moment, the change by hand wins. */
const BY_HAND_BEFORE = 'attribute_not_exists(changed_at) OR changed_at < :at';

/**
 * Between imports, any of these gives one the next number. LastModified has whole seconds. Within one the sequencer
 * decides, and then the name. S3 promises an order of sequencers only for one key, but for two it is the best there is.
 * Whichever file is seen first, the same one wins in the end.
 */
const IS_NEXT = [
  'attribute_not_exists(imported_at)',
  'imported_at < :at',
  '(imported_at = :at AND imported_sequencer < :sequencer)',
  '(imported_at = :at AND imported_sequencer = :sequencer AND imported_from <= :from)',
];
