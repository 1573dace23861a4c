import type { HeaderRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { Request } from '../request.ts';

/** The longest that a photo is waited for. */
const MAX_WAIT_SECONDS = 10;

/** What a caller prefers (RFC 7240). */
interface Preferences {
  /** Absent when no wait was asked for. */
  waitSeconds?: number;
  isAsync: boolean;
}

/**
 * Reads `Prefer`. "If any preference is specified more than once, only the first instance is to be considered" (RFC 7240, section 2); what is not
 * known is ignored. A wait that is no number in range is refused: who asks for a minute would take ten seconds for a fault.
 */
export function readPreferences({ headers }: Request): Result<Preferences, HeaderRefusal> {
  const preferences = (headers.prefer ?? '').split(',').map((preference) => {
    const [name = '', value = ''] = (preference.split(';', 1)[0] ?? '').split('=', 2);
    return { name: name.trim().toLowerCase(), value: value.trim().replace(/^"(.*)"$/, '$1') };
  });
  const isAsync = preferences.some(({ name }) => name === 'respond-async');
  const wait = preferences.find(({ name }) => name === 'wait');
  if (wait === undefined) return accepted({ isAsync });
  if (!/^\d{1,4}$/.test(wait.value) || Number(wait.value) > MAX_WAIT_SECONDS) {
    return refused({ code: 'bad-wait', given: wait.value.slice(0, 40), maxSeconds: MAX_WAIT_SECONDS });
  }
  return accepted({ isAsync, waitSeconds: Number(wait.value) });
}

/**
 * What was done of it (RFC 7240, section 3), as a header; none when nothing was asked. Both together mean: wait, then answer all the same; who
 * got the end of it was not answered asynchronously.
 */
export function preferenceApplied({ waitSeconds, isAsync }: Preferences, isDone: boolean): Record<string, string> {
  const applied = [
    ...(waitSeconds === undefined ? [] : [`wait=${waitSeconds}`]),
    ...(isAsync && !isDone ? ['respond-async'] : []),
  ];
  return applied.length === 0 ? {} : { 'Preference-Applied': applied.join(', ') };
}
