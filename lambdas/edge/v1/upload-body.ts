import type * as z from 'zod/mini';
import type { Upload } from '../../core/change.ts';
import { isAccepted, type Ticket } from '../../core/ticket.ts';
import { v1Refusal } from './error-messages.ts';
import { cropBody } from './photo-body.ts';
import type { ProblemBody, UploadBody } from './schemas.ts';

/** What became of an upload, or of the ticket for one: the body of `GET /v1/uploads/{id}`. */
export const uploadBody = (found: Upload | Ticket): z.infer<typeof UploadBody> =>
  isAccepted(found) ? acceptedBody(found) : ticketBody(found);

const acceptedBody = (found: Upload): z.infer<typeof UploadBody> => ({
  id: found.id,
  state: found.state,
  ...(found.reason !== undefined && { reason: found.reason }),
  number: found.number,
  source: found.source,
  accepted_at: found.acceptedAt,
  ...(found.finishedAt !== undefined && { finished_at: found.finishedAt }),
  ...(found.chosenCrop && { crop: cropBody(found.chosenCrop) }),
  ...(found.placeholder?.thumbhash !== undefined && { thumbhash: found.placeholder.thumbhash }),
  ...(found.placeholder?.dominantColour !== undefined && { dominant_colour: found.placeholder.dominantColour }),
});

const ticketBody = ({ id, state, expiresAt, refusal, finishedAt }: Ticket): z.infer<typeof UploadBody> => ({
  id,
  state,
  ...(refusal && { reason: refusal.code, problem: problemOf(refusal) }),
  source: 'v1',
  expires_at: expiresAt,
  ...(finishedAt !== undefined && { finished_at: finishedAt }),
});

/** In the words that whoever sends a photo by `POST /v1/photo` is answered with. */
const problemOf = (refusal: NonNullable<Ticket['refusal']>): z.infer<typeof ProblemBody> =>
  JSON.parse(String(v1Refusal(refusal).body));
