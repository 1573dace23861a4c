import { NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { deleteObjects, type ListedPage, listObjects, readObject } from './s3-objects.ts';

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

    /** A picture's bytes; undefined when it is gone. */
    async get(key: string): Promise<Uint8Array | undefined> {
      try {
        return (await readObject(s3, { Bucket: bucket, Key: key })).content;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    /** One page of the pictures under a prefix; of every user's, if it is empty. */
    list: (prefix: string, after?: string): Promise<ListedPage> => listObjects(s3, bucket, prefix, after),

    /** Deletes pictures by their names. One that is not there is fine. */
    remove: (keys: string[]): Promise<void> => deleteObjects(s3, bucket, keys),

    /** Deletes every object under a version's prefix, and gives their number. Repeating it is harmless. */
    async removeAll(prefix: string): Promise<number> {
      let removed = 0;
      // Listed rather than computed: whatever lies under the prefix must go, also what an older release wrote there.
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const { objects, nextAfter } = await listObjects(s3, bucket, prefix, after);
        await deleteObjects(
          s3,
          bucket,
          objects.map(({ key }) => key),
        );
        removed += objects.length;
        after = nextAfter;
      }
      return removed;
    },
  };
}

export type PhotoStore = ReturnType<typeof photoStore>;
