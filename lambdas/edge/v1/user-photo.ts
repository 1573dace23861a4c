import { photoPath } from '../../core/object-keys.ts';
import type { LookUpRefusal } from '../../core/refusal.ts';
import { bestSquareSide, type SizeSet } from '../../core/stored-sizes.ts';
import type { User } from '../../core/user.ts';
import { defaultPhotoPath } from '../default-photo.ts';
import type { ReadFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { drawInitials, initialsOf } from '../initials.ts';
import type { Request } from '../request.ts';
import { v1Refusal } from './error-messages.ts';

/** The side of the largest square. */
const MAX_SIZE_PX = 1024;
const DEFAULT_SIZE_PX = 192;
const DEFAULTS = ['404', 'person', 'initials'];

/** For content that any page may show. A minute, so that a new photo is soon seen. */
const HEADERS = {
  'Cache-Control': 'public, max-age=60',
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * `GET /v1/users/{id}/photo?size=&d=`: a lasting URL of a user's photo, for everybody. Redirects to the smallest square
 * of at least that size, or the largest there is. The redirect is relative, so that it is the same for every host name
 * (RFC 9110, section 10.2.2).
 */
export async function userPhoto(request: Request, userId: string, flows: ReadFlows): Promise<HttpResponse> {
  const argument = (name: string) => request.query.find(([queried]) => queried === name)?.[1];
  const size = argument('size') ?? String(DEFAULT_SIZE_PX);
  const sidePx = /^\d{1,4}$/.test(size) ? Number(size) : 0;
  if (sidePx < 1 || sidePx > MAX_SIZE_PX) return v1Refusal(bad('size', size, `1 to ${MAX_SIZE_PX} pixels`));
  const instead = argument('d') ?? '404';
  if (!DEFAULTS.includes(instead)) return v1Refusal(bad('d', instead, DEFAULTS.join(', ')));

  const found = await flows.findById(userId);
  const user = found.ok && found.value.state === 'active' ? found.value : undefined;
  const path = user && pathOf(user, sidePx, flows.serviceLimits.sizeSets);
  if (path !== undefined) return redirect(path);
  if (instead === '404') return v1Refusal({ code: 'no-photo' });
  if (instead === 'person' || user === undefined) return redirect(defaultPhotoPath(String(sidePx)));
  return {
    status: 200,
    headers: {
      ...HEADERS,
      'Content-Type': 'image/svg+xml',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    },
    body: drawInitials(initialsOf(user.name), user.id, sidePx),
  };
}

function pathOf({ id, photo }: User, sidePx: number, sets: readonly SizeSet[]): string | undefined {
  if (photo === undefined) return undefined;
  return photoPath(id, photo, String(bestSquareSide(photo, sidePx, sets)));
}

const redirect = (path: string): HttpResponse => ({ status: 302, headers: { ...HEADERS, Location: path }, body: '' });

const bad = (argument: string, given: string, allowed: string): LookUpRefusal => ({
  code: 'bad-argument',
  argument,
  given: given.slice(0, 40),
  allowed,
});
