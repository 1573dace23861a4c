/**
 * The element of the document with this id.
 * @throws Error when there is none, or one of another kind: document and script do not fit
 */
export function element<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the document has no ${kind.name} with the id ${id}`);
  return found;
}

/** Does `work` when the button is pressed, by whatever means. */
export function onPress(id: string, work: () => void): HTMLButtonElement {
  const button = element(id, HTMLButtonElement);
  button.addEventListener('click', work);
  return button;
}

/** Shows what the document marks with `data-for` as part of this view, and hides the rest. */
export function showView(view: string): void {
  element('main', HTMLElement).dataset.view = view;
  for (const part of document.querySelectorAll<HTMLElement>('[data-for]')) {
    part.hidden = !(part.dataset.for ?? '').split(' ').includes(view);
  }
}

/** Has screen readers say it, when they have said what they are at. */
export function announce(message: string): void {
  element('announcer', HTMLElement).textContent = message;
}

/**
 * Words beside what caused them, scrolled to when they come; undefined takes them away. Those with the role `alert` are read
 * out at once.
 */
export function showProblem(id: string, message: string | undefined): void {
  const place = element(id, HTMLElement);
  const isNew = place.hidden && message !== undefined;
  place.hidden = message === undefined;
  place.textContent = message ?? '';
  if (isNew) place.scrollIntoView({ block: 'nearest' });
}
