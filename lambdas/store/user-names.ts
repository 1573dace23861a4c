import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { conditionMet } from './conditional-write.ts';
import { type Claim, claimItem } from './user-item.ts';

/** How `users.ts` reads and writes its table. */
interface Items {
  read: (id: string) => Promise<Record<string, unknown> | undefined>;
  /** False if there is one already. */
  putNew: (item: Record<string, unknown>) => Promise<boolean>;
}

/** Claims lead from a name to its one user. Part of `users.ts`, and in its table. */
export function userNames(db: DynamoDBDocumentClient, table: string, { read, putNew }: Items) {
  const claimant = async (claim: Claim): Promise<string | undefined> => {
    const item = await read(claimItem(claim, '').id);
    return typeof item?.user_id === 'string' ? item.user_id : undefined;
  };

  return {
    /** The id of the user with a claim; undefined if nobody has it. */
    claimant,

    /** Claims a name for a user. False if another has it. Repeating it does no harm. */
    async claim(claim: Claim, userId: string): Promise<boolean> {
      return (await putNew(claimItem(claim, userId))) || (await claimant(claim)) === userId;
    },

    /** Gives up a claim. False if it was not this user's. */
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
