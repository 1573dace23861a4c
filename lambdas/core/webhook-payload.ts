import { photoPath, squareSide } from './object-keys.ts';
import type { NamedPhoto } from './photo.ts';
import { type SizeSet, squareSidesOf } from './stored-sizes.ts';
import type { WebhookEvent } from './webhook.ts';

/** A photo event, as the topic has it: ids and times, but no URL and nothing that names a person. */
export interface ReportedEvent {
  type: WebhookEvent;
  userId: string;
  number: number;
  uploadId?: string;
  /** Why an upload was refused or failed. */
  reason?: string;
  photo?: NamedPhoto;
  /** ISO 8601 UTC. */
  at: string;
}

/**
 * The body of a webhook message, laid out as the Standard Webhooks specification says: `type`, `timestamp`, `data`.
 * `data` is the photo event with the URLs that follow from it. At most 2 KB.
 * @param baseUrl where the service is, without a trailing slash
 */
export function webhookPayload(event: ReportedEvent, baseUrl: string, sizeSets: readonly SizeSet[]): string {
  const { type, userId, number, uploadId, reason, photo, at } = event;
  return JSON.stringify({
    type,
    timestamp: at,
    data: {
      user_id: userId,
      number,
      ...(uploadId !== undefined && { upload_id: uploadId }),
      ...(reason !== undefined && { reason }),
      ...(photo && {
        version: photo.version,
        format: photo.format,
        width_px: photo.widthPx,
        height_px: photo.heightPx,
        urls: urlsOf(userId, photo, baseUrl, sizeSets),
      }),
      // It redirects to whatever photo is shown.
      ...(type !== 'user.erased' && { photo_url: `${baseUrl}/v1/users/${userId}/photo` }),
      ...(uploadId !== undefined && { status_url: `${baseUrl}/v1/uploads/${uploadId}` }),
    },
  });
}

/** URLs of the whole photo, and of each square by its side in pixels. */
function urlsOf(userId: string, photo: NamedPhoto, baseUrl: string, sizeSets: readonly SizeSet[]) {
  const sides = [...new Set(squareSidesOf(sizeSets).map((sidePx) => squareSide(photo, sidePx)))];
  const path = (suffix: string): string => baseUrl + photoPath(userId, photo, suffix);
  return {
    original: path('original'),
    ...Object.fromEntries(sides.map((sidePx) => [String(sidePx), path(String(sidePx))])),
  };
}
