import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { emailHash, emailHashes as hashesOf } from '../core/email-hash.ts';
import type { User } from '../core/user.ts';
import { idSets } from './id-sets.ts';
import { emailHashKey, userKey } from './user-item.ts';

/** How `users.ts` reads its table: consistently, unless told otherwise at half the price. */
interface Items {
  read: (id: string, isConsistent?: boolean) => Promise<Record<string, unknown> | undefined>;
  userOf: (item: Record<string, unknown> | undefined) => User | undefined;
}

/** More users than this are not even looked at: a picture is nobody's where two have the address. */
const MAX_SHARING = 3;

/**
 * What leads from the hashes of an e-mail address to its users; only where avatars are on. Part of `users.ts`, in whose table they lie.
 * Sets, as the addresses themselves are: nothing keeps two users from having one.
 */
export function emailHashes(db: DynamoDBDocumentClient, table: string, { read, userOf }: Items) {
  const sets = idSets(db, table);
  return {
    /** Notes that a user may be asked for by the hashes of an address. SHA-256 last: who has that has all. */
    async noteEmailHashes(email: string, userId: string): Promise<void> {
      for (const hash of hashesOf(email)) await sets.add(emailHashKey(hash), userId);
    },

    /** Whether the hashes of an address lead to a user. */
    async hasEmailHashes(email: string, userId: string): Promise<boolean> {
      const ids = (await read(emailHashKey(emailHash(email, 'sha256')), false))?.user_ids;
      return ids instanceof Set && ids.has(userId);
    },

    /** Takes a user off the hashes of an address; a hash that is nobody's any more goes. */
    async releaseEmailHashes(email: string, userId: string): Promise<void> {
      for (const hash of hashesOf(email)) await sets.remove(emailHashKey(hash), userId);
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
        user?.email !== undefined && user.state !== 'erased' && hashesOf(user.email).includes(hash) ? [user] : [],
      );
      return sharing.length === 1 ? sharing[0] : undefined;
    },
  };
}
