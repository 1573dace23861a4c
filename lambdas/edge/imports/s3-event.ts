import * as z from 'zod/mini';

/** S3's event notification, version 2.x, as far as it is read. The rest may change without harm. */
const Notification = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({
          key: z.string().check(z.minLength(1)),
          eTag: z.optional(z.string().check(z.minLength(1))),
          sequencer: z.string().check(z.regex(/^[0-9A-Fa-f]{1,64}$/)),
        }),
      }),
    }),
  ),
});

/** What S3 sends once, when the notification is set up. */
const TestEvent = z.object({ Event: z.literal('s3:TestEvent') });

export interface CreatedObject {
  bucket: string;
  key: string;
  sequencer: string;
  /** As HTTP spells it, in quotes; absent where an event has none. */
  etag?: string;
}

/**
 * The objects that a message from S3 tells of: none for its test event, and for events that create nothing.
 * Undefined when the message is not from S3.
 */
export function readS3Event(message: unknown): CreatedObject[] | undefined {
  if (TestEvent.safeParse(message).success) return [];
  const notification = Notification.safeParse(message);
  if (!notification.success) return undefined;
  return notification.data.Records.filter(({ eventName }) => eventName.startsWith('ObjectCreated:')).map(({ s3 }) => ({
    bucket: s3.bucket.name,
    key: decodeKey(s3.object.key),
    sequencer: s3.object.sequencer,
    ...(s3.object.eTag !== undefined && { etag: `"${s3.object.eTag.replaceAll('"', '')}"` }),
  }));
}

/** Keys are encoded as in a form: a space is `+`, everything else outside of ASCII is percent-encoded UTF-8. */
const decodeKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));
