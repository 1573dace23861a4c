/**
 * The document's element with this id.
 * @throws Error if there is none, or of another kind: then document and script do not match
 */
export function element<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the document has no ${kind.name} with the id ${id}`);
  return found;
}

/** Calls `work` when the button is pressed in any way. */
export function onPress(id: string, work: () => void): HTMLButtonElement {
  const button = element(id, HTMLButtonElement);
  button.addEventListener('click', work);
  return button;
}

/** Shows the elements whose `data-for` names this view, and hides the others with that attribute. */
export function showView(view: string): void {
  element('main', HTMLElement).dataset.view = view;
  for (const part of document.querySelectorAll<HTMLElement>('[data-for]')) {
    part.hidden = !(part.dataset.for ?? '').split(' ').includes(view);
  }
}

/** Screen readers say it after what they are saying. */
export function announce(message: string): void {
  element('announcer', HTMLElement).textContent = message;
}

/**
 * Shows a message near its cause and scrolls to it; undefined removes it. Messages with the role `alert` are read out
 * at once.
 */
export function showProblem(id: string, message: string | undefined): void {
  const place = element(id, HTMLElement);
  const isNew = place.hidden && message !== undefined;
  place.hidden = message === undefined;
  place.textContent = message ?? '';
  if (isNew) place.scrollIntoView({ block: 'nearest' });
}
