import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { emailHash, emailHashes } from '../core/avatar.ts';
import type { User } from '../core/user.ts';
import { conditionMet } from './conditional-write.ts';
import { emailHashKey, emailKey, userKey } from './user-item.ts';

/** How `users.ts` reads its table: consistently, or at half the price if told so. */
interface Items {
  read: (id: string, isConsistent?: boolean) => Promise<Record<string, unknown> | undefined>;
  userOf: (item: Record<string, unknown> | undefined) => User | undefined;
  hasAvatars: boolean;
}

/** More users than this are not even read: if two share an address, its picture is nobody's. */
const MAX_SHARING = 3;

/**
 * Finds users by e-mail address, and with avatars by its hashes. Part of `users.ts`, and in its table. The items are
 * sets, because nothing keeps two users from having the same address.
 */
export function userEmails(db: DynamoDBDocumentClient, table: string, { read, userOf, hasAvatars }: Items) {
  const sets = idSets(db, table);

  /** Makes a user findable by the hashes of an address. SHA-256 comes last: a user who has that has all. */
  async function noteEmailHashes(email: string, userId: string): Promise<void> {
    for (const hash of emailHashes(email)) await sets.add(emailHashKey(hash), userId);
  }

  return {
    noteEmailHashes,

    /** Records a user's e-mail address. Several users may have it, and a look-up must notice that. */
    async noteEmail(email: string, userId: string): Promise<void> {
      await sets.add(emailKey(email), userId);
      if (hasAvatars) await noteEmailHashes(email, userId);
    },

    /** Every user with an e-mail address, without erased ones. */
    async withEmail(email: string): Promise<User[]> {
      const ids = (await read(emailKey(email)))?.user_ids;
      if (!(ids instanceof Set)) return [];
      const found = await Promise.all([...ids].map(async (id) => userOf(await read(userKey(String(id))))));
      // A user whose creation failed may have left an id here.
      return found.flatMap((user) =>
        user?.email !== undefined && user.state !== 'erased' && emailKey(user.email) === emailKey(email) ? [user] : [],
      );
    },

    /** Removes a user from an address, and from its hashes, which may be older. False if the user was not there. */
    async releaseEmail(email: string, userId: string): Promise<boolean> {
      for (const hash of emailHashes(email)) await sets.remove(emailHashKey(hash), userId);
      return sets.remove(emailKey(email), userId);
    },

    /** Whether the hashes of an address lead to a user. */
    async hasEmailHashes(email: string, userId: string): Promise<boolean> {
      const ids = (await read(emailHashKey(emailHash(email, 'sha256')), false))?.user_ids;
      return ids instanceof Set && ids.has(userId);
    },

    /** Removes a hash, whoever it leads to, because avatars are off. */
    async removeEmailHash(hash: string): Promise<void> {
      await db.send(new DeleteCommand({ TableName: table, Key: { id: emailHashKey(hash) } }));
    },

    /**
     * The only user with an e-mail address of this hash; undefined if there is none, or more than one. Not
     * `isConsistent`: the answer may be a moment old, at half the price.
     */
    async withEmailHash(hash: string, isConsistent = false): Promise<User | undefined> {
      const ids = (await read(emailHashKey(hash), isConsistent))?.user_ids;
      if (!(ids instanceof Set) || ids.size > MAX_SHARING) return undefined;
      const found = await Promise.all(
        [...ids].map(async (id) => userOf(await read(userKey(String(id)), isConsistent))),
      );
      // A user whose creation failed may have left an id here.
      const sharing = found.flatMap((user) =>
        user?.email !== undefined && user.state !== 'erased' && emailHashes(user.email).includes(hash) ? [user] : [],
      );
      return sharing.length === 1 ? sharing[0] : undefined;
    },
  };
}

/**
 * Items with a set of user ids, `user_ids`: for what several users may share, which is an e-mail address and its
 * hashes.
 */
function idSets(db: DynamoDBDocumentClient, TableName: string) {
  return {
    /** Adds a user. Repeating it does no harm. */
    async add(id: string, userId: string): Promise<void> {
      await db.send(
        new UpdateCommand({
          TableName,
          Key: { id },
          UpdateExpression: 'ADD user_ids :id',
          ExpressionAttributeValues: { ':id': new Set([userId]) },
        }),
      );
    },

    /** Removes a user, and then an item without users. False if the user was not in it. */
    async remove(id: string, userId: string): Promise<boolean> {
      const wasThere = await conditionMet(
        db.send(
          new UpdateCommand({
            TableName,
            Key: { id },
            UpdateExpression: 'DELETE user_ids :ids',
            ConditionExpression: 'contains(user_ids, :id)',
            ExpressionAttributeValues: { ':ids': new Set([userId]), ':id': userId },
          }),
        ),
      );
      // DynamoDB removes an attribute whose set gets empty.
      const isNobodys = { ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(user_ids)' };
      await conditionMet(db.send(new DeleteCommand({ TableName, Key: { id }, ...isNobodys })));
      return wasThere;
    },
  };
}
