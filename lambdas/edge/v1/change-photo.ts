import type { CredentialRefusal, FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { User } from '../../core/user.ts';
import type { ChangeFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { isJson, type Request, refuseBody } from '../request.ts';
import { v1Refusal } from './error-messages.ts';
import { parsedJson } from './json-body.ts';
import { photosBody } from './photo-body.ts';
import { rateLimited, withRateLimit } from './rate-limit.ts';
import { requestTicketByV1 } from './request-ticket.ts';
import { v1Ok } from './response.ts';
import { type PhotoChange, setPhotoByV1 } from './set-photo.ts';

/** Changes a photo by the end of the path: `/photo`, `/photo/uploads`, `/photo/undo` or `/photo/restore`. */
export async function changePhoto(
  request: Request,
  rest: string,
  change: PhotoChange,
  flows: ChangeFlows,
): Promise<HttpResponse> {
  // An administrator may act on a user who is deactivated.
  if (change.user.state !== 'active') return v1Refusal({ code: 'inactive-user' });
  if (rest === '/photo' && request.verb === 'POST') return setPhotoByV1(request, change, flows);
  if (rest === '/photo/uploads') return requestTicketByV1(request, change, flows);
  const rateLimit = await flows.consumeChange({ userId: change.changer, id: request.id, isRepeat: false });
  if (!rateLimit.allowed) return rateLimited(rateLimit, Date.now() / 1000);
  const after = await changed(request, rest, change.user.id, flows);
  const answer = after.ok
    ? v1Ok(photosBody(request.baseUrl, after.value, flows.serviceLimits.sizeSets))
    : v1Refusal(after.refusal);
  return withRateLimit(answer, rateLimit);
}

/** Undoes, restores or deletes. Returns the new record. */
async function changed(
  request: Request,
  rest: string,
  userId: string,
  flows: ChangeFlows,
): Promise<Result<User, LookUpRefusal | FormRefusal | CredentialRefusal>> {
  if (rest === '/photo/restore') {
    const version = readVersion(request);
    return version.ok ? flows.restorePhoto(userId, version.value) : version;
  }
  const isUndo = rest === '/photo/undo';
  const after = isUndo ? await flows.undoPhoto(userId) : await flows.deletePhoto(userId);
  if (after !== undefined) return accepted(after);
  return refused({ code: isUndo ? 'nothing-to-undo' : 'inactive-user' });
}

/** The version in a `POST /v1/photo/restore`: `{"version": "…"}`, or in the query. */
function readVersion(request: Request): Result<string, FormRefusal | LookUpRefusal> {
  const queried = request.query.find(([name]) => name === 'version')?.[1];
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  const sent = isJson(request) ? parsedJson(request.body) : { version: queried };
  if (sent === undefined) return refused({ code: 'body-malformed' });
  const { version } = Object(sent);
  return typeof version !== 'string' || version === ''
    ? refused({ code: 'missing-argument', argument: 'version' })
    : accepted(version);
}
