import { TOKEN_CHECKS, type TokenCheck } from '../../core/identity.ts';
import { SOURCE_MEDIA_TYPE } from '../../core/photo.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { HttpResponse } from '../http-response.ts';
import { problem } from './response.ts';

/** Words a refusal for `/v1`, as problem details (RFC 9457). */
export function v1Refusal(refusal: Refusal): HttpResponse {
  switch (refusal.code) {
    case 'no-credential':
      return problem(401, 'Unauthorized', refusal.code, 'Send a token: Authorization: Bearer …');
    case 'unknown-credential':
      return problem(401, 'Unauthorized', refusal.code, 'The token is not known here.');
    case 'invalid-token':
      return invalidToken(refusal.check);
    case 'provider-away': {
      const answer = problem(
        503,
        'Service Unavailable',
        refusal.code,
        'The identity provider cannot be reached, so tokens of its cannot be verified. Try again.',
      );
      return { ...answer, headers: { ...answer.headers, 'Retry-After': String(refusal.retryAfterSeconds) } };
    }
    case 'inactive-user':
      return problem(403, 'Forbidden', refusal.code, 'The user is not active.');
    case 'revoked-credential':
    case 'expired-credential':
    case 'removed-application':
      return problem(401, 'Unauthorized', refusal.code, 'The token is not valid any more.');
    case 'network-not-allowed':
      return problem(403, 'Forbidden', refusal.code, "The token's team allows no requests from this address.");
    case 'inactive-team':
    case 'team-migrating':
    case 'team-joining-organization':
      return problem(403, 'Forbidden', refusal.code, "The token's team is not available.");
    case 'wrong-token-kind':
    case 'bot-user':
    case 'missing-scope':
    case 'missing-permission':
      return problem(403, 'Forbidden', refusal.code, 'The token may not do this.');
    case 'unknown-application':
    case 'bad-signature':
    case 'stale-timestamp':
    case 'replayed-nonce':
      return problem(401, 'Unauthorized', refusal.code, 'The signature of the request was not accepted.');
    case 'app-only':
      return problem(403, 'Forbidden', refusal.code, "This needs a user's token.");
    case 'read-only':
      return problem(403, 'Forbidden', refusal.code, 'The token may only read.');
    case 'rate-limited':
      return problem(429, 'Too Many Requests', refusal.code, `The limit is ${refusal.limit}.`, {
        allowed: { max_requests: refusal.limit },
      });
    case 'unknown-method':
      return problem(404, 'Not Found', refusal.code, `There is nothing at ${refusal.path}`);
    case 'wrong-verb': {
      const answer = problem(
        405,
        'Method Not Allowed',
        refusal.code,
        `${refusal.verb} is not supported here; use ${refusal.allowed}.`,
      );
      // RFC 9110, section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response".
      return { ...answer, headers: { ...answer.headers, Allow: refusal.allowed.replace(' or ', ', ') } };
    }
    case 'missing-argument':
      return problem(400, 'Bad Request', refusal.code, `Missing: ${refusal.argument}`);
    case 'bad-argument':
      return problem(400, 'Bad Request', refusal.code, `${refusal.argument} must be ${refusal.allowed}.`, {
        found: { [refusal.argument]: refusal.given },
        allowed: { [refusal.argument]: refusal.allowed },
      });
    case 'no-photo':
      return problem(404, 'Not Found', refusal.code, 'There is no photo.');
    case 'retired-method':
      return problem(410, 'Gone', refusal.code);
    case 'photo-locked':
      return problem(403, 'Forbidden', refusal.code, `An administrator has locked the photo: ${refusal.reason}`);
    case 'not-administrator':
      return problem(403, 'Forbidden', refusal.code, 'This is for administrators.');
    case 'unknown-user':
    case 'suspended-user':
      return problem(404, 'Not Found', refusal.code);
    case 'nothing-to-undo':
      return problem(409, 'Conflict', refusal.code, 'There is no photo before this one.');
    case 'body-too-large':
      return problem(413, 'Content Too Large', refusal.code, `The body is larger than ${refusal.maxBytes} bytes.`, {
        allowed: { max_bytes: refusal.maxBytes },
      });
    case 'content-encoding-unknown':
      return problem(
        415,
        'Unsupported Media Type',
        refusal.code,
        `Content-Encoding ${refusal.contentEncoding} is not read here; send the body as it is.`,
      );
    case 'content-type-missing':
      return problem(415, 'Unsupported Media Type', refusal.code, 'Say what the body is: Content-Type.', TYPES);
    case 'content-type-unknown':
      return problem(
        415,
        'Unsupported Media Type',
        refusal.code,
        `A body of type ${refusal.contentType} is not taken here.`,
        { found: { content_type: refusal.contentType }, ...TYPES },
      );
    case 'content-type-wrong':
      return problem(
        415,
        'Unsupported Media Type',
        refusal.code,
        `The body says that it is ${refusal.contentType} and is ${refusal.found}.`,
        { found: { content_type: refusal.contentType, picture: refusal.found }, ...TYPES },
      );
    case 'several-images':
      return problem(400, 'Bad Request', refusal.code, `${refusal.count} images were sent; send one.`, {
        found: { images: refusal.count },
        allowed: { max_images: 1 },
      });
    case 'no-image':
      return problem(400, 'Bad Request', refusal.code, 'There is no image in the body, or an empty one.', {
        found: { images: 0 },
        allowed: { max_images: 1 },
      });
    case 'body-missing':
      return problem(400, 'Bad Request', refusal.code, 'The body is empty.', { found: { bytes: 0 } });
    case 'unknown-format':
      return problem(
        415,
        'Unsupported Media Type',
        refusal.code,
        `The file is no picture of a format that is read here: ${refusal.formats.join(', ')}.`,
        {
          ...(refusal.looksLike !== undefined && { found: { format: refusal.looksLike } }),
          allowed: { formats: [...refusal.formats] },
        },
      );
    case 'corrupt-image':
      return problem(422, 'Unprocessable Content', refusal.code, 'The picture is damaged or cut off.', {
        found: { format: refusal.format },
      });
    case 'too-many-bytes':
      return problem(413, 'Content Too Large', refusal.code, 'The picture has too many bytes.', {
        found: { bytes: refusal.bytes },
        allowed: { max_bytes: refusal.maxBytes },
      });
    case 'too-small':
      return problem(422, 'Unprocessable Content', refusal.code, 'The picture is too small.', {
        found: sides(refusal),
        allowed: { min_side_px: refusal.minSidePx },
      });
    case 'too-large':
      return problem(422, 'Unprocessable Content', refusal.code, 'The picture is too large.', {
        found: sides(refusal),
        allowed: { max_side_px: refusal.maxSidePx },
      });
    case 'too-many-pixels':
      return problem(422, 'Unprocessable Content', refusal.code, 'The picture has too many pixels.', {
        found: { pixels: refusal.pixels },
        allowed: { max_pixels: refusal.maxPixels },
      });
    case 'too-much-memory':
      return problem(422, 'Unprocessable Content', refusal.code, 'The picture takes too much memory to decode.', {
        found: { working_bytes: refusal.workingBytes },
        allowed: { max_working_bytes: refusal.maxWorkingBytes },
      });
    case 'too-slow':
      return problem(422, 'Unprocessable Content', refusal.code, 'The picture takes too long to decode.', {
        found: { format: refusal.format },
        allowed: { max_seconds: refusal.maxSeconds },
      });
    case 'too-many-frames':
      return problem(422, 'Unprocessable Content', refusal.code, 'The animation has too many frames.', {
        found: { frames: refusal.frames },
        allowed: { max_frames: refusal.maxFrames },
      });
    case 'bad-crop': {
      const { argument, given, allowed } = refusal;
      const why = allowed === undefined ? 'is not a whole number in range' : 'is a word, and comes without a box';
      return problem(400, 'Bad Request', refusal.code, `${argument} ${why}.`, {
        found: { [argument]: given },
        ...(allowed && { allowed: { [argument]: [...allowed] } }),
      });
    }
    case 'crop-outside':
      return problem(422, 'Unprocessable Content', refusal.code, 'The crop box is not inside the picture.', {
        found: { crop_x: refusal.crop.x, crop_y: refusal.crop.y, crop_w: refusal.crop.side },
        allowed: sides(refusal),
      });
    case 'bad-wait':
      return problem(400, 'Bad Request', refusal.code, 'Prefer: wait takes whole seconds.', {
        found: { wait_seconds: refusal.given },
        allowed: { min_wait_seconds: 0, max_wait_seconds: refusal.maxSeconds },
      });
    case 'bad-idempotency-key':
      return problem(400, 'Bad Request', refusal.code, 'An Idempotency-Key is printable ASCII; a UUID will do.', {
        found: { characters: refusal.characters },
        allowed: { min_characters: 1, max_characters: refusal.maxCharacters },
      });
    case 'other-upload':
      return problem(
        422,
        'Unprocessable Content',
        refusal.code,
        'This Idempotency-Key came with another picture or another crop before. A new upload needs a new key.',
      );
    case 'unknown-version':
      return problem(404, 'Not Found', refusal.code, 'No photo of this version can be shown again.', {
        found: { version: refusal.given },
        allowed: { versions: refusal.versions },
      });
    case 'body-truncated':
    case 'body-malformed':
    case 'charset-unknown':
    case 'too-many-arguments':
    case 'bad-argument-name':
    case 'array-argument':
      return problem(400, 'Bad Request', refusal.code, 'The body cannot be read.');
    case 'unknown-upload':
      return problem(404, 'Not Found', refusal.code, 'You have no such upload, or it is too old.');
  }
}

/** A path that `/v1` does not have. */
export const v1UnknownPath = (path: string): HttpResponse =>
  v1Refusal({ code: 'unknown-method', path: path.slice(0, 100) });

/** RFC 6750, section 3.1. Says which check failed, because nothing else tells the person who made the token. */
const invalidToken = (check: TokenCheck): HttpResponse =>
  problem(
    401,
    'Unauthorized',
    'invalid-token',
    `The token is not taken: ${TOKEN_CHECKS[check]}.`,
    { found: { check } },
    `Bearer error="invalid_token", error_description="${check}: ${TOKEN_CHECKS[check]}"`,
  );

/** The content types in which a photo may be sent. */
const TYPES = { allowed: { content_types: ['multipart/form-data', ...Object.values(SOURCE_MEDIA_TYPE)] } };

const sides = ({ widthPx, heightPx }: { widthPx: number; heightPx: number }) => ({
  width_px: widthPx,
  height_px: heightPx,
});
