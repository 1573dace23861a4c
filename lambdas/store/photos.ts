import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** A year: a photo's name is never used for another picture. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable';

/** Published pictures in S3, behind the CDN. */
export function photoStore(s3: S3Client, bucket: string) {
  return {
    async put(key: string, bytes: Uint8Array, mediaType: string): Promise<void> {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bytes,
          ContentType: mediaType,
          CacheControl: CACHE_CONTROL,
        }),
      );
    },

    /** Deletes every object under a version's prefix. Repeating it is harmless. */
    async removeAll(prefix: string): Promise<void> {
      // Listed rather than computed: whatever lies under the prefix must go, also what an older release wrote there.
      for (let page: string | undefined, more = true; more; more = page !== undefined) {
        const listed = await s3.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: page }),
        );
        const keys = (listed.Contents ?? []).map(({ Key }) => ({ Key }));
        if (keys.length > 0) {
          const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys } }));
          if (Errors?.[0] !== undefined) throw new Error(`could not delete ${Errors[0].Key}: ${Errors[0].Code}`);
        }
        page = listed.NextContinuationToken;
      }
    },
  };
}

export type PhotoStore = ReturnType<typeof photoStore>;
