import { photoPath, squareSide } from './object-keys.ts';
import type { NamedPhoto } from './photo.ts';
import { type SizeSet, squareSidesOf } from './stored-sizes.ts';
import type { WebhookEvent } from './webhook.ts';

/** A photo event, as the topic tells it: ids and times, no address, and nothing that names a person. */
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
 * The body of a message, as the Standard Webhooks specification lays one out: `type`, `timestamp`, `data`. The data are the photo event's,
 * with the addresses that follow from them. Two KB at the most.
 * @param baseUrl where the service is, without a slash at its end
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
      // Where the photo is whatever it is: it redirects.
      ...(type !== 'user.erased' && { photo_url: `${baseUrl}/v1/users/${userId}/photo` }),
      ...(uploadId !== undefined && { status_url: `${baseUrl}/v1/uploads/${uploadId}` }),
    },
  });
}

/** The whole photo, and each square that there is of it, by its side in pixels. */
function urlsOf(userId: string, photo: NamedPhoto, baseUrl: string, sizeSets: readonly SizeSet[]) {
  const sides = [...new Set(squareSidesOf(sizeSets).map((sidePx) => squareSide(photo, sidePx)))];
  const path = (suffix: string): string => baseUrl + photoPath(userId, photo, suffix);
  return {
    original: path('original'),
    ...Object.fromEntries(sides.map((sidePx) => [String(sidePx), path(String(sidePx))])),
  };
}
