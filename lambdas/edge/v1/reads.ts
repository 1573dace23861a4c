import type * as z from 'zod/mini';
import type { ServiceLimits } from '../../core/service-limits.ts';
import { squareSidesOf } from '../../core/stored-sizes.ts';
import { MAX_PIXELS, MAX_SIDE_PX } from '../../core/upload-policy.ts';
import { defaultPhoto } from '../default-photo.ts';
import type { ReadFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { isRead, type Request } from '../request.ts';
import { DEFAULT_PHOTO_PREFIX } from '../routes.ts';
import { v1Caller } from './caller.ts';
import { v1Options, withCors } from './cors.ts';
import { v1Refusal, v1UnknownPath } from './error-messages.ts';
import { v1Ok, v1Picture } from './response.ts';
import type { HealthBody, LimitsBody } from './schemas.ts';
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
  return v1UnknownPath(request.path);
}

function picture(request: Request): HttpResponse {
  const png = defaultPhoto(request.path);
  return png === undefined ? v1UnknownPath(request.path) : v1Picture(png);
}

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
