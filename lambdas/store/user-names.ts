import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { conditionMet } from './conditional-write.ts';
import { type Claim, claimItem } from './user-item.ts';

/** How `users.ts` reads and writes items of its table. */
interface Items {
  read: (id: string) => Promise<Record<string, unknown> | undefined>;
  /** False where there is one already. */
  putNew: (item: Record<string, unknown>) => Promise<boolean>;
}

/** What leads from a name to its one user: claims. Part of `users.ts`, in whose table they lie. */
export function userNames(db: DynamoDBDocumentClient, table: string, { read, putNew }: Items) {
  const claimant = async (claim: Claim): Promise<string | undefined> => {
    const item = await read(claimItem(claim, '').id);
    return typeof item?.user_id === 'string' ? item.user_id : undefined;
  };

  return {
    /** The id behind a claim; undefined when nobody has it. */
    claimant,

    /** Takes a claim for a user. False when another has it; taking it again is harmless. */
    async claim(claim: Claim, userId: string): Promise<boolean> {
      return (await putNew(claimItem(claim, userId))) || (await claimant(claim)) === userId;
    },

    /** Gives a claim up. False when it was not this user's. */
    release: (claim: Claim, userId: string): Promise<boolean> =>
      conditionMet(
        db.send(
          new DeleteCommand({
            TableName: table,
            Key: { id: claimItem(claim, '').id },
            ConditionExpression: 'user_id = :user',
            ExpressionAttributeValues: { ':user': userId },
          }),
        ),
      ),
  };
}
