import { createHash } from 'node:crypto';
import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { User, UserChange } from '../core/user.ts';
import { conditionMet } from './conditional-write.ts';

/** How `users.ts` reads and writes items of its table. */
interface Items {
  read: (id: string) => Promise<Record<string, unknown> | undefined>;
  /** False where there is one already. */
  putNew: (item: Record<string, unknown>) => Promise<boolean>;
  update: (userId: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) => Promise<unknown>;
}

/** What a user may be given anew by whoever vouches for them. */
interface Profile {
  name: string;
  email: string | undefined;
}

/**
 * What joins a user to an identity at the provider, beside the claim on it: the record names it back, and counts only where both
 * agree. Part of `users.ts`, in whose table it lies.
 */
export function userIdentities({ read, putNew, update }: Items) {
  return {
    /** Notes an identity in a record that has none. False when it has one, or there is no such user. */
    setIdentity: (id: string, identity: string, profileAt: string): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: 'SET oidc = :identity, profile_at = :at',
          ConditionExpression: 'attribute_exists(seq) AND attribute_not_exists(oidc) AND #state <> :erased',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':identity': identity, ':at': profileAt, ':erased': 'erased' },
        }),
      ),

    /** Takes an identity out of its record. False when the record has another, or none. */
    removeIdentity: (id: string, identity: string): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: 'REMOVE oidc, profile_at',
          ConditionExpression: 'oidc = :identity',
          ExpressionAttributeValues: { ':identity': identity },
        }),
      ),

    /**
     * Gives an active user name and e-mail address as the provider has them now, if nobody did since the record was read. False when
     * somebody did.
     */
    setProfile: ({ id, profileAt }: User, { name, email }: Profile, at: string): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: `SET #name = :name, profile_at = :at${email === undefined ? '' : ', email = :email'}`,
          ConditionExpression: 'profile_at = :read AND #state = :active',
          ExpressionAttributeNames: { '#name': 'name', '#state': 'state' },
          ExpressionAttributeValues: {
            ':name': name,
            ':at': at,
            ...(email !== undefined && { ':email': email }),
            ':read': profileAt,
            ':active': 'active',
          },
        }),
      ),

    /**
     * Changes a user as an administrator says. A name or an address of theirs stays whatever tokens say later. False when there is no
     * such user.
     */
    async change(id: string, { name, email, state, photoLock }: UserChange): Promise<boolean> {
      const wanted = { '#name': name, email, '#state': state, photo_lock: photoLock };
      const set = Object.entries(wanted).filter(([, value]) => value !== undefined && value !== null);
      const remove = Object.entries(wanted).flatMap(([attribute, value]) => (value === null ? [attribute] : []));
      if (name !== undefined || email !== undefined) remove.push('profile_at');
      const variableOf = (attribute: string) => `:${attribute.replace('#', '')}`;
      return await conditionMet(
        update(id, {
          UpdateExpression: [
            set.length > 0
              ? `SET ${set.map(([attribute]) => `${attribute} = ${variableOf(attribute)}`).join(', ')}`
              : '',
            remove.length > 0 ? `REMOVE ${remove.join(', ')}` : '',
          ].join(' '),
          ConditionExpression: 'attribute_exists(seq) AND #state <> :erased',
          ExpressionAttributeNames: { '#state': 'state', ...(name !== undefined && { '#name': 'name' }) },
          ExpressionAttributeValues: {
            ...Object.fromEntries(set.map(([attribute, value]) => [variableOf(attribute), value])),
            ':erased': 'erased',
          },
        }),
      );
    },

    /** Remembers that whoever had an identity was erased, by its digest alone. */
    async retireIdentity(identity: string): Promise<void> {
      await putNew({ id: retiredKey(identity) });
    },

    isRetired: async (identity: string): Promise<boolean> => (await read(retiredKey(identity))) !== undefined,
  };
}

/** Nothing that names anybody is kept of the erased. */
const retiredKey = (identity: string): string => `oidc-erased#${createHash('sha256').update(identity).digest('hex')}`;
