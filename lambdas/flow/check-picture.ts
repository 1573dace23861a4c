import { type CheckedPicture, isTypeOf, type RequestedCrop, SOURCE_MEDIA_TYPE } from '../core/photo.ts';
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
  /** The declared media type, if it has to be the right one. */
  contentType?: string;
}

export type CheckOutcome = Result<CheckedPicture, PictureRefusal | CropRefusal | FormRefusal>;

/** Whether a picture can become a photo: a full bounded decode, without a call. */
export async function checkPicture({ bytes, policy, crop, contentType }: PictureToCheck): Promise<CheckOutcome> {
  const inspected = await inspect(bytes, policy);
  if (!inspected.ok) return inspected;
  const { format } = inspected.value;
  if (contentType !== undefined && !isTypeOf(contentType, format)) {
    return refused({ code: 'content-type-wrong', contentType, found: SOURCE_MEDIA_TYPE[format] });
  }
  const planned = plan(inspected.value, policy.frame, crop);
  const { storedFormat } = inspected.value;
  return planned.ok ? accepted({ format: storedFormat, master: planned.value.master }) : planned;
}
