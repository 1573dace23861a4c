import type { ChangeFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { isRead, type Request } from '../request.ts';
import type { CHANGES } from '../routes.ts';
import { type AdministratorsRoute, administerByV1 } from './administer.ts';
import { usersRoute } from './administer-users.ts';
import { webhooksRoute } from './administer-webhooks.ts';
import { v1Caller } from './caller.ts';
import { changePhoto } from './change-photo.ts';
import { changeUserByV1 } from './change-user.ts';
import { v1Options, withCors } from './cors.ts';
import { eraseByV1, MAY_WRITE } from './erase.ts';
import { v1Refusal, v1UnknownPath } from './error-messages.ts';
import { photosBody } from './photo-body.ts';
import { v1Ok } from './response.ts';
import { findRepeat } from './set-photo.ts';

/** What may be done at each of the paths that change something. */
const VERBS: Record<(typeof CHANGES)['v1'][number], string[]> = {
  '/v1/photo': ['GET', 'HEAD', 'POST', 'DELETE'],
  '/v1/photo/uploads': ['POST'],
  '/v1/photo/undo': ['POST'],
  '/v1/photo/restore': ['POST'],
  '/v1/user': ['PATCH', 'DELETE'],
};

/** The caller's own photo: read, set, undone, restored, deleted, or a ticket for it; and an administrator's work on others. */
export async function changeByV1(request: Request, flows: ChangeFlows): Promise<HttpResponse> {
  const { path, verb } = request;
  const administrators = usersRoute(path) ?? webhooksRoute(path);
  const verbs = administrators?.verbs ?? VERBS[path as keyof typeof VERBS];
  if (verbs === undefined) return v1UnknownPath(request.path);
  if (verb === 'OPTIONS') {
    return v1Options(request, flows.allowedOrigins, [...(administrators?.everybodysVerbs ?? []), ...verbs]);
  }
  return withCors(request, flows.allowedOrigins, await change(request, verbs, administrators, flows));
}

async function change(
  request: Request,
  verbs: string[],
  administrators: AdministratorsRoute | undefined,
  flows: ChangeFlows,
): Promise<HttpResponse> {
  const { path, verb, baseUrl } = request;
  if (!verbs.includes(verb)) {
    const allowed = [verbs.slice(0, -1).join(', '), verbs.at(-1)].filter(Boolean).join(' or ');
    return v1Refusal({ code: 'wrong-verb', verb, allowed });
  }
  if (administrators !== undefined) return administerByV1(request, administrators, flows);
  if (path === '/v1/user') return verb === 'PATCH' ? changeUserByV1(request, flows) : eraseByV1(request, flows);
  const isUpload = path === '/v1/photo' && verb === 'POST';
  let repeat: ReturnType<ChangeFlows['findRepeat']> | undefined;
  const caller = await v1Caller(request, flows, (userId) => {
    if (isUpload) repeat = findRepeat(request, userId, flows);
  });
  if (!caller.ok) return v1Refusal(caller.refusal);
  const { user, scopes } = caller.value;
  if (isRead(request)) return v1Ok(photosBody(baseUrl, user, flows.serviceLimits.sizeSets));
  if (!scopes.some((scope) => MAY_WRITE.includes(scope))) return v1Refusal({ code: 'read-only', path });
  if (user.photoLock !== undefined) return v1Refusal({ code: 'photo-locked', reason: user.photoLock });
  return changePhoto(request, path.slice('/v1'.length), { user, changer: user.id, repeat }, flows);
}
