import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Evicted, NamedPhoto, Photo } from '../core/photo.ts';
import type { User, UserState } from '../core/user.ts';
import { conditionMet } from './conditional-write.ts';
import { deleteExpired, isExpired, scanPage } from './scan-page.ts';
import { userEmails } from './user-emails.ts';
import { userIdentities } from './user-identities.ts';
import {
  evictedText,
  hashOf,
  isTombstone,
  photoText,
  readTombstone,
  readUserItem,
  type Tombstone,
  tombstoneItem,
  userItem,
  userKey,
} from './user-item.ts';
import { userNames } from './user-names.ts';

/**
 * User records, and the claims on their names. With `hasAvatars`, written addresses can also be found by their hashes.
 */
export function userStore(db: DynamoDBDocumentClient, table: string, { hasAvatars = false } = {}) {
  const read = async (id: string, ConsistentRead = true) =>
    (await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead }))).Item;

  /** False if there is an item already. */
  const putNew = (item: Record<string, unknown>) =>
    conditionMet(
      db.send(new PutCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(id)' })),
    );

  const update = (id: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) =>
    db.send(new UpdateCommand({ TableName: table, Key: { id: userKey(id) }, ...change }));

  const userOf = (item: Record<string, unknown> | undefined): User | undefined =>
    item === undefined || isTombstone(item) ? undefined : readUserItem(item);

  const get = async (id: string): Promise<User | undefined> => userOf(await read(userKey(id)));

  return {
    get,
    /** The record, perhaps as it was a moment ago, at half the price. Read it again before acting on it. */
    getEventually: async (id: string): Promise<User | undefined> => userOf(await read(userKey(id), false)),
    ...userNames(db, table, { read, putNew }),
    ...userEmails(db, table, { read, userOf, hasAvatars }),
    ...userIdentities({ read, putNew, update }),

    /** What is left of an erased user; undefined if the erasure is not finished, or if there never was such a user. */
    async tombstone(id: string): Promise<Tombstone | undefined> {
      const item = await read(userKey(id));
      return item === undefined || !isTombstone(item) ? undefined : readTombstone(item);
    },

    /** False if the id is taken. */
    add: (user: User): Promise<boolean> => putNew(userItem(user)),

    /** ACCEPT: takes the next number and records the time of the change. Undefined if there is no active user. */
    async takeNumber(id: string, at: string): Promise<number | undefined> {
      try {
        const { Attributes } = await update(id, {
          UpdateExpression: 'SET changed_at = :at REMOVE imported_from, imported_at, imported_sequencer ADD seq :one',
          ConditionExpression: ACTIVE,
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ':at': at, ':one': 1, ':active': 'active' },
          ReturnValues: 'UPDATED_NEW',
        });
        return Number(Attributes?.seq);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    /**
     * PUBLISH step 2, and UNDO: shows a photo as change `number`, if the record still shows what was read. Returns the
     * new record; undefined if it showed something else.
     */
    async show(
      user: User,
      number: number,
      photo: Photo,
      history: Photo[],
      evicted: NamedPhoto[],
    ): Promise<User | undefined> {
      try {
        const { Attributes } = await update(user.id, {
          UpdateExpression: `SET photo = :photo, history = :history, shown = :number${addEvicted(evicted)}`,
          ConditionExpression: `${ACTIVE} AND shown = :read`,
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: {
            ':photo': photoText(photo),
            ':history': history.map(photoText),
            ':number': number,
            ...evictedValue(evicted),
            ':active': 'active',
            ':read': user.shown,
          },
          ReturnValues: 'ALL_NEW',
        });
        return userOf(Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    /** DELETE: shows nothing and evicts every photo, if the record still shows what was read. */
    clear: (user: User, number: number, evicted: NamedPhoto[]): Promise<boolean> =>
      conditionMet(
        update(user.id, {
          UpdateExpression: `SET history = :none, shown = :number REMOVE photo${addEvicted(evicted)}`,
          ConditionExpression: `${ACTIVE} AND shown = :read`,
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: {
            ':none': [],
            ':number': number,
            ...evictedValue(evicted),
            ':active': 'active',
            ':read': user.shown,
          },
        }),
      ),

    /** Removes photos from the list once their objects are gone. */
    async removeEvicted(id: string, evicted: Evicted[]): Promise<void> {
      await conditionMet(
        update(id, {
          UpdateExpression: 'DELETE evicted :evicted',
          // Otherwise DynamoDB would create an empty item if the user was erased meanwhile.
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeValues: evictedValue(evicted),
        }),
      );
    },

    /**
     * ERASE, first step: nobody acts for this user any more, and nothing is published. False if there is no such user.
     */
    markErased: (id: string): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: 'SET #state = :erased',
          // A tombstone has no `seq`.
          ConditionExpression: 'attribute_exists(seq)',
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ':erased': 'erased' },
        }),
      ),

    /** ERASE, last step: replaces the record by a tombstone. False if the user is not being erased. */
    putTombstone: (tombstone: Tombstone): Promise<boolean> =>
      conditionMet(
        db.send(
          new PutCommand({
            TableName: table,
            Item: tombstoneItem(tombstone),
            ConditionExpression: 'attribute_exists(id) AND #state = :erased',
            ExpressionAttributeNames: STATE,
            ExpressionAttributeValues: { ':erased': 'erased' },
          }),
        ),
      ),

    /** Switches between active and deactivated. False if there is no such user, or only a tombstone. */
    setState: (id: string, state: Exclude<UserState, 'erased'>): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: 'SET #state = :state',
          ConditionExpression: 'attribute_exists(id) AND #state <> :erased',
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ':state': state, ':erased': 'erased' },
        }),
      ),

    /** Makes a user a bot, or a person again. False if there is no such user. */
    setBot: (id: string, isBot: boolean): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: 'SET is_bot = :bot',
          ConditionExpression: 'attribute_exists(id) AND #state <> :erased',
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ':bot': isBot, ':erased': 'erased' },
        }),
      ),

    /** Sets whether a user may be found by the hash of their e-mail address. False if there is no such user. */
    setAvatar: (id: string, isShown: boolean): Promise<boolean> =>
      conditionMet(
        update(id, {
          UpdateExpression: isShown ? 'REMOVE hides_avatar' : 'SET hides_avatar = :hides',
          ConditionExpression: 'attribute_exists(id) AND #state <> :erased',
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ':erased': 'erased', ...(!isShown && { ':hides': true }) },
        }),
      ),

    /**
     * One page of all users, without tombstones. For the sweep. `expired`: ids of expired tombstones. `hashes`: those
     * of e-mail addresses.
     */
    async page(after?: string): Promise<{ users: User[]; expired: string[]; hashes: string[]; nextAfter?: string }> {
      const { items, nextAfter } = await scanPage(db, table, after);
      const records = items.filter(({ id }) => String(id).startsWith(userKey('')));
      const users = records.filter((item) => !isTombstone(item)).map(readUserItem);
      const expired = records
        .filter((item) => isTombstone(item) && isExpired(item))
        .map(({ user_id }) => String(user_id));
      const hashes = items.flatMap(({ id }) => hashOf(String(id)) ?? []);
      return { users, expired, hashes, ...(nextAfter !== undefined && { nextAfter }) };
    },

    removeTombstone: (id: string): Promise<boolean> => deleteExpired(db, table, { id: userKey(id) }),

    /** Every user, page by page, in no order. Reads the whole table: for the CLI, not for requests. */
    async *list(): AsyncGenerator<User> {
      const filter = {
        TableName: table,
        FilterExpression: 'begins_with(id, :prefix)',
        ExpressionAttributeValues: { ':prefix': userKey('') },
      };
      for await (const { Items } of paginateScan({ client: db }, filter)) {
        for (const item of Items ?? []) if (!isTombstone(item)) yield readUserItem(item);
      }
    },
  };
}

export type UserStore = ReturnType<typeof userStore>;

/** Other stores that write to this table use these too. */
export const ACTIVE = 'attribute_exists(id) AND #state = :active';
export const STATE = { '#state': 'state' };

/** A string set gains and loses single members, so two writers do not undo each other. It cannot be empty. */
export const addEvicted = (photos: Evicted[]): string => (photos.length === 0 ? '' : ' ADD evicted :evicted');
export const evictedValue = (photos: Evicted[]) =>
  photos.length === 0 ? {} : { ':evicted': new Set(photos.map(evictedText)) };
