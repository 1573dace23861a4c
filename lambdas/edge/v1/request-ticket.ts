import type * as z from 'zod/mini';
import { CROP_MODES, isTypeOf, type RequestedCrop } from '../../core/photo.ts';
import type { Refusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import { storedFilePolicy, type UploadPolicy } from '../../core/upload-policy.ts';
import type { ChangeFlows, TicketToIssue } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { type Request, refuseBody } from '../request.ts';
import { v1Refusal } from './error-messages.ts';
import { parsedJson } from './json-body.ts';
import { rateLimited, withRateLimit } from './rate-limit.ts';
import { TicketRequestBody } from './request-schemas.ts';
import { v1Json } from './response.ts';
import type { TicketBody } from './schemas.ts';
import type { PhotoChange } from './set-photo.ts';

/**
 * `POST /v1/photo/uploads`: a ticket for sending one file straight to S3. The ticket counts against the caller's limit;
 * the file does not.
 */
export async function requestTicketByV1(
  request: Request,
  { user, changer }: PhotoChange,
  flows: ChangeFlows,
): Promise<HttpResponse> {
  const requested = readTicketRequest(request, storedFilePolicy(flows.serviceLimits.policies.v1));
  if (!requested.ok) return v1Refusal(requested.refusal);
  const rateLimit = await flows.consumeChange({ userId: changer, id: request.id, isRepeat: false });
  if (!rateLimit.allowed) return rateLimited(rateLimit, Date.now() / 1000);

  const isAdministrators = changer !== user.id;
  const { ticket, form } = await flows.issueTicket({
    ...requested.value,
    userId: user.id,
    ...(isAdministrators && { isAdministrators }),
  });
  const statusUrl = `${request.baseUrl}/v1/uploads/${ticket.id}`;
  const body: z.infer<typeof TicketBody> = {
    upload_id: ticket.id,
    status_url: statusUrl,
    expires_at: ticket.expiresAt,
    method: 'POST',
    url: form.url,
    fields: form.fields,
  };
  return withRateLimit(v1Json(201, body, { Location: statusUrl, 'x-upload-id': ticket.id }), rateLimit);
}

type RequestedFile = Pick<TicketToIssue, 'mediaType' | 'bytes' | 'crop'>;

/** JSON, whatever its declared type. Unknown fields are refused: a misspelt crop would show another face. */
function readTicketRequest(request: Request, { formats, maxBytes }: UploadPolicy): Result<RequestedFile, Refusal> {
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  if (request.body.length === 0) return refused({ code: 'body-missing' });
  const sent = parsedJson(request.body);
  if (typeof sent !== 'object' || sent === null) return refused({ code: 'body-malformed' });
  for (const argument of ['media_type', 'bytes']) {
    if (!(argument in sent)) return refused({ code: 'missing-argument', argument });
  }
  const read = TicketRequestBody.safeParse(sent);
  if (!read.success) return refused(badArgument(sent, read.error.issues[0]));

  const { bytes, crop } = read.data;
  const mediaType = read.data.media_type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!formats.some((format) => isTypeOf(mediaType, format))) {
    return refused({ code: 'content-type-unknown', contentType: mediaType.slice(0, 100) });
  }
  if (bytes > maxBytes) return refused({ code: 'too-many-bytes', bytes, maxBytes });
  return accepted({ mediaType, bytes, ...requestedCrop(crop) });
}

/** `auto` is the default, so naming it makes no other upload. */
function requestedCrop(crop: z.infer<typeof TicketRequestBody>['crop']): { crop?: RequestedCrop } {
  if (crop === undefined || crop === 'auto') return {};
  return { crop: crop === 'centre' ? crop : { x: crop.x, y: crop.y, side: crop.w } };
}

const ALLOWED: Record<string, string> = {
  media_type: 'a media type, as image/jpeg',
  bytes: "the file's length, a whole number from 1",
  crop: `${CROP_MODES.join(', ')}, or {"x", "y", "w"} in whole pixels`,
};

function badArgument(sent: object, issue: z.core.$ZodIssue | undefined): Refusal {
  const argument = String(issue?.path[0] ?? (issue?.code === 'unrecognized_keys' ? issue.keys[0] : 'the body'));
  const given = shortened((sent as Record<string, unknown>)[argument]);
  const allowed = ALLOWED[argument] ?? 'left out: it is not known here (media_type, bytes, crop)';
  return { code: 'bad-argument', argument: argument.slice(0, 40), given, allowed };
}

const shortened = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 40);
