import { type Outcome, outcomeOf } from './service-answers.ts';

export interface Parcel {
  image: Blob;
  /** In the pixels of `image`, upright; without it the whole picture is meant. */
  crop: { x: number; y: number; side: number } | undefined;
}

/** Not `fetch`, which does not tell how much of a body is sent. */
export function sendPhoto(
  token: string,
  parcel: Parcel,
  onProgress: (sentFraction: number) => void,
  signal: AbortSignal,
): Promise<Outcome<{ uploadId: string }>> {
  const form = new FormData();
  form.append('image', parcel.image, 'photo');
  if (parcel.crop) {
    form.append('crop_x', String(parcel.crop.x));
    form.append('crop_y', String(parcel.crop.y));
    form.append('crop_w', String(parcel.crop.side));
  }
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/users.setPhoto');
    request.setRequestHeader('authorization', `Bearer ${token}`);
    // The page follows the upload itself, so the answer need not wait for the end.
    request.setRequestHeader('prefer', 'respond-async');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const outcome = outcomeOf(request.status, request.getResponseHeader('retry-after'), parsed(request.responseText));
      const uploadId = request.getResponseHeader('x-upload-id');
      if (!outcome.ok) return done(outcome);
      done(
        uploadId === null ? { ok: false, trouble: { kind: 'broken', status: 200 } } : { ok: true, value: { uploadId } },
      );
    };
    const lost = () => done({ ok: false, trouble: { kind: 'offline' } });
    request.onerror = lost;
    request.onabort = lost;
    request.ontimeout = lost;
    request.timeout = MAX_SECONDS * 1000;
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** A minute more than API Gateway would wait for a slow phone. */
const MAX_SECONDS = 90;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
