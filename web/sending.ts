import { announce, element, showView } from './element.ts';
import { followUpload } from './follow-upload.ts';
import type { FramingDesk } from './framing-desk.ts';
import { drawLook } from './looks.ts';
import { packParcel } from './pack-parcel.ts';
import { wordsForState } from './page-words.ts';
import { sendPhoto } from './send-photo.ts';
import type { DoorLimits, Outcome, Photos, Trouble } from './service-answers.ts';
import type { ServiceCalls } from './service-calls.ts';

/** How a send ended. */
export type Sent =
  | { kind: 'published'; photos: Photos; seconds: number }
  | { kind: 'not-sent'; trouble: Trouble }
  | { kind: 'not-shown'; words: string; photos: Photos | undefined }
  | { kind: 'stopped' };

/**
 * Sends what is framed and follows it until it is shown. The stage shows the photo meanwhile, with its real progress.
 * @param signal stops the sending; what the service has taken in is not taken back by that
 */
export async function sendFramed(
  desk: FramingDesk,
  token: string,
  service: ServiceCalls,
  limits: DoorLimits,
  signal: AbortSignal,
): Promise<Sent> {
  const picture = desk.picture();
  if (!picture) return { kind: 'stopped' };
  const square = desk.square();
  const beganMs = performance.now();
  drawLook(element('sending-picture', HTMLCanvasElement), 512, picture, square);
  showView('sending');
  showProgress('Preparing your photo', undefined);
  announce('Sending your photo.');
  const stop = element('stop-sending', HTMLButtonElement);
  stop.hidden = false;

  const parcel = await packParcel(picture, square, limits);
  const sent = await sendPhoto(
    token,
    parcel,
    (fraction) => {
      // What is sent cannot be called back.
      stop.hidden = fraction >= 1;
      if (fraction >= 1) showProgress('Sent. The service is at work', undefined);
      else showProgress(`Sending, ${Math.round(fraction * 100)}%`, fraction);
    },
    signal,
  );
  if (signal.aborted) return { kind: 'stopped' };
  if (!sent.ok) return { kind: 'not-sent', trouble: sent.trouble };

  announce('Sent. The service is at work.');
  const followed = await followUpload(() => service.uploadState(sent.value.uploadId));
  if (!followed.ok) return { kind: 'not-sent', trouble: followed.trouble };
  const photos = await service.photos();
  if (followed.value.state !== 'published') {
    return { kind: 'not-shown', words: wordsForState(followed.value), photos: photos.ok ? photos.value : undefined };
  }
  if (!photos.ok) return { kind: 'not-sent', trouble: photos.trouble };
  return { kind: 'published', photos: photos.value, seconds: await shownAfter(photos, beganMs) };
}

/** Seconds until the new photo was there from its final address, which is what others wait for. */
async function shownAfter(photos: Outcome<Photos>, beganMs: number): Promise<number> {
  const picture = element('published-picture', HTMLImageElement);
  const original = photos.ok ? photos.value.photo?.urls.original : undefined;
  if (original !== undefined) {
    picture.src = original;
    await picture.decode().catch(() => undefined);
  }
  return (performance.now() - beganMs) / 1000;
}

/** @param fraction undefined when nobody knows how far it is */
function showProgress(words: string, fraction: number | undefined): void {
  element('progress-label', HTMLElement).textContent = words;
  const bar = element('progress', HTMLProgressElement);
  if (fraction === undefined) bar.removeAttribute('value');
  else bar.value = fraction * 100;
}
