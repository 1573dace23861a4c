import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { keyedUploadId, photoOf, type UploadState } from '../../core/change.ts';
import type { User } from '../../core/user.ts';
import type { AcknowledgedPhoto, ChangeFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { v1Refusal } from './error-messages.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { photoBody } from './photo-body.ts';
import { preferenceApplied, readPreferences } from './preferences.ts';
import { rateLimited, withRateLimit } from './rate-limit.ts';
import { v1Json } from './response.ts';
import type { SetPhotoBody } from './schemas.ts';
import { readSentPhoto } from './sent-photo.ts';

/** Whose photo changes, and in whose name: limits and `Idempotency-Key`s are the changer's. */
export interface PhotoChange {
  user: User;
  changer: string;
  /** The row of an upload that may have come before, where it is looked for already. */
  repeat?: ReturnType<ChangeFlows['findRepeat']> | undefined;
}

/**
 * `POST /v1/photo`: takes a photo. 202 once it is safe, with the place that tells what becomes of it; 200 when the caller waited and it is
 * shown. The headers are looked at first, then what they say of the body, so that a mistake costs nothing.
 */
export async function setPhotoByV1(
  request: Request,
  { user, changer, repeat }: PhotoChange,
  flows: ChangeFlows,
): Promise<HttpResponse> {
  const preferences = readPreferences(request);
  if (!preferences.ok) return v1Refusal(preferences.refusal);
  const key = readIdempotencyKey(request);
  if (!key.ok) return v1Refusal(key.refusal);
  const sent = readSentPhoto(request);
  if (!sent.ok) return v1Refusal(sent.refusal);

  const uploadId = key.value === undefined ? undefined : keyedUploadId(changer, key.value);
  const row = await (repeat ?? findRepeat(request, changer, flows));
  // Beside each other, since the check calls nobody; but it takes a while, and whoever is beyond their limit is not worth it.
  const checked = flows.hasNoChanges(changer) ? undefined : flows.checkPicture({ ...sent.value, source: 'v1' });
  checked?.catch(() => undefined);
  const change = { userId: changer, id: uploadId ?? request.id, isRepeat: row !== undefined };
  const rateLimit = await flows.consumeChange(change);
  if (!rateLimit.allowed) return rateLimited(rateLimit, Date.now() / 1000);

  const { waitSeconds } = preferences.value;
  const set = await flows.setPhoto({
    ...sent.value,
    userId: user.id,
    source: 'v1',
    ...(checked && { checked }),
    maxWaitMs: (waitSeconds ?? 0) * 1_000,
    ...(uploadId !== undefined && { repeatable: { uploadId, digest: sha256(sent.value.bytes), row, user } }),
  });
  if (!set.ok) return withRateLimit(v1Refusal(set.refusal), rateLimit);
  const state = stateOf(set.value);
  const isDone = waitSeconds !== undefined && state === 'published';
  const statusUrl = `${request.baseUrl}/v1/uploads/${set.value.uploadId}`;
  const { published_at, ...photo } = photoBody(
    request.baseUrl,
    user.id,
    photoOf(set.value.shownBy ?? user, set.value.photo.number) ?? set.value.photo,
    flows.serviceLimits.sizeSets,
  );
  const body: z.infer<typeof SetPhotoBody> = {
    upload_id: set.value.uploadId,
    state,
    status_url: statusUrl,
    photo: { ...photo, ...(state === 'published' && { published_at }) },
  };
  const headers = {
    'x-upload-id': set.value.uploadId,
    ...(!isDone && { Location: statusUrl }),
    ...preferenceApplied(preferences.value, isDone),
  };
  return withRateLimit(v1Json(isDone ? 200 : 202, body, headers), rateLimit);
}

/** The row of an upload that its `Idempotency-Key` says may have come before; undefined where there is no such key. */
export function findRepeat(
  request: Request,
  changer: string,
  flows: ChangeFlows,
): ReturnType<ChangeFlows['findRepeat']> | undefined {
  const key = readIdempotencyKey(request);
  if (!key.ok || key.value === undefined) return undefined;
  const found = flows.findRepeat(keyedUploadId(changer, key.value));
  // What goes wrong is told to whoever waits for it; nobody may.
  found.catch(() => undefined);
  return found;
}

/** As the row said, unless the wait saw more. */
function stateOf({ state, shownBy, photo }: AcknowledgedPhoto): UploadState {
  if (state !== 'queued' || shownBy === undefined) return state;
  return photoOf(shownBy, photo.number) === undefined ? 'superseded' : 'published';
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
