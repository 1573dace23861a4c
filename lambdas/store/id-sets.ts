import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionMet } from './conditional-write.ts';

/** Items that hold a set of user ids, `user_ids`, for what several users may share: an e-mail address, its hashes. Part of `users.ts`. */
export function idSets(db: DynamoDBDocumentClient, TableName: string) {
  return {
    /** Adds a user; adding one again is harmless. */
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

    /** Takes a user off; an item that is nobody's any more goes. False when they were not on it. */
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
      // An attribute that holds a set goes with its last member.
      const isNobodys = { ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(user_ids)' };
      await conditionMet(db.send(new DeleteCommand({ TableName, Key: { id }, ...isNobodys })));
      return wasThere;
    },
  };
}
