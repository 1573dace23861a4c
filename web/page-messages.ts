import type { ApiError, UploadState } from './api-responses.ts';

/** A rate limit is counted down instead (`cooldown.ts`). */
export type ShownError = Exclude<ApiError, { kind: 'limited' }>;

/** Why the photo was not set, for the person. The reason and its figures are the service's own. */
export function messageFor(error: ShownError): string {
  switch (error.kind) {
    case 'offline':
      return 'The service cannot be reached. Nothing is lost: try again when you are online.';
    case 'signed-out':
      if (error.code === 'session-over' || error.code === 'invalid-token')
        return 'Your sign-in is over. Sign in again: what you framed is kept.';
      return error.code === 'account_inactive' || error.code === 'inactive-user'
        ? 'This account is not active any more.'
        : 'The service does not know this token.';
    case 'broken':
      return 'Something went wrong at the service. Nothing is lost: try again.';
    case 'refused':
      return [LEADS[error.code] ?? 'The service did not take this.', error.reason && sentence(error.reason)]
        .filter(Boolean)
        .join(' ');
  }
}

/** What the page adds to the service's own sentence. */
const LEADS: Record<string, string> = {
  'too-many-frames': 'This animation is too long.',
  'crop-outside': 'The crop does not fit this photo.',
  'body-truncated': 'The photo did not arrive whole. Try again.',
  'nothing-to-undo': '',
  'photo-locked': '',
  'read-only': 'With this token you can look, but not change anything.',
};

/** What became of an accepted upload, if it is not simply shown. */
export function messageForState({ state, reason, problem }: UploadState): string {
  switch (state) {
    case 'refused': {
      const why = problem?.detail ?? reason;
      return `The service could not use this photo. ${why ? sentence(why) : ''}`.trim();
    }
    case 'expired':
      return 'The photo did not arrive in time. Try again.';
    case 'failed':
      return 'The service could not finish this photo. Try again.';
    case 'superseded':
      return 'A newer change came in between, so that one is shown.';
    default:
      return 'The service has your photo and is still at work. It will be shown soon; you need not wait.';
  }
}

export const durationText = (seconds: number): string =>
  seconds < 90 ? `${seconds} ${seconds === 1 ? 'second' : 'seconds'}` : `${Math.ceil(seconds / 60)} minutes`;

const sentence = (text: string): string => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
