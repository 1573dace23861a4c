import { announce, element, showProblem } from './element.ts';
import { durationText } from './page-messages.ts';

/**
 * Counts down in `problemId` until the service accepts calls again. Screen readers hear the beginning and the end, not
 * every second.
 * @param button is disabled meanwhile but stays focusable, so that the focus is not lost; undefined if there is none
 * @param again what the page itself does at the end, if the person need not do anything
 */
export function startCooldown(
  seconds: number,
  problemId: string,
  button: HTMLButtonElement | undefined,
  again?: () => void,
): void {
  const endsMs = performance.now() + seconds * 1000;
  const place = element(problemId, HTMLElement);
  const message = (left: number) =>
    `Too many requests in a short time. ${again ? 'The page tries' : 'Try'} again in ${durationText(left)}.`;
  button?.setAttribute('aria-disabled', 'true');
  announce(message(seconds));
  // With this role, every tick would be read out.
  place.removeAttribute('role');
  const tick = () => {
    const left = Math.ceil((endsMs - performance.now()) / 1000);
    if (left > 0) return showProblem(problemId, message(left));
    clearInterval(timer);
    button?.removeAttribute('aria-disabled');
    showProblem(problemId, undefined);
    place.setAttribute('role', 'alert');
    if (again) again();
    else announce('You can try again now.');
  };
  const timer = setInterval(tick, 250);
  tick();
}

export const isCoolingDown = (button: HTMLButtonElement): boolean => button.getAttribute('aria-disabled') === 'true';
