import { HeadObjectCommand, NoSuchKey, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { deleteObjects, type ListedPage, listObjects, readObject } from './s3-objects.ts';

/** Raw uploads in S3, as they came. Never served. The bucket expires them. */
export function rawStore(s3: S3Client, bucket: string) {
  return {
    async put(key: string, bytes: Uint8Array): Promise<void> {
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/octet-stream' }),
      );
    },

    /** The file's bytes; undefined if it is gone (expired, or erased with its user). */
    async get(key: string): Promise<Uint8Array | undefined> {
      try {
        return (await readObject(s3, { Bucket: bucket, Key: key })).content;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async has(key: string): Promise<boolean> {
      try {
        await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return true;
      } catch (error) {
        if (error instanceof NotFound) return false;
        throw error;
      }
    },

    list: (prefix: string, after?: string): Promise<ListedPage> => listObjects(s3, bucket, prefix, after),

    /** Deletes up to a thousand files. Repeating it does no harm. */
    remove: (keys: string[]): Promise<void> => deleteObjects(s3, bucket, keys),
  };
}

export type RawStore = ReturnType<typeof rawStore>;
