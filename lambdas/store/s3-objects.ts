import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';

/** An object in a listing. */
export interface ListedObject {
  key: string;
  /** Milliseconds since 1970. */
  modifiedMs: number;
}

/** One page of a bucket's listing: at most a thousand objects, in the order of their keys. */
export interface ListedPage {
  objects: ListedObject[];
  /** The key to continue after; absent on the last page. */
  nextAfter?: string;
}

/** The objects under a prefix whose keys come after `after`. */
export async function listObjects(s3: S3Client, bucket: string, prefix: string, after?: string): Promise<ListedPage> {
  // By key and not by S3's token: objects may be deleted meanwhile, and a key means the same tomorrow.
  const { Contents, IsTruncated } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after }),
  );
  const objects = (Contents ?? []).flatMap(({ Key, LastModified }) =>
    Key === undefined ? [] : [{ key: Key, modifiedMs: LastModified?.getTime() ?? 0 }],
  );
  const last = objects.at(-1)?.key;
  return { objects, ...(IsTruncated && last !== undefined && { nextAfter: last }) };
}

/** An object as S3 describes it, with its content if that was read. */
type ReadObject = Omit<GetObjectCommandOutput, 'Body'> & { content?: Uint8Array };

/** How often an object is read whose content breaks off. */
const BODY_TRIES = 3;

/**
 * Reads an object, but not its content if that has more than `maxBytes`. Repeats if the content breaks off: the SDK's
 * own retries end where the content begins, and a failed job would wait a minute for its next delivery.
 * @throws what the SDK throws: `NoSuchKey` if there is no such object
 */
export async function readObject(
  s3: S3Client,
  wanted: GetObjectCommandInput,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<ReadObject> {
  for (let attempt = 1; ; attempt++) {
    const { Body, ...found } = await s3.send(new GetObjectCommand(wanted));
    if ((found.ContentLength ?? 0) > maxBytes) {
      // Closes the connection, so that the rest is not sent.
      await Body?.transformToWebStream().cancel();
      return found;
    }
    try {
      const content = await Body?.transformToByteArray();
      return { ...found, ...(content && { content }) };
    } catch (error) {
      if (attempt === BODY_TRIES) throw error;
    }
  }
}

/** Deletes up to a thousand objects. Missing ones are fine. @throws if one could not be deleted */
export async function deleteObjects(s3: S3Client, bucket: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  const Objects = keys.map((Key) => ({ Key }));
  const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
  if (Errors?.[0] !== undefined) throw new Error(`could not delete ${Errors[0].Key}: ${Errors[0].Code}`);
}
