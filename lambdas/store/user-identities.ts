import { createHash } from 'node:crypto';
import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { User, UserChange } from '../core/user.ts';
import { conditionMet } from './conditional-write.ts';

/** How `users.ts` reads and writes its table. */
interface Items {
  read: (id: string) => Promise<Record<string, unknown> | undefined>;
  /** False if there is one already. */
  putNew: (item: Record<string, unknown>) => Promise<boolean>;
  update: (userId: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) => Promise<unknown>;
}

/** What the identity provider may change of a user. */
interface Profile {
  name: string;
  email: string | undefined;
}

/**
 * Links users to identities at the provider. The claim leads to the user and the record names the identity; the link
 * counts only if both agree. Part of `users.ts`, and in its table.
 */
export function userIdentities({ read, putNew, update }: Items) {
  return {
    /** Sets the identity of a record without one. False if it has one, or does not exist. */
    setIdentity: (id: string, identity: string, profileAt: string): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: 'SET oidc = :identity, profile_at = :at',
          ConditionExpression: 'attribute_exists(seq) AND attribute_not_exists(oidc) AND #state <> :erased',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':identity': identity, ':at': profileAt, ':erased': 'erased' },
        }),
      ),

    /** Removes an identity from its record. False if the record has another, or none. */
    removeIdentity: (id: string, identity: string): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: 'REMOVE oidc, profile_at',
          ConditionExpression: 'oidc = :identity',
          ExpressionAttributeValues: { ':identity': identity },
        }),
      ),

    /**
     * Sets an active user's name and e-mail address to the provider's. False if somebody changed them since the record
     * was read.
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
     * Makes an administrator's change. Tokens no longer change a name or an address that was set like this. False if
     * there is no such user.
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

    /** Records, by digest only, that the user of an identity was erased. */
    async retireIdentity(identity: string): Promise<void> {
      await putNew({ id: retiredKey(identity) });
    },

    isRetired: async (identity: string): Promise<boolean> => (await read(retiredKey(identity))) !== undefined,
  };
}

/** Nothing that names a person is kept of an erased user. */
const retiredKey = (identity: string): string => `oidc-erased#${createHash('sha256').update(identity).digest('hex')}`;
