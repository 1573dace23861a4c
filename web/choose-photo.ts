import { bindCamera } from './camera.ts';
import { element, onPress } from './element.ts';

/** Every way to choose a photo: drop, paste, pick, camera. `isOpen`: whether the page takes one now. */
export function bindChoice(isOpen: () => boolean, onFile: (file: File) => void): void {
  const input = element('file', HTMLInputElement);
  onPress('pick', () => input.click());
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    // So that the same file can be picked again.
    input.value = '';
    if (file) onFile(file);
  });

  document.addEventListener('paste', (event) => {
    const file = pictureAmong(event.clipboardData?.files);
    if (!file || !isOpen()) return;
    event.preventDefault();
    onFile(file);
  });

  // On the whole page: a photo dropped beside the stage would otherwise replace the page.
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.toggle('dropping', isOpen());
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    const file = pictureAmong(event.dataTransfer?.files) ?? event.dataTransfer?.files[0];
    if (file && isOpen()) onFile(file);
  });

  bindCamera((photo) => onFile(new File([photo], 'camera.jpg', { type: photo.type })));
}

const pictureAmong = (files: FileList | undefined): File | undefined =>
  [...(files ?? [])].find(({ type }) => type.startsWith('image/'));
