import type { ApiClient } from './api-client.ts';
import type { ApiError, Outcome, Photos, SourceLimits, UploadState } from './api-responses.ts';
import { keepUpload } from './draft-storage.ts';
import { announce, element, showView } from './element.ts';
import { messageForState } from './page-messages.ts';
import type { PhotoEditor } from './photo-editor.ts';
import { MEDIA_TYPES } from './picture-kind.ts';
import { prepareUpload } from './prepare-upload.ts';
import { drawPreview } from './previews.ts';
import { type PhotoUpload, sendPhoto } from './send-photo.ts';

/** How a send ended. */
export type Sent =
  | { kind: 'published'; photos: Photos; seconds: number | undefined }
  | { kind: 'not-sent'; error: ApiError }
  | { kind: 'not-shown'; message: string; photos: Photos | undefined }
  | { kind: 'stopped' };

/**
 * Sends what is framed and follows it until it is shown. Meanwhile the stage shows the photo with its real progress.
 * @param signal stops the sending, but takes back nothing that the service has accepted
 */
export async function sendFramed(
  editor: PhotoEditor,
  service: ApiClient,
  limits: SourceLimits,
  signal: AbortSignal,
): Promise<Sent> {
  const picture = editor.picture();
  const unseen = editor.unseen();
  if (!picture && !unseen) return { kind: 'stopped' };
  const square = editor.square();
  const beganMs = performance.now();
  const stage = element('sending-picture', HTMLCanvasElement);
  stage.hidden = !picture;
  if (picture) drawPreview(stage, 512, picture, square);
  showView('sending');
  showProgress('Preparing your photo', undefined);
  announce('Sending your photo.');
  const stop = element('stop-sending', HTMLButtonElement);
  stop.hidden = false;

  const upload: PhotoUpload = picture
    ? await prepareUpload(picture, square, limits)
    : { image: unseen ?? new Blob(), mediaType: MEDIA_TYPES.heic, crop: undefined };
  if (signal.aborted) return { kind: 'stopped' };
  const sent = await sendPhoto(
    service,
    upload,
    limits,
    (fraction) => {
      // What was sent cannot be taken back.
      stop.hidden = fraction >= 1;
      if (fraction >= 1) showProgress(AT_WORK, undefined);
      else showProgress(`Sending, ${Math.round(fraction * 100)}%`, fraction);
    },
    signal,
  );
  if (!sent.ok) return signal.aborted ? { kind: 'stopped' } : { kind: 'not-sent', error: sent.error };
  await keepUpload(sent.value.uploadId);
  return followSent(sent.value.uploadId, editor, service, beganMs);
}

/**
 * Follows an accepted upload. If it fails, the photo stays in the editor.
 * @param beganMs when the person pressed the button, by `performance.now()`; undefined if that was before a reload
 */
export async function followSent(
  uploadId: string,
  editor: PhotoEditor,
  service: ApiClient,
  beganMs?: number,
): Promise<Sent> {
  element('stop-sending', HTMLButtonElement).hidden = true;
  showProgress(AT_WORK, undefined);
  announce(`${AT_WORK}.`);
  const followed = await followUpload(() => service.uploadState(uploadId));
  if (!followed.ok) {
    // The service does not know this upload as this person's, so there is nothing to come back to.
    if (followed.error.kind === 'refused') await editor.keep();
    return { kind: 'not-sent', error: followed.error };
  }
  const { state } = followed.value;
  const photos = await service.photos();
  if (state !== 'published') {
    if (!UNDER_WAY.includes(state)) await editor.keep();
    return {
      kind: 'not-shown',
      message: messageForState(followed.value),
      photos: photos.ok ? photos.value : undefined,
    };
  }
  if (!photos.ok) return { kind: 'not-sent', error: photos.error };
  await showPublished(photos.value);
  const seconds = beganMs === undefined ? undefined : (performance.now() - beganMs) / 1000;
  return { kind: 'published', photos: photos.value, seconds };
}

const AT_WORK = 'Sent. The service is at work';

/** Resolves when the new photo has been loaded from its final URL, as others load it. */
async function showPublished({ photo }: Photos): Promise<void> {
  if (!photo?.urls.original) return;
  const picture = element('published-picture', HTMLImageElement);
  picture.src = photo.urls.original;
  await picture.decode().catch(() => undefined);
}

/** @param fraction undefined if the progress is unknown */
function showProgress(message: string, fraction: number | undefined): void {
  element('progress-label', HTMLElement).textContent = message;
  const bar = element('progress', HTMLProgressElement);
  if (fraction === undefined) bar.removeAttribute('value');
  else bar.value = fraction * 100;
}

const FIRST_POLL_MS = 120;
const MAX_PAUSE_MS = 1_000;
const MAX_FOLLOW_MS = 60_000;

/**
 * Polls until the upload has left the queue, for at most a minute. Without a network it polls again: the service
 * already has the photo.
 */
async function followUpload(poll: () => Promise<Outcome<UploadState>>): Promise<Outcome<UploadState>> {
  const untilMs = performance.now() + MAX_FOLLOW_MS;
  for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 1.3, MAX_PAUSE_MS)) {
    const seen = await poll();
    const isOver = seen.ok ? !UNDER_WAY.includes(seen.value.state) : !AGAIN.includes(seen.error.kind);
    if (isOver || performance.now() > untilMs) return seen;
    const waitMs = !seen.ok && seen.error.kind === 'limited' ? seen.error.seconds * 1000 : pauseMs;
    await new Promise((done) => setTimeout(done, waitMs));
  }
}

/** `waiting`: S3 has not reported the large photo yet. */
const UNDER_WAY = ['waiting', 'queued'];
const AGAIN = ['offline', 'broken', 'limited'];
