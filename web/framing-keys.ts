import type { Turn } from './crop-plan.ts';
import { element } from './element.ts';
import type { Framing } from './framing.ts';

const STEP_PX = 12;
const ZOOM_STEP = 0.08;

/**
 * Keyboard, buttons and slider of the framing; cropperjs has its own for the mouse. `framing` returns the current one,
 * `turn` turns the photo by a quarter.
 */
export function bindFramingKeys(framing: () => Framing | undefined, turn: (turn: Turn) => void): void {
  const zoomBy = (step: number) => framing()?.setZoom((framing()?.zoom() ?? 0) + step);
  const keys: Record<string, (step: number) => void> = {
    ArrowLeft: (step) => framing()?.move(-step, 0),
    ArrowRight: (step) => framing()?.move(step, 0),
    ArrowUp: (step) => framing()?.move(0, -step),
    ArrowDown: (step) => framing()?.move(0, step),
    '+': () => zoomBy(ZOOM_STEP),
    '=': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(-ZOOM_STEP),
    '0': () => framing()?.setZoom(0),
    r: () => turn('right'),
    R: () => turn('left'),
  };
  element('framing-crop', HTMLElement).addEventListener('keydown', (event) => {
    const work = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!work) return;
    event.preventDefault();
    // Larger steps with Shift.
    work(event.shiftKey ? STEP_PX * 5 : STEP_PX);
  });
  for (const button of element('nudge', HTMLElement).querySelectorAll('button')) {
    const { x = '0', y = '0' } = button.dataset;
    button.addEventListener('click', () => framing()?.move(Number(x) * STEP_PX, Number(y) * STEP_PX));
  }
  element('turn-left', HTMLButtonElement).addEventListener('click', () => turn('left'));
  element('turn-right', HTMLButtonElement).addEventListener('click', () => turn('right'));
  element('zoom-in', HTMLButtonElement).addEventListener('click', () => zoomBy(ZOOM_STEP));
  element('zoom-out', HTMLButtonElement).addEventListener('click', () => zoomBy(-ZOOM_STEP));
  const slider = element('zoom', HTMLInputElement);
  slider.addEventListener('input', () => framing()?.setZoom(Number(slider.value) / 100));
}

/** The slider follows wheel and pinch. */
export function showZoom(fraction: number): void {
  const slider = element('zoom', HTMLInputElement);
  slider.value = String(Math.round(fraction * 100));
}
