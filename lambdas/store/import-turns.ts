import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { paddedSequencer } from '../core/batch.ts';
import type { Photo } from '../core/photo.ts';
import type { User } from '../core/user.ts';
import { photoItem, userKey } from './user-item.ts';
import { ACTIVE, addEvicted, evictedValue, STATE } from './users.ts';

/** An import's wish for a number. */
export interface ImportTurn {
  /** The file's LastModified, ISO 8601 UTC: it becomes the time of the change, so that the next file is held against this one. */
  at: string;
  /** The row's id. */
  from: string;
  sequencer: string;
  /** The rows of the same batch that have lost the user to this one: what they did does not count. */
  ousted: string[];
}

/** The two writes to a user's record that only imports make. */
export function importTurns(db: DynamoDBDocumentClient, table: string) {
  /** The record's `seq` after the write; undefined when the condition did not hold. */
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
     * ACCEPT of an import: gives out the next number, unless a change was accepted since the file was put. Files of one
     * row may be put within the same second, which is all that LastModified tells: then the sequencer decides. Undefined
     * when the import yields, or when there is no active user.
     */
    take: (userId: string, { at, from, sequencer, ousted }: ImportTurn): Promise<number | undefined> =>
      update(userId, {
        UpdateExpression: 'SET changed_at = :at, imported_from = :from, imported_sequencer = :sequencer ADD seq :one',
        ConditionExpression: `${ACTIVE} AND (${[...MAY_TAKE, ...ousted.map((_, index) => `imported_from = :ousted${index}`)].join(' OR ')})`,
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
     * Takes the next number and shows an earlier photo, or none, in one write: nothing can come between. False when a
     * number was given out or something was shown since the user was read.
     */
    async rollBack(user: User, to: RollBack): Promise<boolean> {
      const [set, remove] = to.photo === undefined ? ['', ', photo'] : [', photo = :photo', ''];
      const number = await update(user.id, {
        UpdateExpression:
          `SET seq = :number, shown = :number, history = :history, changed_at = :at${set} ` +
          `REMOVE imported_from, imported_sequencer${remove}${addEvicted(to.evicted)}`,
        ConditionExpression: `${ACTIVE} AND seq = :seq AND shown = :shown`,
        ExpressionAttributeNames: STATE,
        ExpressionAttributeValues: {
          ':number': user.seq + 1,
          ':history': to.history.map(photoItem),
          ':at': to.at,
          ...(to.photo && { ':photo': photoItem(to.photo) }),
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

export type ImportTurns = ReturnType<typeof importTurns>;

export interface RollBack {
  /** The photo to show again; none when absent. */
  photo?: Photo;
  history: Photo[];
  evicted: string[];
  /** ISO 8601 UTC. */
  at: string;
}

/** Any of these lets an import have the next number. */
const MAY_TAKE = [
  'attribute_not_exists(changed_at)',
  // Ties favour whoever changed it by hand.
  'changed_at < :at',
  '(changed_at = :at AND imported_from = :from AND imported_sequencer <= :sequencer)',
];
