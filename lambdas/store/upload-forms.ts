import type { S3Client } from '@aws-sdk/client-s3';
import { directKey, type Ticket } from '../core/ticket.ts';
import { signForm } from './post-policy.ts';

/** A form that sends a file straight to S3, as `multipart/form-data`: these fields first, the file last. */
export interface UploadForm {
  url: string;
  fields: Record<string, string>;
}

/** Forms that S3 accepts because the function's role has signed them. Each is for one key, one type and one length. */
export function uploadForms(s3: S3Client, bucket: string) {
  return {
    async sign(ticket: Ticket): Promise<UploadForm> {
      const [credentials, region, url] = await Promise.all([
        s3.config.credentials(),
        s3.config.region(),
        bucketUrl(s3, bucket),
      ]);
      const named = { key: directKey(ticket), 'Content-Type': ticket.mediaType };
      const signed = signForm(
        {
          expiration: ticket.expiresAt,
          conditions: [
            { bucket },
            ...Object.entries(named).map(([name, value]) => ({ [name]: value })),
            ['content-length-range', ticket.bytes, ticket.bytes],
          ],
        },
        { ...credentials, region },
        Date.parse(ticket.issuedAt),
      );
      return { url, fields: { ...named, ...signed } };
    },
  };
}

export type UploadForms = ReturnType<typeof uploadForms>;

/** The SDK's own URL of the bucket. On a laptop it is the clients' endpoint, with the bucket in the path. */
async function bucketUrl({ config }: S3Client, bucket: string): Promise<string> {
  const { endpointProvider } = config;
  const custom = process.env.AWS_ENDPOINT_URL_S3;
  const { url } = endpointProvider({
    Bucket: bucket,
    Region: await config.region(),
    ...(custom !== undefined && { Endpoint: custom, ForcePathStyle: true }),
  });
  return url.toString();
}
