import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

/** What is stored of a token: never the token. `digest` is the table's key, SHA-256 in hex. */
const CredentialItem = z.object({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.enum(['slack', 'twitter', 'twitter-app']),
  user_id: z.string(),
  scopes: z.array(z.string()),
});

export interface Credential {
  digest: string;
  /** `twitter-app` is a consumer key; it is no user's, so its `userId` is empty. */
  kind: 'slack' | 'twitter' | 'twitter-app';
  userId: string;
  /** What the token may do: Slack's scopes, or `read` and `write` for Twitter's. */
  scopes: string[];
}

/** Credentials, found by the digest of what the caller shows. */
export function credentialStore(db: DynamoDBDocumentClient, table: string) {
  return {
    async byDigest(digest: string): Promise<Credential | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { digest }, ConsistentRead: true }));
      if (Item === undefined) return undefined;
      const row = CredentialItem.parse(Item);
      return { digest: row.digest, kind: row.kind, userId: row.user_id, scopes: row.scopes };
    },

    /** Writes a credential unless it is there: showing a token again must not change what it may do. */
    async ensure({ digest, kind, userId, scopes }: Credential): Promise<void> {
      const Item: z.input<typeof CredentialItem> = { digest, kind, user_id: userId, scopes };
      try {
        const condition = { ConditionExpression: 'attribute_not_exists(digest)' };
        await db.send(new PutCommand({ TableName: table, Item, ...condition }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    /** Changes what a credential may do. */
    async setScopes(digest: string, scopes: string[]): Promise<void> {
      await db.send(
        new UpdateCommand({
          TableName: table,
          Key: { digest },
          UpdateExpression: 'SET scopes = :scopes',
          ConditionExpression: 'attribute_exists(digest)',
          ExpressionAttributeValues: { ':scopes': scopes },
        }),
      );
    },
  };
}

export type CredentialStore = ReturnType<typeof credentialStore>;
