import type { HeaderRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { Request } from '../request.ts';

/** The longest wait for a photo. */
const MAX_WAIT_SECONDS = 10;

/** A caller's preferences (RFC 7240). */
interface Preferences {
  /** Absent if no wait was asked for. */
  waitSeconds?: number;
  isAsync: boolean;
}

/**
 * Reads `Prefer`. "If any preference is specified more than once, only the first instance is to be considered" (RFC
 * 7240, section 2). Unknown preferences are ignored. A wait out of range is refused: a caller that asks for a minute
 * would take ten seconds for a fault.
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
 * The preferences that were applied (RFC 7240, section 3), as a header; none if none were sent. Both together mean:
 * wait, then answer in any case. A caller that waited until the end was not answered asynchronously.
 */
export function preferenceApplied({ waitSeconds, isAsync }: Preferences, isDone: boolean): Record<string, string> {
  const applied = [
    ...(waitSeconds === undefined ? [] : [`wait=${waitSeconds}`]),
    ...(isAsync && !isDone ? ['respond-async'] : []),
  ];
  return applied.length === 0 ? {} : { 'Preference-Applied': applied.join(', ') };
}
