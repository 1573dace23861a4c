import type { Square } from './crop-plan.ts';
import { clearDraft, saveDraft, saveSquare } from './draft-storage.ts';
import { element, showProblem, showView } from './element.ts';
import { type Framing, startFraming } from './framing.ts';
import { bindFramingKeys, showZoom } from './framing-keys.ts';
import { openPicture, type Picture, whyUnreadable } from './open-picture.ts';
import { drawPreviews } from './previews.ts';

/** The photo in the editor: chosen, framed, not yet with the service. */
export interface PhotoEditor {
  /** Opens a photo to be framed. False when it cannot be read; the person was told then. */
  open: (file: File | Blob, draft?: { square: Square | undefined }) => Promise<boolean>;
  picture: () => Picture | undefined;
  /** undefined for the whole photo. */
  square: () => Square | undefined;
  /** Keeps what is in the editor for a reload, again: the service had it and could not use it. */
  keep: () => Promise<void>;
  /** Takes the photo out of the editor, and out of what a reload would bring back. */
  clear: () => void;
}

export function photoEditor(): PhotoEditor {
  let picture: Picture | undefined;
  let framing: Framing | undefined;
  let drawing = 0;
  const modes = document.querySelectorAll<HTMLInputElement>('input[name="mode"]');
  const isWhole = () => [...modes].some(({ checked, value }) => checked && value === 'whole');
  const square = () => (isWhole() ? undefined : framing?.square());

  const redraw = () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(() => {
      if (!picture || !framing) return;
      drawPreviews(picture, square());
      showZoom(framing.zoom());
      showProblem('send-problem', undefined);
      saveSquare(square());
    });
  };
  const showMode = () => {
    const whole = isWhole();
    element('framing-whole', HTMLElement).hidden = !whole;
    element('framing-crop', HTMLElement).hidden = whole;
    element('zoom-tools', HTMLElement).inert = whole;
    element('nudge', HTMLElement).inert = whole;
    redraw();
  };
  for (const mode of modes) mode.addEventListener('change', showMode);
  bindFramingKeys(() => framing);

  const clear = () => {
    framing?.end();
    picture?.close();
    framing = undefined;
    picture = undefined;
    element('framing-whole', HTMLElement).replaceChildren();
  };

  return {
    async open(file, draft) {
      showProblem('choose-problem', undefined);
      const opened = await openPicture(file);
      if (!opened) {
        showProblem('choose-problem', whyUnreadable({ name: file instanceof File ? file.name : '', type: file.type }));
        return false;
      }
      clear();
      picture = opened;
      if (!draft) await saveDraft(file);
      for (const mode of modes) mode.checked = mode.value === (draft && !draft.square ? 'whole' : 'crop');
      element('picture-line', HTMLElement).textContent =
        `${opened.widthPx} × ${opened.heightPx} pixels, ${megabytes(file.size)}`;
      // cropperjs measures the stage, so both have to be there.
      showView('framing');
      element('framing-crop', HTMLElement).hidden = false;
      framing = await startFraming(element('framing-crop', HTMLElement), opened, draft?.square, redraw);
      const whole = new Image();
      whole.src = opened.workUrl;
      whole.alt = 'The whole of it';
      element('framing-whole', HTMLElement).replaceChildren(whole);
      showMode();
      return true;
    },
    picture: () => picture,
    square,
    async keep() {
      if (!picture) return clearDraft();
      await saveDraft(picture.file);
      saveSquare(square());
    },
    clear() {
      clear();
      void clearDraft();
    },
  };
}

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
