import * as z from 'zod';
import { CROP_MODES } from '../../core/photo.ts';
import { WEBHOOK_EVENTS } from '../../core/webhook.ts';

/**
 * The bodies that are sent to `/v1`. In a file of their own, beside the answers, which no function checks: so these alone are made when
 * a function starts.
 */
export const px = z.int().positive().describe('pixels');
export const lockReason = z.string().min(1).max(200).describe('told to the person');

const TicketCrop = z.union([
  z.strictObject({ x: z.int().nonnegative(), y: z.int().nonnegative(), w: px }),
  z.enum(CROP_MODES),
]);

export const TicketRequestBody = z
  .strictObject({
    media_type: z.string().describe("the file's, as `image/jpeg`"),
    bytes: z.int().positive().describe('the whole file: S3 takes no more and no less'),
    crop: TicketCrop.optional().describe('a box in pixels of the upright picture, or a word; `auto` unless told'),
  })
  .describe('What is to be sent straight to S3.');

export const UserChangeBody = z
  .strictObject({
    name: z.string().min(1).max(50).optional(),
    email: z.email().nullable().optional().describe('null takes it away'),
    active: z.boolean().optional(),
    photo_lock: z.strictObject({ reason: lockReason }).nullable().optional().describe('null unlocks'),
  })
  .describe('What is to change of a user (RFC 7396); what is not named stays.');

export const NewWebhookBody = z
  .strictObject({
    url: z.string().describe('https and public; on a laptop run also its own loopback addresses'),
    events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).optional().describe('all of them unless told'),
  })
  .describe('An address that is to be told.');

export const WebhookChangeBody = z
  .strictObject({ enabled: z.boolean() })
  .describe('false: events pass it by, what waits becomes dead letters; true: begins anew');
