import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { emailHash, emailHashes } from '../core/email-hash.ts';
import type { User } from '../core/user.ts';
import { idSets } from './id-sets.ts';
import { emailHashKey, emailKey, userKey } from './user-item.ts';

/** How `users.ts` reads its table: consistently, unless told otherwise at half the price. */
interface Items {
  read: (id: string, isConsistent?: boolean) => Promise<Record<string, unknown> | undefined>;
  userOf: (item: Record<string, unknown> | undefined) => User | undefined;
  hasAvatars: boolean;
}

/** More users than this are not even looked at: a picture is nobody's where two have the address. */
const MAX_SHARING = 3;

/**
 * What leads from an e-mail address, and where avatars are on from its hashes, to users. Part of `users.ts`, in whose table they lie. Sets:
 * nothing keeps two users from having one address.
 */
export function userEmails(db: DynamoDBDocumentClient, table: string, { read, userOf, hasAvatars }: Items) {
  const sets = idSets(db, table);

  /** Notes that a user may be asked for by the hashes of an address. SHA-256 last: who has that has all. */
  async function noteEmailHashes(email: string, userId: string): Promise<void> {
    for (const hash of emailHashes(email)) await sets.add(emailHashKey(hash), userId);
  }

  return {
    noteEmailHashes,

    /** Notes that a user has an e-mail address. Several may have one: who looks it up must see that. */
    async noteEmail(email: string, userId: string): Promise<void> {
      await sets.add(emailKey(email), userId);
      if (hasAvatars) await noteEmailHashes(email, userId);
    },

    /** Every user with an e-mail address. Users that were never written, or were erased, are not among them. */
    async withEmail(email: string): Promise<User[]> {
      const ids = (await read(emailKey(email)))?.user_ids;
      if (!(ids instanceof Set)) return [];
      const found = await Promise.all([...ids].map(async (id) => userOf(await read(userKey(String(id))))));
      // A user that was not made in the end may have left its id here.
      return found.flatMap((user) =>
        user?.email !== undefined && user.state !== 'erased' && emailKey(user.email) === emailKey(email) ? [user] : [],
      );
    },

    /** Takes a user off an address and its hashes, which may be from before avatars were switched off. False when they were not on it. */
    async releaseEmail(email: string, userId: string): Promise<boolean> {
      for (const hash of emailHashes(email)) await sets.remove(emailHashKey(hash), userId);
      return sets.remove(emailKey(email), userId);
    },

    /** Whether the hashes of an address lead to a user. */
    async hasEmailHashes(email: string, userId: string): Promise<boolean> {
      const ids = (await read(emailHashKey(emailHash(email, 'sha256')), false))?.user_ids;
      return ids instanceof Set && ids.has(userId);
    },

    /** Forgets a hash, whoever it leads to: avatars are off. */
    async removeEmailHash(hash: string): Promise<void> {
      await db.send(new DeleteCommand({ TableName: table, Key: { id: emailHashKey(hash) } }));
    },

    /**
     * The one user with an e-mail address of this hash; undefined when there is none, or more than one. As things were a moment ago, at
     * half the price: two of these reads are one unit. With `isConsistent` as they are.
     */
    async withEmailHash(hash: string, isConsistent = false): Promise<User | undefined> {
      const ids = (await read(emailHashKey(hash), isConsistent))?.user_ids;
      if (!(ids instanceof Set) || ids.size > MAX_SHARING) return undefined;
      const found = await Promise.all(
        [...ids].map(async (id) => userOf(await read(userKey(String(id)), isConsistent))),
      );
      // A user that was not made in the end may have left its id here.
      const sharing = found.flatMap((user) =>
        user?.email !== undefined && user.state !== 'erased' && emailHashes(user.email).includes(hash) ? [user] : [],
      );
      return sharing.length === 1 ? sharing[0] : undefined;
    },
  };
}
