import {
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { deleteObjects, listObjects, readObject } from './s3-objects.ts';

/** An object as it was when it was read. */
export interface ImportObject {
  etag: string;
  /** ISO 8601 UTC; S3 gives whole seconds. */
  lastModified: string;
  bytes: number;
}

/** Files that people put into the imports bucket. */
export function importFiles(s3: S3Client, bucket: string) {
  return {
    /**
     * A file with its content. Without content if it has more than `maxBytes`: then nothing is read. Undefined if there
     * is none, or not with this ETag.
     */
    async get(
      key: string,
      maxBytes: number,
      etag?: string,
    ): Promise<(ImportObject & { content?: Uint8Array }) | undefined> {
      try {
        const wanted = { Bucket: bucket, Key: key, ...(etag !== undefined && { IfMatch: etag }) };
        const { content, ContentLength = 0, ...found } = await readObject(s3, wanted, maxBytes);
        return { ...described(found, ContentLength), ...(content && { content }) };
      } catch (error) {
        if (error instanceof NoSuchKey || isOther(error)) return undefined;
        throw error;
      }
    },

    async head(key: string): Promise<ImportObject | undefined> {
      try {
        const { ContentLength = 0, ...found } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return described(found, ContentLength);
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    /**
     * A part of a file; undefined if the file with this ETag was replaced or removed. `isLast`: the part reaches the
     * file's end.
     */
    async part(key: string, etag: string, fromByte: number, bytes: number): Promise<FilePart | undefined> {
      try {
        const { content = new Uint8Array(), ContentRange } = await readObject(s3, {
          Bucket: bucket,
          Key: key,
          Range: `bytes=${fromByte}-${fromByte + bytes - 1}`,
          IfMatch: etag,
        });
        const totalBytes = Number(ContentRange?.split('/')[1] ?? content.length);
        return { content, isLast: fromByte + content.length >= totalBytes };
      } catch (error) {
        if (error instanceof S3ServiceException) {
          const status = error.$metadata.httpStatusCode;
          // 416: there is nothing at that byte, as in an empty file.
          if (status === 416) return { content: new Uint8Array(), isLast: true };
          if (status === 412 || status === 404) return undefined;
        }
        throw error;
      }
    },

    /** Up to a thousand keys under a prefix, and where the next page begins. */
    async list(prefix: string, page?: string): Promise<{ keys: string[]; nextPage?: string }> {
      const { objects, nextAfter } = await listObjects(s3, bucket, prefix, page);
      return { keys: objects.map(({ key }) => key), ...(nextAfter !== undefined && { nextPage: nextAfter }) };
    },

    /** Deletes a file. Repeating it does no harm. */
    remove: (key: string): Promise<void> => deleteObjects(s3, bucket, [key]),

    async put(key: string, content: Uint8Array): Promise<void> {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
    },
  };
}

export type ImportFiles = ReturnType<typeof importFiles>;

/** The object is not the one named by `IfMatch`. */
const isOther = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;

interface FilePart {
  content: Uint8Array;
  isLast: boolean;
}

function described(found: { ETag?: string; LastModified?: Date }, bytes: number): ImportObject {
  if (found.ETag === undefined || found.LastModified === undefined) throw new Error('S3 gave no ETag or LastModified');
  return { etag: found.ETag, lastModified: found.LastModified.toISOString(), bytes };
}
