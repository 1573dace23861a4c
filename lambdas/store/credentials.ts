import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

/** What is stored of a token: never the token. `digest` is the table's key, SHA-256 in hex. */
const CredentialItem = z.object({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.enum(['slack', 'twitter']),
  user_id: z.string(),
  scopes: z.array(z.string()),
});

export interface Credential {
  digest: string;
  kind: 'slack' | 'twitter';
  userId: string;
  /** Slack's names of what the token may do. */
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

    async put({ digest, kind, userId, scopes }: Credential): Promise<void> {
      const Item: z.input<typeof CredentialItem> = { digest, kind, user_id: userId, scopes };
      await db.send(new PutCommand({ TableName: table, Item }));
    },
  };
}

export type CredentialStore = ReturnType<typeof credentialStore>;
