import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { FILES_IN_BUCKET } from './resource-types.ts';
import type { Stack } from './stack.ts';

/**
 * Puts files into buckets as the template's bucket deployments would, one deployment after the other.
 * @param assetDir the folder of an asset, by its object key
 * @throws Error for an option of a deployment that is not known here, and for a file of an unknown kind
 */
export async function putBucketFiles(stack: Stack, assetDir: (key: string) => string, s3: S3Client): Promise<void> {
  for (const { properties } of stack.ofType(FILES_IN_BUCKET, deploymentSchema)) {
    const { DestinationBucketName: Bucket, SystemMetadata: metadata } = properties;
    for (const folder of properties.SourceObjectKeys.map(assetDir)) {
      await Promise.all(
        filesOf(folder).map((key) =>
          s3.send(
            new PutObjectCommand({
              Bucket,
              Key: key,
              Body: readFileSync(join(folder, key)),
              ContentType: contentTypeOf(key),
              CacheControl: metadata['cache-control'],
            }),
          ),
        ),
      );
    }
  }
}

/** Strict: a property that does something else on AWS must not be ignored. */
const deploymentSchema = z.strictObject({
  ServiceToken: z.string(),
  SourceBucketNames: z.array(z.string()),
  SourceObjectKeys: z.array(z.string()),
  DestinationBucketName: z.string(),
  Prune: z.literal(false, { error: 'files are only added on a laptop' }),
  SystemMetadata: z.strictObject({ 'cache-control': z.string().optional() }).default({}),
  // About the answer to CloudFormation, which nobody reads here.
  WaitForDistributionInvalidation: z.unknown(),
  OutputObjectKeys: z.unknown(),
});

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

/** As the AWS CLI guesses them, which fills the bucket on AWS (Python's `mimetypes`). */
const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

function contentTypeOf(key: string): string {
  const found = CONTENT_TYPES[extname(key)];
  if (found === undefined) throw new Error(`${key}: the laptop run knows no content type for such a file`);
  return found;
}
