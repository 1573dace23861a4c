import { announce, showProblem } from './element.ts';
import { secondsInWords } from './page-words.ts';

/**
 * Counts down in `problemId` until the service takes changes again. `button` says no meanwhile and stays focusable, so that
 * nobody's place is lost. Read out when it begins and when it ends, not every second.
 */
export function startCooldown(seconds: number, problemId: string, button: HTMLButtonElement): () => void {
  const endsMs = performance.now() + seconds * 1000;
  const place = document.getElementById(problemId);
  button.setAttribute('aria-disabled', 'true');
  announce(`Too many changes in a short time. You can try again in ${secondsInWords(seconds)}.`);
  // The role would read out every tick.
  place?.removeAttribute('role');
  const stop = () => {
    clearInterval(timer);
    button.removeAttribute('aria-disabled');
    showProblem(problemId, undefined);
    place?.setAttribute('role', 'alert');
  };
  const tick = () => {
    const left = Math.ceil((endsMs - performance.now()) / 1000);
    if (left > 0) {
      return showProblem(problemId, `Too many changes in a short time. Try again in ${secondsInWords(left)}.`);
    }
    stop();
    announce('You can try again now.');
  };
  const timer = setInterval(tick, 250);
  tick();
  return stop;
}

export const isCoolingDown = (button: HTMLButtonElement): boolean => button.getAttribute('aria-disabled') === 'true';
