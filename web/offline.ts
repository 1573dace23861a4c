import { announce, element } from './element.ts';

/** Shows whether the browser has a network. */
export function showOffline(): void {
  element('offline', HTMLElement).hidden = navigator.onLine;
  document.documentElement.classList.toggle('is-offline', !navigator.onLine);
  if (!navigator.onLine) announce('You are offline. Your photo is kept in this browser.');
}
