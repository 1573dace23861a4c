import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Photo } from '../core/photo.ts';

/** An event for subscribers of the topic. Names, never URLs. `number` orders a user's events. */
type PhotoEvent =
  | { type: 'photo.published'; userId: string; uploadId: string; number: number; photo: Photo }
  | { type: 'photo.restored'; userId: string; number: number; photo: Photo }
  | { type: 'photo.deleted'; userId: string; number: number }
  | { type: 'user.erased'; userId: string; number: number }
  /** Acknowledged uploads that will not be shown. `reason` is from their row. */
  | { type: 'upload.refused' | 'upload.failed'; userId: string; uploadId: string; number: number; reason: string };

/** The photo events topic. At least once: subscribers know repeats by type, user and number. `at`: ISO 8601 UTC. */
export function photoEvents(sns: SNSClient, topicArn: string) {
  return {
    async publish(event: PhotoEvent): Promise<void> {
      const { type, userId, number } = event;
      const upload = 'uploadId' in event && { upload_id: event.uploadId };
      const reason = 'reason' in event && { reason: event.reason };
      const shown = 'photo' in event && {
        version: event.photo.version,
        format: event.photo.format,
        width_px: event.photo.widthPx,
        height_px: event.photo.heightPx,
      };
      const at = new Date().toISOString();
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Message: JSON.stringify({ type, user_id: userId, number, ...upload, ...reason, ...shown, at }),
          MessageAttributes: { type: { DataType: 'String', StringValue: type } },
        }),
      );
    },
  };
}

export type PhotoEvents = ReturnType<typeof photoEvents>;
