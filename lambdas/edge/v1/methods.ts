import type * as z from 'zod';
import type { Upload } from '../../core/change.ts';
import { FORMATS } from '../../core/photo.ts';
import type { ServiceLimits } from '../../core/service-limits.ts';
import { squareSidesOf } from '../../core/stored-sizes.ts';
import { MAX_PIXELS, MAX_SIDE_PX } from '../../core/upload-policy.ts';
import { defaultPhoto } from '../default-photo.ts';
import type { ChangeFlows, ReadFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { DEFAULT_PHOTO_PREFIX } from '../routes.ts';
import { v1Caller } from './caller.ts';
import { eraseByV1, MAY_WRITE } from './erase.ts';
import { v1Refusal } from './error-messages.ts';
import { photosBody } from './photo-body.ts';
import { v1Ok, v1Picture } from './response.ts';
import type { HealthBody, LimitsBody, UploadBody } from './schemas.ts';

/** Our own endpoints, `/v1`, that only read. HEAD is answered like GET. */
export async function readByV1(request: Request, flows: ReadFlows): Promise<HttpResponse> {
  const [, , resource, id, ...more] = request.path.split('/');
  if (!isRead(request)) return v1Refusal({ code: 'wrong-verb', verb: request.verb, allowed: 'GET' });
  if (resource === 'health' && id === undefined) return v1Ok({ status: 'ok' } satisfies z.infer<typeof HealthBody>);
  if (resource === 'limits' && id === undefined) return v1Ok(limits(flows.serviceLimits));
  if (request.path.startsWith(DEFAULT_PHOTO_PREFIX)) return picture(request);
  if (resource === 'uploads' && id !== undefined && more.length === 0) return upload(request, id, flows);
  return unknown(request);
}

/** The caller's own photo: read, undone, deleted. Each answers with what is shown then. */
export async function changeByV1(request: Request, flows: ChangeFlows): Promise<HttpResponse> {
  const { path, verb, baseUrl } = request;
  if (path === '/v1/user') return eraseByV1(request, flows);
  const isUndo = path === '/v1/photo/undo';
  const allowed = isUndo ? 'POST' : 'GET or DELETE';
  if (isUndo ? verb !== 'POST' : verb !== 'DELETE' && !isRead(request)) {
    return v1Refusal({ code: 'wrong-verb', verb, allowed });
  }
  const caller = await v1Caller(request, flows);
  if (!caller.ok) return v1Refusal(caller.refusal);
  const { user, scopes } = caller.value;
  if (isRead(request)) return v1Ok(photosBody(baseUrl, user, flows.serviceLimits.sizeSets));
  if (!scopes.some((scope) => MAY_WRITE.includes(scope))) return v1Refusal({ code: 'read-only', path });
  const after = isUndo ? await flows.undoPhoto(user.id) : await flows.deletePhoto(user.id);
  return after === undefined
    ? v1Refusal({ code: 'nothing-to-undo' })
    : v1Ok(photosBody(baseUrl, after, flows.serviceLimits.sizeSets));
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
  const found = UUID.test(id) ? await flows.upload(caller.value.user.id, id) : undefined;
  return found === undefined ? v1Refusal({ code: 'unknown-upload' }) : v1Ok(uploadBody(found));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const uploadBody = (found: Upload): z.infer<typeof UploadBody> => ({
  id: found.id,
  state: found.state,
  ...(found.reason !== undefined && { reason: found.reason }),
  number: found.number,
  source: found.source,
  accepted_at: found.acceptedAt,
  ...(found.finishedAt !== undefined && { finished_at: found.finishedAt }),
  ...(found.placeholder?.thumbhash !== undefined && { thumbhash: found.placeholder.thumbhash }),
  ...(found.placeholder?.dominantColour !== undefined && { dominant_colour: found.placeholder.dominantColour }),
});

/** The limits of each source, so that clients need no copy of them. */
const limits = ({ policies, sizeSets }: ServiceLimits): z.infer<typeof LimitsBody> => ({
  sources: Object.fromEntries(
    Object.entries(policies).map(([source, policy]) => [
      source,
      {
        formats: [...FORMATS],
        max_bytes: policy.maxBytes,
        min_side_px: policy.minSidePx ?? 1,
        max_side_px: policy.maxSidePx ?? MAX_SIDE_PX,
        max_pixels: MAX_PIXELS,
        max_frames: policy.maxFrames,
      },
    ]),
  ),
  sizes_px: squareSidesOf(sizeSets),
});
