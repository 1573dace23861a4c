import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Team } from '../core/user.ts';

const TeamItem = z.object({ id: z.string(), name: z.string(), domain: z.string() });

/** Teams: Slack's workspaces. */
export function teamStore(db: DynamoDBDocumentClient, table: string) {
  return {
    async get(id: string): Promise<Team | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Item === undefined ? undefined : TeamItem.parse(Item);
    },

    /** Writes a team unless it is there already. */
    async ensure(team: Team): Promise<void> {
      try {
        const condition = { ConditionExpression: 'attribute_not_exists(id)' };
        await db.send(new PutCommand({ TableName: table, Item: { ...team }, ...condition }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

export type TeamStore = ReturnType<typeof teamStore>;
