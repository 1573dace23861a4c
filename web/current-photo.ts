import type { Photos, Profile, ShownPhoto } from './api-responses.ts';
import { element } from './element.ts';

let restore: (photo: ShownPhoto, button: HTMLButtonElement) => void = () => undefined;

/** Sets what happens when an earlier photo is pressed. */
export function onRestore(work: typeof restore): void {
  restore = work;
}

/** Shows the current photo and earlier ones. */
export function showPhotos({ photo, history }: Photos): void {
  const picture = element('current-picture', HTMLImageElement);
  picture.hidden = photo === null;
  element('current-none', HTMLElement).hidden = photo !== null;
  if (photo) {
    picture.src = urlOf(photo, 400);
    picture.alt = 'You, as others see you';
  }
  element('current-line', HTMLElement).textContent = photo ? `Since ${momentOf(photo)}` : 'No photo yet';
  element('undo', HTMLButtonElement).hidden = history.length === 0;
  element('delete', HTMLButtonElement).hidden = photo === null;
  element('current-actions', HTMLElement).hidden = photo === null && history.length === 0;
  element('history', HTMLElement).hidden = history.length === 0;
  element('history-list', HTMLElement).replaceChildren(...history.map(historyItem));
}

export function showName({ real_name, display_name }: Profile): void {
  const name = real_name || display_name;
  element('current-name', HTMLElement).textContent = name;
  element('account-name', HTMLElement).textContent = name;
  element('current-none', HTMLElement).textContent = name.charAt(0).toUpperCase();
  element('account', HTMLElement).hidden = false;
}

/** The smallest square with at least that side, or the largest there is. */
function urlOf({ urls }: ShownPhoto, sidePx: number): string {
  const sides = Object.keys(urls)
    .map(Number)
    .filter(Number.isFinite)
    .sort((one, other) => one - other);
  const side = sides.find((has) => has >= sidePx) ?? sides.at(-1);
  return urls[String(side)] ?? urls.original ?? '';
}

function historyItem(photo: ShownPhoto): HTMLLIElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.title = `Show the one of ${momentOf(photo)} again`;
  button.addEventListener('click', () => restore(photo, button));
  const picture = new Image(56, 56);
  picture.src = urlOf(photo, 72);
  picture.alt = button.title;
  button.append(picture);
  item.append(button);
  return item;
}

/** The page is in English. Of its variants, the reader's. */
const LOCALE = navigator.languages.find((language) => language.startsWith('en')) ?? 'en';
const MOMENT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });

const momentOf = ({ published_at }: ShownPhoto): string => MOMENT.format(new Date(published_at));
