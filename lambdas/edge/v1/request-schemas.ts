import * as z from 'zod/mini';
import { CROP_MODES } from '../../core/photo.ts';
import { WEBHOOK_EVENTS } from '../../core/webhook.ts';

/**
 * The bodies that are sent to `/v1`. In a file of their own, beside the answers, which no function checks: so these alone are made when
 * a function starts.
 */
export const px = z.int().check(z.positive(), z.describe('pixels'));
export const lockReason = z.string().check(z.minLength(1), z.maxLength(200), z.describe('told to the person'));

const TicketCrop = z.union([
  z.strictObject({ x: z.int().check(z.nonnegative()), y: z.int().check(z.nonnegative()), w: px }),
  z.enum(CROP_MODES),
]);

export const TicketRequestBody = z
  .strictObject({
    media_type: z.string().check(z.describe("the file's, as `image/jpeg`")),
    bytes: z.int().check(z.positive(), z.describe('the whole file: S3 takes no more and no less')),
    crop: z
      .optional(TicketCrop)
      .check(z.describe('a box in pixels of the upright picture, or a word; `auto` unless told')),
  })
  .check(z.describe('What is to be sent straight to S3.'));

export const UserChangeBody = z
  .strictObject({
    name: z.optional(z.string().check(z.minLength(1), z.maxLength(50))),
    email: z.optional(z.nullable(z.email())).check(z.describe('null takes it away')),
    active: z.optional(z.boolean()),
    photo_lock: z.optional(z.nullable(z.strictObject({ reason: lockReason }))).check(z.describe('null unlocks')),
  })
  .check(z.describe('What is to change of a user (RFC 7396); what is not named stays.'));

export const NewWebhookBody = z
  .strictObject({
    url: z.string().check(z.describe('https and public; on a laptop run also its own loopback addresses')),
    events: z
      .optional(z.array(z.enum(WEBHOOK_EVENTS)).check(z.minLength(1)))
      .check(z.describe('all of them unless told')),
  })
  .check(z.describe('An address that is to be told.'));

export const WebhookChangeBody = z
  .strictObject({ enabled: z.boolean() })
  .check(z.describe('false: events pass it by, what waits becomes dead letters; true: begins anew'));
