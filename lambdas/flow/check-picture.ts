import { type CheckedPicture, isTypeOf, MEDIA_TYPE, type RequestedCrop } from '../core/photo.ts';
import type { CropRefusal, FormRefusal, PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';
import { inspect } from '../image/inspect.ts';
import { plan } from '../image/render-plan.ts';

export interface PictureToCheck {
  bytes: Uint8Array;
  /** The source's limits in this deployment. */
  policy: UploadPolicy;
  crop?: RequestedCrop;
  /** The media type that the picture came with, where it has to be the right one. */
  contentType?: string;
}

/** What a check says. */
export type CheckOutcome = Result<CheckedPicture, PictureRefusal | CropRefusal | FormRefusal>;

/** Whether a picture can become a photo: a full bounded decode, which calls nobody. */
export async function checkPicture({ bytes, policy, crop, contentType }: PictureToCheck): Promise<CheckOutcome> {
  const inspected = await inspect(bytes, policy);
  if (!inspected.ok) return inspected;
  const { format } = inspected.value;
  if (contentType !== undefined && !isTypeOf(contentType, format)) {
    return refused({ code: 'content-type-wrong', contentType, found: MEDIA_TYPE[format] });
  }
  const planned = plan(inspected.value, policy.frame, crop);
  return planned.ok ? accepted({ format, master: planned.value.master }) : planned;
}
