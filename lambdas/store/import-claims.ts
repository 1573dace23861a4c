import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type ImportFile, rankOf, rowId } from '../core/import-batch.ts';
import { conditionMet } from './conditional-write.ts';
import {
  type BatchClaim,
  CLAIMS_PREFIX,
  claimSortKey,
  type ImportBatchTable,
  readClaimItem,
} from './import-batch-item.ts';

/** Which row of a batch has a user: one at a time, with the uploads that came of it. */
export const importClaims = ({ db, table, expiresAtSeconds, read, items }: ImportBatchTable) => ({
  async claimOf(batch: string, userId: string): Promise<BatchClaim | undefined> {
    const item = await read(batch, claimSortKey(userId));
    return item && readClaimItem(item);
  },

  /**
   * Takes a user for a row, from any other, and records the upload. False if the claim has changed since it was read.
   */
  claim: (file: ImportFile, userId: string, uploadId: string, before: BatchClaim | undefined): Promise<boolean> => {
    const isTakeover = before !== undefined && before.holder !== rowId(file);
    const { manifest, place } = rankOf(file);
    return conditionMet(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { batch: file.batch, file: claimSortKey(userId) },
          UpdateExpression: `SET holder = :holder, manifest = :manifest, place = :place, expires_at = :expires ADD upload_ids :uploads${isTakeover ? ', ousted :ousted' : ''}`,
          ConditionExpression: before === undefined ? 'attribute_not_exists(holder)' : 'holder = :before',
          ExpressionAttributeValues: {
            ':holder': rowId(file),
            ':manifest': manifest,
            ':place': place,
            ':expires': expiresAtSeconds(),
            ':uploads': new Set([uploadId]),
            ...(before && { ':before': before.holder }),
            ...(isTakeover && { ':ousted': new Set([before.holder]) }),
          },
        }),
      ),
    );
  },

  /** Every user for whom the batch had a photo, page by page. */
  async *claims(batch: string): AsyncGenerator<BatchClaim[]> {
    for await (const page of items(batch, 'begins_with(#file, :claims)', { ':claims': CLAIMS_PREFIX })) {
      yield page.map(readClaimItem);
    }
  },
});
