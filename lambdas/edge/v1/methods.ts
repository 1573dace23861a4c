import type * as z from 'zod';
import type { ServiceLimits } from '../../core/service-limits.ts';
import { squareSidesOf } from '../../core/stored-sizes.ts';
import { MAX_PIXELS, MAX_SIDE_PX } from '../../core/upload-policy.ts';
import { defaultPhoto } from '../default-photo.ts';
import type { ChangeFlows, ReadFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { type CHANGES, DEFAULT_PHOTO_PREFIX } from '../routes.ts';
import { type AdministratorsRoute, administerByV1 } from './administer.ts';
import { usersRoute } from './administer-users.ts';
import { webhooksRoute } from './administer-webhooks.ts';
import { v1Caller } from './caller.ts';
import { changePhoto } from './change-photo.ts';
import { changeUserByV1 } from './change-user.ts';
import { v1Options, withCors } from './cors.ts';
import { eraseByV1, MAY_WRITE } from './erase.ts';
import { v1Refusal } from './error-messages.ts';
import { photosBody } from './photo-body.ts';
import { v1Ok, v1Picture } from './response.ts';
import type { HealthBody, LimitsBody } from './schemas.ts';
import { findRepeat } from './set-photo.ts';
import { uploadBody } from './upload-body.ts';
import { userPhoto } from './user-photo.ts';

/** Our own endpoints, `/v1`, that only read. HEAD is answered like GET. */
export async function readByV1(request: Request, flows: ReadFlows): Promise<HttpResponse> {
  if (request.verb === 'OPTIONS') return v1Options(request, flows.allowedOrigins, ['GET', 'HEAD']);
  return withCors(request, flows.allowedOrigins, await read(request, flows));
}

async function read(request: Request, flows: ReadFlows): Promise<HttpResponse> {
  const [, , resource, id, ...more] = request.path.split('/');
  if (!isRead(request)) return v1Refusal({ code: 'wrong-verb', verb: request.verb, allowed: 'GET or HEAD' });
  if (resource === 'health' && id === undefined) return v1Ok({ status: 'ok' } satisfies z.infer<typeof HealthBody>);
  if (resource === 'limits' && id === undefined) return v1Ok(limits(flows.serviceLimits));
  if (request.path.startsWith(DEFAULT_PHOTO_PREFIX)) return picture(request);
  if (resource === 'uploads' && id !== undefined && more.length === 0) return upload(request, id, flows);
  if (resource === 'users' && id !== undefined && more.join('/') === 'photo') return userPhoto(request, id, flows);
  return unknown(request);
}

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
  if (verbs === undefined) return unknown(request);
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

const isRead = ({ verb }: Request): boolean => verb === 'GET' || verb === 'HEAD';

function picture(request: Request): HttpResponse {
  const png = defaultPhoto(request.path);
  return png === undefined ? unknown(request) : v1Picture(png);
}

const unknown = (request: Request): HttpResponse =>
  v1Refusal({ code: 'unknown-method', path: request.path.slice(0, 100) });

async function upload(request: Request, id: string, flows: ReadFlows): Promise<HttpResponse> {
  const caller = await v1Caller(request, flows);
  if (!caller.ok) return v1Refusal(caller.refusal);
  const found = UUID.test(id) ? await flows.upload(caller.value, id) : undefined;
  return found === undefined ? v1Refusal({ code: 'unknown-upload' }) : v1Ok(uploadBody(found));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The limits of each source, so that clients need no copy of them. */
const limits = ({ policies, sizeSets }: ServiceLimits): z.infer<typeof LimitsBody> => ({
  sources: Object.fromEntries(
    Object.entries(policies).map(([source, policy]) => [
      source,
      {
        formats: [...policy.formats],
        max_bytes: policy.maxBytes,
        ...(policy.maxTicketBytes !== undefined && { max_ticket_bytes: policy.maxTicketBytes }),
        min_side_px: policy.minSidePx ?? 1,
        max_side_px: policy.maxSidePx ?? MAX_SIDE_PX,
        max_pixels: MAX_PIXELS,
        max_frames: policy.maxFrames,
      },
    ]),
  ),
  sizes_px: squareSidesOf(sizeSets),
});
