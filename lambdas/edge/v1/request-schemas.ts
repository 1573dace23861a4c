import * as z from 'zod/mini';
import { CROP_MODES } from '../../core/photo.ts';
import { WEBHOOK_EVENTS } from '../../core/webhook.ts';

/**
 * The bodies that are sent to `/v1`. The answers' schemas are in another file: no function checks them, so none has to
 * build them when it starts.
 */
export const px = z.int().check(z.positive(), z.describe('pixels'));
export const lockReason = z.string().check(z.minLength(1), z.maxLength(200), z.describe('shown to the user'));

const TicketCrop = z.union([
  z.strictObject({ x: z.int().check(z.nonnegative()), y: z.int().check(z.nonnegative()), w: px }),
  z.enum(CROP_MODES),
]);

export const TicketRequestBody = z
  .strictObject({
    media_type: z.string().check(z.describe("the file's, as `image/jpeg`")),
    bytes: z.int().check(z.positive(), z.describe('the size of the file; S3 accepts no other')),
    crop: z
      .optional(TicketCrop)
      .check(z.describe('a box in pixels of the upright picture, or a word; `auto` by default')),
  })
  .check(z.describe('The file that will be sent straight to S3.'));

export const UserChangeBody = z
  .strictObject({
    name: z.optional(z.string().check(z.minLength(1), z.maxLength(50))),
    email: z.optional(z.nullable(z.email())).check(z.describe('null removes it')),
    active: z.optional(z.boolean()),
    photo_lock: z.optional(z.nullable(z.strictObject({ reason: lockReason }))).check(z.describe('null unlocks')),
  })
  .check(z.describe('Changes to a user, as a merge patch (RFC 7396).'));

export const NewWebhookBody = z
  .strictObject({
    url: z.string().check(z.describe('https and public; on a laptop, also its own loopback addresses')),
    events: z
      .optional(z.array(z.enum(WEBHOOK_EVENTS)).check(z.minLength(1)))
      .check(z.describe('all of them by default')),
  })
  .check(z.describe('A webhook to add.'));

export const WebhookChangeBody = z
  .strictObject({ enabled: z.boolean() })
  .check(z.describe('false: it gets no events, and waiting messages become dead letters; true: it gets events again'));
