import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionMet } from './conditional-write.ts';

/**
 * Items with a set of user ids, `user_ids`: for what several users may share, which is an e-mail address and its
 * hashes.
 */
export function idSets(db: DynamoDBDocumentClient, TableName: string) {
  return {
    /** Adds a user. Repeating it does no harm. */
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

    /** Removes a user, and then an item without users. False if the user was not in it. */
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
      // DynamoDB removes an attribute whose set gets empty.
      const isNobodys = { ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(user_ids)' };
      await conditionMet(db.send(new DeleteCommand({ TableName, Key: { id }, ...isNobodys })));
      return wasThere;
    },
  };
}
