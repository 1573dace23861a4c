import { type ApiClient, SESSION_OVER } from './api-client.ts';
import { type Outcome, outcomeOf, type SourceLimits } from './api-responses.ts';
import type { Square } from './crop-plan.ts';
import { postForm } from './post-form.ts';

export interface PhotoUpload {
  image: Blob;
  /** By its bytes, or as it was drawn. */
  mediaType: string;
  /** In upright pixels of `image`; undefined for the whole picture. */
  crop: Square | undefined;
}

type Sending = Promise<Outcome<{ uploadId: string }>>;

/** Sends it in one request if it fits. A larger one goes by ticket straight to S3, so nothing has to be scaled down. */
export const sendPhoto = (
  service: ApiClient,
  upload: PhotoUpload,
  limits: SourceLimits,
  onProgress: (sentFraction: number) => void,
  signal: AbortSignal,
): Sending =>
  upload.image.size + FORM_BYTES <= limits.max_bytes
    ? sendInOneRequest(service, upload, onProgress, signal)
    : sendByTicket(service, upload, onProgress, signal);

/** The form's other parts, and some room. */
const FORM_BYTES = 4_096;
/** A minute more than API Gateway would wait for a slow phone. */
const MAX_SECONDS = 90;
/** How long a form that was begun in time may take. */
const MAX_TICKET_SECONDS = 900;

async function sendInOneRequest(
  { token }: Pick<ApiClient, 'token'>,
  { image, crop }: PhotoUpload,
  onProgress: (sentFraction: number) => void,
  signal: AbortSignal,
): Sending {
  const form = new FormData();
  form.append('image', image, 'photo');
  if (crop) {
    form.append('crop_x', String(crop.x));
    form.append('crop_y', String(crop.y));
    form.append('crop_w', String(crop.side));
  }
  const bearer = await token();
  if (bearer === undefined) return SESSION_OVER;
  // The page follows the upload itself, so the answer need not wait.
  const headers = { authorization: `Bearer ${bearer}`, prefer: 'respond-async' };
  const answer = await postForm({ url: '/v1/photo', form, headers, maxSeconds: MAX_SECONDS }, onProgress, signal);
  if (answer === undefined) return OFFLINE;
  const outcome = outcomeOf(answer.status, answer.header('retry-after'), parsed(answer.body));
  if (!outcome.ok) return outcome;
  const uploadId = answer.header('x-upload-id');
  return uploadId === null ? broken(answer.status) : { ok: true, value: { uploadId } };
}

async function sendByTicket(
  service: ApiClient,
  { image, mediaType, crop }: PhotoUpload,
  onProgress: (sentFraction: number) => void,
  signal: AbortSignal,
): Sending {
  const ticket = await service.ticket({
    media_type: mediaType,
    bytes: image.size,
    ...(crop && { crop: { x: crop.x, y: crop.y, w: crop.side } }),
  });
  if (!ticket.ok) return ticket;
  const { url, fields, upload_id } = ticket.value;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', image, 'photo');
  const answer = await postForm({ url, form, maxSeconds: MAX_TICKET_SECONDS }, onProgress, signal);
  if (answer === undefined) return OFFLINE;
  // What S3 refuses (an expired ticket, for example) works on another try.
  return answer.status >= 300 ? broken(answer.status) : { ok: true, value: { uploadId: upload_id } };
}

const OFFLINE = { ok: false, error: { kind: 'offline' } } as const;

const broken = (status: number) => ({ ok: false, error: { kind: 'broken', status } }) as const;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
