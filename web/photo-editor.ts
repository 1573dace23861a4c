import type { SourceLimits } from './api-responses.ts';
import { type Square, type Turn, turnedSquare } from './crop-plan.ts';
import { clearDraft, saveDraft, saveSquare } from './draft-storage.ts';
import { announce, element, showProblem, showView } from './element.ts';
import { type Framing, startFraming } from './framing.ts';
import { bindFramingKeys, showZoom } from './framing-keys.ts';
import { openPicture, type Picture, whyUnreadable } from './open-picture.ts';
import { pictureKind } from './picture-kind.ts';
import { mostBytes } from './prepare-upload.ts';
import { drawPreviews } from './previews.ts';
import { turnedFile } from './turn-photo.ts';
import { whyNotTaken } from './why-not-taken.ts';

/** The photo in the editor: chosen and framed, but not yet with the service. */
export interface PhotoEditor {
  /** Opens a photo for framing. False if it cannot be read or would be refused; the person has been told. */
  open: (file: File | Blob, draft?: { square: Square | undefined }) => Promise<boolean>;
  picture: () => Picture | undefined;
  /** A HEIC that this browser cannot show but the service accepts. Then there is no picture. */
  unseen: () => Blob | undefined;
  /** Undefined for the whole photo. */
  square: () => Square | undefined;
  /** Stores the editor's content for a reload again: the service had the photo and could not use it. */
  keep: () => Promise<void>;
  /** Removes the photo from the editor and from what a reload brings back. */
  clear: () => void;
}

/** @param limits the service's, once they are known */
export function photoEditor(limits: () => SourceLimits | undefined): PhotoEditor {
  let picture: Picture | undefined;
  let unseen: Blob | undefined;
  let framing: Framing | undefined;
  let drawing = 0;
  let turning = Promise.resolve();
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
  bindFramingKeys(
    () => framing,
    // One after the other, because each begins with the result of the one before.
    (turn) => {
      turning = turning.then(() => turnBy(turn));
    },
  );

  const clear = () => {
    framing?.end();
    picture?.close();
    framing = undefined;
    picture = undefined;
    unseen = undefined;
    showUnseen(false);
    element('framing-whole', HTMLElement).replaceChildren();
  };

  /** Puts an opened photo on the stage. */
  const frame = async (opened: Picture, wanted: Square | undefined) => {
    picture = opened;
    element('picture-line', HTMLElement).textContent =
      `${opened.widthPx} × ${opened.heightPx} pixels, ${megabytes(opened.file.size)}`;
    // cropperjs measures the stage, so both must be visible.
    showView('framing');
    element('framing-crop', HTMLElement).hidden = false;
    framing = await startFraming(element('framing-crop', HTMLElement), opened, wanted, redraw);
    const whole = new Image();
    whole.src = opened.workUrl;
    whole.alt = 'The whole of it';
    element('framing-whole', HTMLElement).replaceChildren(whole);
    showMode();
  };

  async function turnBy(turn: Turn): Promise<void> {
    const before = picture;
    const framed = framing?.square();
    if (!before || !framed) return;
    const opened = await turnedFile(before, turn)
      .then(openPicture)
      .catch(() => undefined);
    // Another photo may have been opened meanwhile.
    if (picture !== before) return opened?.close();
    if (!opened) return showProblem('send-problem', 'This browser has not enough memory to turn the photo.');
    clear();
    await saveDraft(opened.file);
    await frame(opened, turnedSquare(framed, before, turn));
    announce(`Turned to the ${turn}.`);
  }

  /** A HEIC may be accepted though this browser cannot show it. False if it is not; the person has been told. */
  async function openUnseen(file: File | Blob, isDraft: boolean): Promise<boolean> {
    const known = limits();
    const isHeic = (await pictureKind(file)) === 'heic';
    const isTaken = isHeic && known?.formats.includes('heic') === true;
    if (!isTaken || file.size > mostBytes(known)) {
      const named = { name: file instanceof File ? file.name : '', type: file.type };
      showProblem('choose-problem', whyUnreadable(named, isHeic, isTaken ? mostBytes(known) : undefined));
      return false;
    }
    clear();
    unseen = file;
    if (!isDraft) await saveDraft(file);
    saveSquare(undefined);
    element('picture-line', HTMLElement).textContent = megabytes(file.size);
    showUnseen(true);
    return true;
  }

  return {
    async open(file, draft) {
      showProblem('choose-problem', undefined);
      const opened = await openPicture(file);
      if (!opened) return openUnseen(file, draft !== undefined);
      const why = whyNotTaken(opened, limits());
      if (why !== undefined) {
        opened.close();
        showProblem('choose-problem', why);
        return false;
      }
      clear();
      if (!draft) await saveDraft(file);
      for (const mode of modes) mode.checked = mode.value === (draft && !draft.square ? 'whole' : 'crop');
      await frame(opened, draft?.square);
      return true;
    },
    picture: () => picture,
    unseen: () => unseen,
    square,
    async keep() {
      const file = picture?.file ?? unseen;
      if (!file) return clearDraft();
      await saveDraft(file);
      saveSquare(square());
    },
    clear() {
      clear();
      void clearDraft();
    },
  };
}

/** A message in place of the photo, and no framing tools. */
function showUnseen(isUnseen: boolean): void {
  element('framing-unseen', HTMLElement).hidden = !isUnseen;
  element('framing-crop', HTMLElement).hidden = isUnseen;
  element('framing-whole', HTMLElement).hidden = true;
  element('framing-tools', HTMLElement).inert = isUnseen;
  element('previews', HTMLElement).hidden = isUnseen;
}

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
