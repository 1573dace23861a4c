import type { Refusal } from '../../core/refusal.ts';

/**
 * Twitter's two shapes of an error. With a `code` it is an entry of 1.1's `errors` array. Without, it is the older
 * `{request, error}`, which the real API still used for some errors.
 */
interface TwitterError {
  status: number;
  code?: number;
  message: string;
}

/**
 * Every refusal in Twitter's words: the codes and messages of its response-codes page and of real answers.
 * `docs/twitter.md` says which are confirmed and which were chosen. Bad pictures are 400 or 422, the two statuses for
 * which python-twitter raises an error.
 */
export function twitterError(refusal: Refusal): TwitterError {
  switch (refusal.code) {
    case 'no-image':
    case 'body-missing':
      return { status: 400, code: 38, message: 'image parameter is missing.' };
    case 'unknown-format':
      return { status: 400, message: `media type unrecognized.${ELSEWHERE[refusal.looksLike ?? ''] ?? ''}` };
    case 'corrupt-image':
      return failed('image data could not be processed');
    case 'too-many-bytes':
      return failed(`image has ${refusal.bytes} bytes; it must be less than ${refusal.maxBytes + 1}`);
    case 'too-small':
      return failed(`image must be at least ${refusal.minSidePx} pixels a side`);
    case 'too-large':
      return failed(`image must be at most ${refusal.maxSidePx} pixels a side`);
    case 'too-many-pixels':
      return failed(`image has ${refusal.pixels} pixels; the maximum is ${refusal.maxPixels}`);
    case 'too-much-memory':
      return failed('image would take too much memory to decode');
    case 'too-slow':
      return failed(`image takes more than ${refusal.maxSeconds} seconds to decode`);
    case 'too-many-frames':
      return failed(`image has ${refusal.frames} frames; the maximum is ${refusal.maxFrames}`);
    case 'photo-locked':
      return failed(`an administrator has locked the photo: ${refusal.reason}`);
    case 'bad-crop':
    case 'crop-outside':
      return failed('the crop box is not inside the image');
    case 'several-images':
      return failed(`${refusal.count} images were sent`);
    case 'body-too-large':
      return failed(`the body is larger than ${refusal.maxBytes} bytes`);
    case 'content-encoding-unknown':
      return {
        // python-twitter raises for 400 and 422 only.
        status: 400,
        code: 214,
        message: `Bad request: Content-Encoding ${refusal.contentEncoding} is not read here; send the body as it is.`,
      };
    case 'body-truncated':
    case 'body-malformed':
    case 'content-type-missing':
    case 'content-type-unknown':
    case 'content-type-wrong':
    // These are about what only `/v1` has.
    case 'bad-argument':
    case 'other-upload':
    case 'bad-wait':
    case 'bad-idempotency-key':
    case 'charset-unknown':
    case 'too-many-arguments':
    case 'bad-argument-name':
    case 'array-argument':
      return { status: 400, code: 214, message: 'Bad request.' };
    case 'no-credential':
      return { status: 400, code: 215, message: 'Bad Authentication data.' };
    case 'unknown-application':
    case 'removed-application':
      return { status: 401, code: 416, message: 'Invalid / suspended application' };
    // Tokens of the identity provider are for `/v1`.
    case 'invalid-token':
    case 'unknown-credential':
    case 'revoked-credential':
    case 'expired-credential':
      return { status: 401, code: 89, message: 'Invalid or expired token.' };
    case 'bad-signature':
    case 'replayed-nonce':
    case 'network-not-allowed':
      return { status: 401, code: 32, message: 'Could not authenticate you.' };
    case 'stale-timestamp':
      return { status: 401, code: 135, message: 'Timestamp out of bounds.' };
    case 'app-only':
    // These four are about Slack's tokens.
    case 'wrong-token-kind':
    case 'bot-user':
    case 'missing-scope':
    case 'missing-permission':
    case 'not-administrator':
      return { status: 403, code: 220, message: 'Your credentials do not allow access to this resource.' };
    case 'read-only':
      return { status: 401, message: 'Read-only application cannot POST.' };
    case 'inactive-user':
    case 'inactive-team':
    case 'team-migrating':
    case 'team-joining-organization':
      return {
        status: 403,
        code: 64,
        message: 'Your account is suspended and is not permitted to access this feature.',
      };
    case 'provider-away':
      return { status: 503, code: 130, message: 'Over capacity' };
    case 'rate-limited':
      return { status: 429, code: 88, message: 'Rate limit exceeded' };
    case 'unknown-method':
    case 'unknown-upload':
    case 'nothing-to-undo':
    case 'no-photo':
    case 'unknown-version':
      return { status: 404, code: 34, message: 'Sorry, that page does not exist.' };
    case 'retired-method':
      return {
        status: 410,
        code: 64,
        message:
          'The Twitter REST API v1 is no longer active. Please migrate to API v1.1. https://dev.twitter.com/docs/api/1.1/overview.',
      };
    case 'wrong-verb':
      return { status: 400, code: 86, message: `This method requires a ${refusal.allowed}.` };
    case 'missing-argument':
      return { status: 403, code: 25, message: 'Query parameters are missing.' };
    case 'unknown-user':
      return { status: 404, code: 50, message: 'User not found.' };
    case 'suspended-user':
      return { status: 403, code: 63, message: 'User has been suspended.' };
  }
}

/** Twitter's banner page has 422 for an image that "could not be resized, or is too large". */
const failed = (reason: string): TwitterError => ({
  status: 422,
  code: 120,
  message: `Account update failed: ${reason}.`,
});

/** Our hint about formats of phones and the web, after Twitter's own words. */
const ELSEWHERE: Record<string, string> = {
  heic: ' POST /v1/photo takes HEIC.',
  webp: ' POST /v1/photo takes WebP.',
  avif: ' POST /v1/photo takes AVIF.',
};
