import { type ApiClient, SESSION_OVER, type UploadPath } from './api-client.ts';
import { type Outcome, outcomeOf } from './api-responses.ts';

export interface PhotoUpload {
  image: Blob;
  /** In the pixels of `image`, upright; without it the whole picture is meant. */
  crop: { x: number; y: number; side: number } | undefined;
  /** Our own API's for what this browser cannot show. */
  path: UploadPath;
}

/** Not `fetch`, which does not tell how much of a body is sent. */
export async function sendPhoto(
  { token }: Pick<ApiClient, 'token'>,
  upload: PhotoUpload,
  onProgress: (sentFraction: number) => void,
  signal: AbortSignal,
): Promise<Outcome<{ uploadId: string }>> {
  const form = new FormData();
  form.append('image', upload.image, 'photo');
  if (upload.crop) {
    form.append('crop_x', String(upload.crop.x));
    form.append('crop_y', String(upload.crop.y));
    form.append('crop_w', String(upload.crop.side));
  }
  const bearer = await token();
  if (bearer === undefined) return SESSION_OVER;
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('POST', upload.path);
    request.setRequestHeader('authorization', `Bearer ${bearer}`);
    // The page follows the upload itself, so the answer need not wait for the end.
    request.setRequestHeader('prefer', 'respond-async');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const outcome = outcomeOf(request.status, request.getResponseHeader('retry-after'), parsed(request.responseText));
      const uploadId = request.getResponseHeader('x-upload-id');
      if (!outcome.ok) return done(outcome);
      done(
        uploadId === null ? { ok: false, error: { kind: 'broken', status: 200 } } : { ok: true, value: { uploadId } },
      );
    };
    const lost = () => done({ ok: false, error: { kind: 'offline' } });
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
