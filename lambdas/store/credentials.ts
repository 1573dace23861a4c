import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { TOKEN_KINDS, type TokenKind } from '../core/credential.ts';

/** What is stored of a token: never the token. `digest` is the table's key, SHA-256 in hex. */
const CredentialItem = z.object({
  digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  kind: z.enum(['slack', 'twitter', 'twitter-app']),
  user_id: z.string(),
  scopes: z.array(z.string()),
  /** Of Slack's tokens; absent for a user's. */
  token_kind: z.optional(z.enum(TOKEN_KINDS)),
  /** Absent for the default app. */
  app_id: z.optional(z.string()),
  /** Absent of what was issued before it was noted. */
  team_id: z.optional(z.string()),
  /** Seconds since 1970. */
  revoked_at: z.optional(z.int()),
  /** Seconds since 1970. Not the table's time to live: an expired token must be told from an unknown one. */
  valid_until: z.optional(z.int()),
});

export interface Credential {
  digest: string;
  /** `twitter-app` is a consumer key; it is no user's, so its `userId` is empty. */
  kind: 'slack' | 'twitter' | 'twitter-app';
  userId: string;
  /** What the token may do: Slack's scopes, or `read` and `write` for Twitter's. */
  scopes: string[];
  /** Of Slack's tokens; absent for a user's. */
  tokenKind?: TokenKind;
  /** What app the token was issued to; absent for the default one. */
  appId?: string;
  /** The user's team when the token was issued, so that both can be read at once. The user's record decides. */
  teamId?: string;
  revokedAtSeconds?: number;
  validUntilSeconds?: number;
}

/** Credentials, found by the digest of what the caller shows. */
export function credentialStore(db: DynamoDBDocumentClient, table: string) {
  /** Sets one attribute of a credential that is there, or removes it. */
  const set = async (digest: string, name: keyof z.input<typeof CredentialItem>, value: unknown): Promise<void> => {
    await db.send(
      new UpdateCommand({
        TableName: table,
        Key: { digest },
        UpdateExpression: value === undefined ? 'REMOVE #name' : 'SET #name = :value',
        ConditionExpression: 'attribute_exists(digest)',
        ExpressionAttributeNames: { '#name': name },
        ...(value !== undefined && { ExpressionAttributeValues: { ':value': value } }),
      }),
    );
  };

  return {
    async byDigest(digest: string): Promise<Credential | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { digest }, ConsistentRead: true }));
      return Item && readCredential(Item);
    },

    /**
     * Writes a credential unless it is there: showing a token again must not change what it may do. One that does not say its team does
     * afterwards.
     */
    async ensure({ digest, kind, userId, scopes, tokenKind, appId, teamId, ...state }: Credential): Promise<void> {
      const Item: z.input<typeof CredentialItem> = {
        digest,
        kind,
        user_id: userId,
        scopes,
        token_kind: tokenKind,
        app_id: appId,
        team_id: teamId,
        revoked_at: state.revokedAtSeconds,
        valid_until: state.validUntilSeconds,
      };
      try {
        const condition = { ConditionExpression: 'attribute_not_exists(digest)' };
        await db.send(new PutCommand({ TableName: table, Item, ...condition }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        if (teamId !== undefined && (await this.byDigest(digest))?.teamId === undefined) {
          await set(digest, 'team_id', teamId);
        }
      }
    },

    /**
     * Deletes every credential of a user, and gives their number. Reads the whole table: tokens of earlier master secrets and
     * of apps that are gone must go as well, and nothing lists those.
     */
    async removeAllOf(userId: string): Promise<number> {
      const filter = {
        TableName: table,
        FilterExpression: 'user_id = :user',
        ExpressionAttributeValues: { ':user': userId },
        ProjectionExpression: 'digest',
        ConsistentRead: true,
      };
      let removed = 0;
      for await (const { Items } of paginateScan({ client: db }, filter)) {
        for (const { digest } of Items ?? []) {
          await db.send(new DeleteCommand({ TableName: table, Key: { digest } }));
          removed++;
        }
      }
      return removed;
    },

    /** Changes what a credential may do. */
    setScopes: (digest: string, scopes: string[]): Promise<void> => set(digest, 'scopes', scopes),

    /** Revokes a credential, or with `undefined` takes that back. */
    setRevoked: (digest: string, atSeconds: number | undefined): Promise<void> => set(digest, 'revoked_at', atSeconds),

    /** Says when a credential stops working; `undefined` for never. */
    setValidUntil: (digest: string, seconds: number | undefined): Promise<void> => set(digest, 'valid_until', seconds),

    /** Every credential, in no order. Reads the whole table: for the command line, not for requests. */
    async *list(): AsyncGenerator<Credential> {
      for await (const { Items } of paginateScan({ client: db }, { TableName: table, ConsistentRead: true })) {
        yield* (Items ?? []).map(readCredential);
      }
    },

    async remove(digest: string): Promise<void> {
      await db.send(new DeleteCommand({ TableName: table, Key: { digest } }));
    },
  };
}

function readCredential(item: Record<string, unknown>): Credential {
  const row = CredentialItem.parse(item);
  return {
    digest: row.digest,
    kind: row.kind,
    userId: row.user_id,
    scopes: row.scopes,
    ...(row.token_kind !== undefined && { tokenKind: row.token_kind }),
    ...(row.app_id !== undefined && { appId: row.app_id }),
    ...(row.team_id !== undefined && { teamId: row.team_id }),
    ...(row.revoked_at !== undefined && { revokedAtSeconds: row.revoked_at }),
    ...(row.valid_until !== undefined && { validUntilSeconds: row.valid_until }),
  };
}

export type CredentialStore = ReturnType<typeof credentialStore>;
