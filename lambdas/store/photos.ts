import { NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { deleteObjects, type ListedPage, listObjects, readObject } from './s3-objects.ts';

/** A year, because a photo's name is never used for another picture. */
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

    /** A picture's bytes; undefined if it is gone. */
    async get(key: string): Promise<Uint8Array | undefined> {
      try {
        return (await readObject(s3, { Bucket: bucket, Key: key })).content;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    /** One page of the pictures under a prefix. An empty prefix means all users. */
    list: (prefix: string, after?: string): Promise<ListedPage> => listObjects(s3, bucket, prefix, after),

    /** Deletes pictures by name. Missing ones are fine. */
    remove: (keys: string[]): Promise<void> => deleteObjects(s3, bucket, keys),

    /** Deletes every object under a prefix and returns their number. Repeating it does no harm. */
    async removeAll(prefix: string): Promise<number> {
      let removed = 0;
      // Listed and not computed: everything under the prefix must go, even from older releases.
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
