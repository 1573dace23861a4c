import { type ApiClient, apiClient } from './api-client.ts';
import type { ApiError, SourceLimits } from './api-responses.ts';
import { bindChoice } from './choose-photo.ts';
import { isCoolingDown, startCooldown } from './cooldown.ts';
import { showName, showPhotos } from './current-photo.ts';
import { clearDraft, keptUpload, loadDraft } from './draft-storage.ts';
import { announce, element, onPress, showProblem, showView } from './element.ts';
import { showOffline } from './offline.ts';
import { messageFor, type ShownError } from './page-messages.ts';
import { bindPhotoChanges } from './photo-changes.ts';
import { photoEditor } from './photo-editor.ts';
import { mostBytes } from './prepare-upload.ts';
import { followSent, type Sent, sendFramed } from './send-and-follow.ts';
import {
  clearSession,
  hasProvider,
  keepToken,
  openSession,
  type Session,
  signInAtProvider,
  signOut,
  tokenSession,
} from './session.ts';

/** The page: one photo at a time, in five views: home, framing, sending, following (after a reload), published. */
let session: Session | undefined;
let service: ApiClient = apiClient(tokenSession(''));
let limits: SourceLimits | undefined;
let sending: AbortController | undefined;
const editor = photoEditor(() => limits);
const title = element('title', HTMLElement);
const send = onPress('send', () => void onSend());

const view = () => element('main', HTMLElement).dataset.view;

bindChoice(
  () => view() === 'home' || view() === 'published' || view() === 'framing',
  (file) => void onFile(file),
);
bindPhotoChanges(
  () => service,
  // The stage no longer shows the current photo.
  () => view() === 'published' && setView('home', 'Set your photo'),
  askForToken,
);
onPress('discard', () => {
  editor.clear();
  goHome();
});
onPress('done', goHome);
onPress('stop-sending', () => sending?.abort());
onPress('sign-out', () => {
  // Removes everything of this person, and what a provider may have added to the address.
  void clearDraft()
    .then(signOut)
    .then((address) => location.assign(address));
});
const toProvider = onPress('to-provider', () => {
  showProblem('provider-problem', undefined);
  toProvider.setAttribute('aria-disabled', 'true');
  void signInAtProvider()
    .catch(() => showProblem('provider-problem', 'Signing in is not possible now. Try again in a moment.'))
    .finally(() => toProvider.removeAttribute('aria-disabled'));
});
element('sign-in-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void onSignIn();
});
for (const event of ['online', 'offline']) addEventListener(event, showOffline);
showOffline();
void start();

async function start(): Promise<void> {
  try {
    session = await openSession();
  } catch {
    askForToken();
    return showProblem('provider-problem', 'The sign-in did not come to its end. Sign in again.');
  }
  if (!session) return askForToken();
  await enter(session);
}

/** The editor opens even after an error: a photo can be framed without the service. */
async function enter(entered: Session): Promise<void> {
  service = apiClient(entered);
  const [error, draft] = await Promise.all([loadShown(), loadDraft()]);
  if (error?.kind === 'signed-out') return askForToken(error);
  element('sign-out', HTMLButtonElement).hidden = entered.isDemo;
  const uploadId = keptUpload();
  if (uploadId !== undefined) void follow(uploadId);
  else {
    setView('home', 'Set your photo');
    if (draft && (await editor.open(draft.file, draft))) setView('framing', 'Frame your photo');
  }
  if (error) showMissing(error);
}

/** Loads what the editor shows from the service. */
async function loadShown(): Promise<ApiError | undefined> {
  const [profile, photos, known] = await Promise.all([service.profile(), service.photos(), service.limits()]);
  if (profile.ok) showName(profile.value);
  if (photos.ok) showPhotos(photos.value);
  if (known.ok) showLimits(known.value);
  const failed = [profile, photos, known].find(({ ok }) => !ok);
  return failed && !failed.ok ? failed.error : undefined;
}

/** Says why something is missing. After a rate limit the page itself tries again. */
function showMissing(error: ApiError): void {
  const place = view() === 'framing' ? 'send-problem' : 'choose-problem';
  const again = () => void loadShown().then((still) => still && showMissing(still));
  if (error.kind === 'limited') startCooldown(error.seconds, place, undefined, again);
  else showProblem(place, messageFor(error));
}

async function onSignIn(): Promise<void> {
  const input = element('token', HTMLInputElement);
  if (isCoolingDown(element('sign-in-button', HTMLButtonElement))) return;
  const token = input.value.trim();
  showProblem('token-problem', token === '' ? 'Enter your token.' : undefined);
  if (token === '') return input.focus();
  const checked = await apiClient(tokenSession(token)).profile();
  if (!checked.ok) {
    input.focus();
    if (checked.error.kind !== 'limited') return showProblem('token-problem', messageFor(checked.error));
    return startCooldown(checked.error.seconds, 'token-problem', element('sign-in-button', HTMLButtonElement));
  }
  input.value = '';
  keepToken(token);
  session = tokenSession(token);
  await enter(session);
  title.focus();
}

function askForToken(error?: ShownError): void {
  clearSession();
  element('account', HTMLElement).hidden = true;
  showProblem(hasProvider ? 'provider-problem' : 'token-problem', error && messageFor(error));
  showView('sign-in');
  element('with-token', HTMLElement).hidden = hasProvider;
  element('with-provider', HTMLElement).hidden = !hasProvider;
  if (hasProvider) toProvider.focus();
  else element('token', HTMLInputElement).focus();
}

async function onFile(file: File): Promise<void> {
  // A message about an unreadable photo belongs on the stage where it was dropped.
  if (view() === 'published') setView('home', 'Set your photo');
  announce('Opening the photo.');
  if (!(await editor.open(file))) {
    editor.clear();
    return setView('home', 'Set your photo');
  }
  setView('framing', 'Frame your photo');
  if (editor.unseen()) {
    announce('This browser cannot show the photo. It can be set all the same.');
    return send.focus({ preventScroll: true });
  }
  announce('The photo is there to be framed. Arrow keys move it, plus and minus zoom, R turns it.');
  element('framing-crop', HTMLElement).focus({ preventScroll: true });
}

async function onSend(): Promise<void> {
  if (!session || isCoolingDown(send)) return;
  showProblem('send-problem', undefined);
  if (!limits) {
    const known = await service.limits();
    if (!known.ok) return showError(known.error, 'send-problem');
    showLimits(known.value);
  }
  if (!limits) return;
  sending = new AbortController();
  const controller = sending;
  const ending = sendFramed(editor, service, limits, controller.signal);
  title.textContent = 'Setting your photo';
  title.focus();
  const sent = await ending.catch(
    () => ({ kind: 'not-shown', message: 'This photo could not be prepared.', photos: undefined }) as const,
  );
  showEnd(sent);
}

/** After a reload the service has the photo, and the page only the upload's id. */
async function follow(uploadId: string): Promise<void> {
  setView('following', 'Setting your photo');
  showEnd(await followSent(uploadId, editor, service));
}

function showEnd(sent: Sent): void {
  if (sent.kind === 'published') {
    editor.clear();
    showPhotos(sent.photos);
    const time = sent.seconds === undefined ? undefined : `${sent.seconds.toFixed(1)} seconds`;
    element('published-line', HTMLElement).textContent = time
      ? `Shown to everybody after ${time}.`
      : 'Shown to everybody.';
    setView('published', 'Your new photo');
    announce(time ? `Your new photo is shown. It took ${time}.` : 'Your new photo is shown.');
    title.focus();
    return;
  }
  const isFramed = (editor.picture() ?? editor.unseen()) !== undefined;
  const place = isFramed ? 'send-problem' : 'choose-problem';
  if (isFramed) setView('framing', 'Frame your photo');
  else setView('home', 'Set your photo');
  (isFramed ? send : title).focus();
  if (sent.kind === 'stopped') announce('Stopped. Nothing was sent.');
  else if (sent.kind === 'not-sent') showError(sent.error, place);
  else {
    // There may be a newer change from elsewhere.
    if (sent.photos) showPhotos(sent.photos);
    showProblem(place, sent.message);
    announce(sent.message);
  }
}

function showError(error: ApiError, place: string): void {
  if (error.kind === 'signed-out') askForToken(error);
  else if (error.kind === 'limited') startCooldown(error.seconds, place, send);
  else {
    const message = messageFor(error);
    showProblem(place, message);
    // The last announcement was that the photo is being sent.
    announce(message);
    send.textContent = error.kind === 'refused' ? 'Set as my photo' : 'Try again';
  }
}

function goHome(): void {
  setView('home', 'Set your photo');
  element('pick', HTMLButtonElement).focus();
}

function setView(name: 'home' | 'framing' | 'following' | 'published', message: string): void {
  title.textContent = message;
  if (name === 'home') send.textContent = 'Set as my photo';
  showView(name);
}

function showLimits(known: SourceLimits): void {
  limits = known;
  const least = known.min_side_px > 1 ? `, of at least ${known.min_side_px} × ${known.min_side_px} pixels` : '';
  element('limits-line', HTMLElement).textContent =
    `Any photo${least}. Up to ${mostBytes(known) / 1_000_000} MB it goes as it is; what is larger is made to fit here in your browser.`;
}
