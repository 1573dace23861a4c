import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { User } from '../core/user.ts';
import { conditionMet } from './conditional-write.ts';
import { idSets } from './id-sets.ts';
import { type Claim, claimItem, emailKey } from './user-item.ts';

/** How `users.ts` reads and writes items of its table. */
interface Items {
  read: (id: string) => Promise<Record<string, unknown> | undefined>;
  /** False where there is one already. */
  putNew: (item: Record<string, unknown>) => Promise<boolean>;
  get: (userId: string) => Promise<User | undefined>;
}

/**
 * What leads from a name to a user: claims, of which each has one owner, and e-mail addresses, which several may share. Part of
 * `users.ts`, in whose table they lie.
 */
export function userNames(db: DynamoDBDocumentClient, table: string, { read, putNew, get }: Items) {
  const sets = idSets(db, table);
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

    /** Notes that a user has an e-mail address. Several may have one: who looks it up must see that. */
    noteEmail: (email: string, userId: string): Promise<void> => sets.add(emailKey(email), userId),

    /** Every user with an e-mail address. Users that were never written, or were erased, are not among them. */
    async withEmail(email: string): Promise<User[]> {
      const ids = (await read(emailKey(email)))?.user_ids;
      if (!(ids instanceof Set)) return [];
      const found = await Promise.all([...ids].map((id) => get(String(id))));
      // A user that was not made in the end may have left its id here.
      return found.flatMap((user) =>
        user?.email !== undefined && user.state !== 'erased' && emailKey(user.email) === emailKey(email) ? [user] : [],
      );
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

    /** Takes a user off an e-mail address; an address that is nobody's any more goes. False when they were not on it. */
    releaseEmail: (email: string, userId: string): Promise<boolean> => sets.remove(emailKey(email), userId),
  };
}
