import * as z from 'zod';
import { UPLOAD_STATES } from '../../core/change.ts';
import { CROP_MODES, MEDIA_TYPE } from '../../core/photo.ts';
import { SOURCE_FORMATS } from '../../core/source-format.ts';
import { ERASED_KINDS } from './erased-kinds.ts';
import { lockReason, px } from './request-schemas.ts';

/**
 * The bodies that `/v1` answers with. The methods take their types from here and `docs/openapi.json` is made from them, so that neither can
 * say what the other does not. The functions do not run them: what we answer is ours, and checked by the tests.
 */
const time = z.iso.datetime().describe('UTC');

export const CropBody = z
  .object({
    x: z.int().nonnegative(),
    y: z.int().nonnegative(),
    w: px,
    by: z.enum([...CROP_MODES, 'box']).describe('auto: where most is to be seen; centre: its middle; box: as was sent'),
  })
  .describe('what the squares show, in pixels of the upright picture that was sent; absent where it got bars');

export const PhotoBody = z
  .object({
    version: z
      .string()
      .regex(/^[0-9a-f]{20}$/)
      .describe('names this photo and no other'),
    media_type: z.enum(Object.values(MEDIA_TYPE)),
    width_px: px,
    height_px: px,
    number: z.int().positive().describe("the change's number: a later change of the same user has a higher one"),
    crop: CropBody.optional(),
    published_at: time,
    urls: z
      .record(z.string(), z.url())
      .describe('squares by their side in pixels, as far as the photo has them, and `original`, the whole of it'),
  })
  .describe('A photo that is shown, or was.');

export const PhotosBody = z
  .object({
    photo: PhotoBody.nullable().describe('what is shown; null when there is none'),
    history: z.array(PhotoBody).max(5).describe('what was shown before, newest first'),
    lock: z
      .object({ reason: z.string() })
      .optional()
      .describe('an administrator keeps the caller from changing it; absent when nobody does'),
  })
  .describe("The caller's photo, and the ones before it.");

export const SetPhotoBody = z
  .object({
    upload_id: z.uuid(),
    state: z
      .enum(UPLOAD_STATES)
      .describe('queued: it is safe and on its way; published: it is shown; superseded: a later change came first'),
    status_url: z.url().describe('tells the state from now on; the Location of a 202'),
    photo: PhotoBody.omit({ published_at: true })
      .extend({ published_at: time.optional().describe('absent until it is shown') })
      .describe('the photo that was sent; its addresses work once it is shown'),
  })
  .describe('What a photo was acknowledged with.');

const Figures = z.record(z.string(), z.union([z.number(), z.string(), z.array(z.string())]));

export const ProblemBody = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('the name of the HTTP status'),
    status: z.int().min(400).max(599),
    code: z.string().optional().describe('ours, stable; absent where API Gateway answers by itself'),
    detail: z.string().optional().describe('for people'),
    found: Figures.optional().describe('what was sent, in figures'),
    allowed: Figures.optional().describe('what is taken, in figures'),
    authenticate: z
      .string()
      .optional()
      .describe(
        'of a 401: what its WWW-Authenticate says, which API Gateway renames to x-amzn-Remapped-WWW-Authenticate',
      ),
  })
  .describe('Why not: problem details, RFC 9457.');

export const TicketBody = z
  .object({
    upload_id: z.uuid(),
    status_url: z.url().describe('tells the state from now on'),
    expires_at: time.describe('until when the form may be sent, UTC'),
    method: z.literal('POST'),
    url: z.url().describe('where the form goes, as multipart/form-data'),
    fields: z.record(z.string(), z.string()).describe('come first in the form; the file comes last, as `file`'),
  })
  .describe('A ticket: lets one file be sent straight to S3.');

export const UploadBody = z
  .object({
    id: z.uuid(),
    state: z
      .enum([...UPLOAD_STATES, 'waiting', 'expired'])
      .describe(
        'waiting: its file is not there yet, or S3 has not told of it; expired: no file came in time; queued: on its way; superseded: a later change came first; every other state is final, too',
      ),
    reason: z.string().optional().describe('why it was refused or failed'),
    problem: ProblemBody.optional().describe('the same with figures, of a file that came by a ticket and was refused'),
    number: z.int().positive().optional().describe('absent while no file was taken'),
    source: z.enum(['slack', 'twitter', 'v1', 'import']),
    accepted_at: time.optional().describe('absent while no file was taken'),
    expires_at: time.optional().describe('of a ticket: until when its form may be sent'),
    finished_at: time.optional(),
    crop: CropBody.optional(),
    thumbhash: z.base64().optional().describe('stands for the photo while it loads: ThumbHash'),
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
    .describe('of a file that goes straight to S3; absent where none does'),
  min_side_px: px,
  max_side_px: px,
  max_pixels: px,
  max_frames: z.int().positive(),
});

export const LimitsBody = z
  .object({
    sources: z.record(z.string(), SourceLimits).describe('by source: `slack`, `twitter`, `v1`, `import`'),
    sizes_px: z.array(px).describe('sides of the squares that are made of each photo'),
  })
  .describe('What each source takes.');

export const UserBody = z
  .object({
    user_id: z.string(),
    screen_name: z.string(),
    avatar: z
      .boolean()
      .describe("whether they are shown by the hash of their e-mail address, where the service's avatars are on"),
  })
  .describe('The caller.');

export const ErasureBody = z
  .object({
    user_id: z.string(),
    slack_user_id: z.string(),
    screen_name: z.string(),
    state: z.literal('erasing').describe('stopped already; what is named in `removes` goes within minutes, for good'),
    removes: z.array(z.enum(ERASED_KINDS)),
    tombstone: z
      .object({ id: z.string(), kept_days: z.int().positive() })
      .describe('all that stays: an id, so that work on its way stops'),
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
    active: z.boolean().describe('false: no credential of theirs works; the photo stays'),
    subject: z
      .string()
      .nullable()
      .describe('their name at the identity provider; null for who does not come from there'),
    photo_lock: z.object({ reason: lockReason }).nullable().describe('the person cannot change their photo'),
    created_at: time,
  })
  .describe('A user, as administrators see them.');

export const UserListBody = z
  .object({
    users: z.array(UserDetailsBody).describe('several, where they have one e-mail address; empty when there is none'),
  })
  .describe('Users who were asked for.');
