import type * as z from 'zod';
import type { Upload } from '../../core/change.ts';
import type { Offer } from '../../core/offer.ts';
import { FORMATS } from '../../core/photo.ts';
import { MAX_PIXELS, MAX_SIDE_PX } from '../../core/policy.ts';
import { squareSidesOf } from '../../core/stored-pictures.ts';
import type { Answer } from '../answer.ts';
import { defaultPhoto } from '../default-photo.ts';
import type { ChangeFlows, ReadFlows } from '../flows.ts';
import type { Request } from '../request.ts';
import { DEFAULT_PHOTO_PREFIX } from '../routes.ts';
import { ownOk, ownPicture } from './own-answer.ts';
import { ownCaller } from './own-caller.ts';
import { eraseByOwn, MAY_WRITE } from './own-erase.ts';
import { photosOf } from './own-photo.ts';
import type { HealthBody, LimitsBody, UploadBody } from './own-schemas.ts';
import { ownRefusal } from './own-words.ts';

/** Our own endpoints, `/v1`, that only read. HEAD is answered like GET. */
export async function readByOwn(request: Request, flows: ReadFlows): Promise<Answer> {
  const [, , resource, id, ...more] = request.path.split('/');
  if (!isRead(request)) return ownRefusal({ code: 'wrong-verb', verb: request.verb, allowed: 'GET' });
  if (resource === 'health' && id === undefined) return ownOk({ status: 'ok' } satisfies z.infer<typeof HealthBody>);
  if (resource === 'limits' && id === undefined) return ownOk(limits(flows.offer));
  if (request.path.startsWith(DEFAULT_PHOTO_PREFIX)) return picture(request);
  if (resource === 'uploads' && id !== undefined && more.length === 0) return upload(request, id, flows);
  return unknown(request);
}

/** The caller's own photo: read, undone, deleted. Each answers with what is shown then. */
export async function changeByOwn(request: Request, flows: ChangeFlows): Promise<Answer> {
  const { path, verb, baseUrl } = request;
  if (path === '/v1/user') return eraseByOwn(request, flows);
  const isUndo = path === '/v1/photo/undo';
  const allowed = isUndo ? 'POST' : 'GET or DELETE';
  if (isUndo ? verb !== 'POST' : verb !== 'DELETE' && !isRead(request)) {
    return ownRefusal({ code: 'wrong-verb', verb, allowed });
  }
  const caller = await ownCaller(request, flows);
  if (!caller.ok) return ownRefusal(caller.refusal);
  const { user, scopes } = caller.value;
  if (isRead(request)) return ownOk(photosOf(baseUrl, user, flows.offer.photoSets));
  if (!scopes.some((scope) => MAY_WRITE.includes(scope))) return ownRefusal({ code: 'read-only', path });
  const after = isUndo ? await flows.undoPhoto(user.id) : await flows.removePhoto(user.id);
  return after === undefined
    ? ownRefusal({ code: 'nothing-to-undo' })
    : ownOk(photosOf(baseUrl, after, flows.offer.photoSets));
}

const isRead = ({ verb }: Request): boolean => verb === 'GET' || verb === 'HEAD';

function picture(request: Request): Answer {
  const png = defaultPhoto(request.path);
  return png === undefined ? unknown(request) : ownPicture(png);
}

const unknown = (request: Request): Answer => ownRefusal({ code: 'unknown-method', path: request.path.slice(0, 100) });

async function upload(request: Request, id: string, flows: ReadFlows): Promise<Answer> {
  const caller = await ownCaller(request, flows);
  if (!caller.ok) return ownRefusal(caller.refusal);
  const found = UUID.test(id) ? await flows.upload(caller.value.user.id, id) : undefined;
  return found === undefined ? ownRefusal({ code: 'unknown-upload' }) : ownOk(uploadBody(found));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const uploadBody = (found: Upload): z.infer<typeof UploadBody> => ({
  id: found.id,
  state: found.state,
  ...(found.reason !== undefined && { reason: found.reason }),
  number: found.number,
  door: found.door,
  accepted_at: found.acceptedAt,
  ...(found.finishedAt !== undefined && { finished_at: found.finishedAt }),
  ...(found.look?.thumbhash !== undefined && { thumbhash: found.look.thumbhash }),
  ...(found.look?.dominantColour !== undefined && { dominant_colour: found.look.dominantColour }),
});

/** The limits of each door, so that clients need no copy of them. */
const limits = ({ policies, photoSets }: Offer): z.infer<typeof LimitsBody> => ({
  doors: Object.fromEntries(
    Object.entries(policies).map(([door, policy]) => [
      door,
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
  sizes_px: squareSidesOf(photoSets),
});
