import { contextOf, toBlob } from './draw-scaled.ts';
import { element, onPress, showProblem } from './element.ts';

/** The camera's dialog. `onPhoto` gets the photo; nothing is sent or stored. */
export function bindCamera(onPhoto: (file: Blob) => void): void {
  const dialog = element('camera', HTMLDialogElement);
  const video = element('camera-video', HTMLVideoElement);
  const take = element('camera-take', HTMLButtonElement);
  let stream: MediaStream | undefined;

  const close = () => {
    end(stream);
    stream = undefined;
    video.srcObject = null;
    if (dialog.open) dialog.close();
  };
  const open = async () => {
    showProblem('camera-problem', undefined);
    take.disabled = true;
    dialog.showModal();
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: CONSTRAINTS });
      // The person may have closed the dialog while the browser asked for permission.
      if (!dialog.open) return end(opened);
      stream = opened;
      video.srcObject = opened;
      await video.play();
      take.disabled = false;
      take.focus();
    } catch (error) {
      showProblem('camera-problem', messageFor(error instanceof Error ? error.name : ''));
    }
  };

  const opener = onPress('open-camera', () => void open());
  // Without https, browsers have no camera API at all.
  opener.hidden = navigator.mediaDevices === undefined;
  onPress('camera-cancel', close);
  dialog.addEventListener('close', close);
  onPress('camera-take', () => {
    void still(video).then((photo) => {
      close();
      onPhoto(photo);
    });
  });
}

function end(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

const CONSTRAINTS = { facingMode: 'user', width: { ideal: 1920 }, height: { ideal: 1920 } };

/** The picture as others see the person, not mirrored as in the dialog. */
function still(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  contextOf(canvas).drawImage(video, 0, 0);
  return toBlob(canvas, 'image/jpeg', 0.95);
}

const messageFor = (name: string): string =>
  name === 'NotAllowedError'
    ? 'The browser does not let this page use the camera. You can allow it in the address bar.'
    : 'No camera could be opened.';
