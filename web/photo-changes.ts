import type { ApiClient } from './api-client.ts';
import type { Outcome, Photos } from './api-responses.ts';
import { isCoolingDown, startCooldown } from './cooldown.ts';
import { onRestore, showPhotos } from './current-photo.ts';
import { announce, element, onPress, showProblem } from './element.ts';
import { messageFor, type ShownError } from './page-messages.ts';

/**
 * Undo, restore and delete. `changed` is called if another photo, or none, is shown; `signedOut` if the token is not
 * valid any more.
 */
export function bindPhotoChanges(
  service: () => ApiClient,
  changed: () => void,
  signedOut: (error: ShownError) => void,
): void {
  const undo = onPress('undo', () => void change(undo, () => service().undo(), 'The photo before is shown again.'));
  onRestore(
    ({ version }, button) => void change(button, () => service().restore(version), 'That photo is shown again.'),
  );
  const dialog = element('confirm', HTMLDialogElement);
  const open = onPress('delete', () => !isCoolingDown(open) && dialog.showModal());
  onPress('confirm-keep', () => dialog.close());
  onPress('confirm-delete', () => {
    dialog.close();
    void change(open, () => service().remove(), 'Your photo is deleted.');
  });

  async function change(button: HTMLButtonElement, work: () => Promise<Outcome<Photos>>, done: string): Promise<void> {
    if (button.getAttribute('aria-disabled') === 'true') return;
    showProblem('photo-problem', undefined);
    // Not `disabled`, which would lose the keyboard's focus.
    button.setAttribute('aria-disabled', 'true');
    const outcome = await work();
    button.removeAttribute('aria-disabled');
    if (outcome.ok) {
      showPhotos(outcome.value);
      changed();
      announce(done);
      // The button may have gone with its photo.
      if (!button.isConnected || button.hidden || button.parentElement?.hidden)
        element('current-title', HTMLElement).focus();
      return;
    }
    const { error } = outcome;
    if (error.kind === 'signed-out') return signedOut(error);
    if (error.kind === 'limited') return startCooldown(error.seconds, 'photo-problem', button);
    showProblem('photo-problem', messageFor(error));
  }
}
