import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Raw uploads in S3, as they came. Never served; the bucket expires them. */
export function rawStore(s3: S3Client, bucket: string) {
  return {
    async put(key: string, bytes: Uint8Array): Promise<void> {
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/octet-stream' }),
      );
    },

    /** The file's bytes; undefined when it is gone (expired, or erased with its user). */
    async get(key: string): Promise<Uint8Array | undefined> {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

export type RawStore = ReturnType<typeof rawStore>;
