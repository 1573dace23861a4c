import * as z from 'zod';
import { UPLOAD_STATES } from '../../core/change.ts';
import { CROP_MODES, MEDIA_TYPE, SOURCE_FORMATS } from '../../core/photo.ts';
import { ERASED_KINDS } from './erased-kinds.ts';
import { lockReason, px } from './request-schemas.ts';

/**
 * The bodies of `/v1`'s answers. The methods take their types from here, and `docs/openapi.json` is made of them, so
 * the two agree. The functions do not check their own answers; the tests do.
 */
const time = z.iso.datetime().describe('UTC');

export const CropBody = z
  .object({
    x: z.int().nonnegative(),
    y: z.int().nonnegative(),
    w: px,
    by: z
      .enum([...CROP_MODES, 'box'])
      .describe('auto: where most is to be seen; centre: from the centre; box: as sent'),
  })
  .describe('what the squares show, in pixels of the upright picture; absent if bars were added');

export const PhotoBody = z
  .object({
    version: z
      .string()
      .regex(/^[0-9a-f]{20}$/)
      .describe('unique for each photo'),
    media_type: z.enum(Object.values(MEDIA_TYPE)),
    width_px: px,
    height_px: px,
    number: z.int().positive().describe("the change's number; a user's later changes have higher ones"),
    crop: CropBody.optional(),
    published_at: time,
    urls: z
      .record(z.string(), z.url())
      .describe('squares by their side in pixels, no larger than the photo, and `original`, the whole photo'),
  })
  .describe('A photo that is shown, or was shown.');

export const PhotosBody = z
  .object({
    photo: PhotoBody.nullable().describe('the photo that is shown; null if there is none'),
    history: z.array(PhotoBody).max(5).describe('earlier photos, newest first'),
    lock: z.object({ reason: z.string() }).optional().describe('an administrator has locked the photo; absent if not'),
  })
  .describe("The caller's photo, and earlier ones.");

export const SetPhotoBody = z
  .object({
    upload_id: z.uuid(),
    state: z
      .enum(UPLOAD_STATES)
      .describe('queued: safe, and will be shown; published: shown; superseded: a later change was shown first'),
    status_url: z.url().describe('where to read the state; also the Location of a 202'),
    photo: PhotoBody.omit({ published_at: true })
      .extend({ published_at: time.optional().describe('absent until it is shown') })
      .describe('the photo that was sent; its URLs work once it is shown'),
  })
  .describe('The acknowledgement of a photo.');

const Figures = z.record(z.string(), z.union([z.number(), z.string(), z.array(z.string())]));

export const ProblemBody = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('the name of the HTTP status'),
    status: z.int().min(400).max(599),
    code: z.string().optional().describe('ours, and stable; absent if API Gateway itself answers'),
    detail: z.string().optional().describe('for people'),
    found: Figures.optional().describe('what was sent'),
    allowed: Figures.optional().describe('what is allowed'),
    authenticate: z
      .string()
      .optional()
      .describe('only in a 401: its WWW-Authenticate, which API Gateway renames to x-amzn-Remapped-WWW-Authenticate'),
  })
  .describe('Why a request was refused: problem details, RFC 9457.');

export const TicketBody = z
  .object({
    upload_id: z.uuid(),
    status_url: z.url().describe('where to read the state'),
    expires_at: time.describe('the form must be sent before this time, UTC'),
    method: z.literal('POST'),
    url: z.url().describe('where to send the form, as multipart/form-data'),
    fields: z
      .record(z.string(), z.string())
      .describe('the first fields of the form; the file is the last, named `file`'),
  })
  .describe('A ticket for sending one file straight to S3.');

export const UploadBody = z
  .object({
    id: z.uuid(),
    state: z
      .enum([...UPLOAD_STATES, 'waiting', 'expired'])
      .describe(
        'waiting: the file has not come, or S3 has not reported it; expired: no file came in time; queued: will be shown; superseded: a later change was shown first. All but waiting and queued are final',
      ),
    reason: z.string().optional().describe('why it was refused or failed'),
    problem: ProblemBody.optional().describe('the same with details, for a file that came by ticket'),
    number: z.int().positive().optional().describe('absent until a file is accepted'),
    source: z.enum(['slack', 'twitter', 'v1', 'import']),
    accepted_at: time.optional().describe('absent until a file is accepted'),
    expires_at: time.optional().describe('only of a ticket: its form must be sent before this time'),
    finished_at: time.optional(),
    crop: CropBody.optional(),
    thumbhash: z.base64().optional().describe('a ThumbHash, to show while the photo loads'),
    dominant_colour: z
      .string()
      .regex(/^#[0-9a-f]{6}$/)
      .optional(),
  })
  .describe('What became of an upload.');

const SourceLimits = z.object({
  formats: z.array(z.enum(SOURCE_FORMATS)),
  max_bytes: z.int().positive(),
  max_ticket_bytes: z
    .int()
    .positive()
    .optional()
    .describe('for a file sent straight to S3; absent if the source has no tickets'),
  min_side_px: px,
  max_side_px: px,
  max_pixels: px,
  max_frames: z.int().positive(),
});

export const LimitsBody = z
  .object({
    sources: z.record(z.string(), SourceLimits).describe('by source: `slack`, `twitter`, `v1`, `import`'),
    sizes_px: z.array(px).describe('sides of the squares that each photo has'),
  })
  .describe('What each source takes.');

export const UserBody = z
  .object({
    user_id: z.string(),
    screen_name: z.string(),
    avatar: z
      .boolean()
      .describe('whether they can be found by the hash of their e-mail address, if the service has avatars'),
  })
  .describe('The caller.');

export const ErasureBody = z
  .object({
    user_id: z.string(),
    slack_user_id: z.string(),
    screen_name: z.string(),
    state: z
      .literal('erasing')
      .describe('the user is stopped; what `removes` lists is deleted within minutes, for good'),
    removes: z.array(z.enum(ERASED_KINDS)),
    tombstone: z
      .object({ id: z.string(), kept_days: z.int().positive() })
      .describe('all that is left: an id, so that work in flight stops'),
  })
  .describe('The receipt of an erasure.');

export const HealthBody = z.object({ status: z.literal('ok') }).describe('The service answers.');

export const UserDetailsBody = PhotosBody.omit({ lock: true })
  .extend({
    user_id: z.string(),
    slack_user_id: z.string(),
    screen_name: z.string(),
    name: z.string(),
    email: z.email().nullable(),
    active: z.boolean().describe('false: their credentials do not work; the photo stays'),
    subject: z.string().nullable().describe('their id at the identity provider; null if they are not from there'),
    photo_lock: z.object({ reason: lockReason }).nullable().describe('the user cannot change their photo'),
    created_at: time,
  })
  .describe('A user, as administrators see them.');

export const UserListBody = z
  .object({
    users: z.array(UserDetailsBody).describe('several if they share an e-mail address; empty if none was found'),
  })
  .describe('The users that were found.');
