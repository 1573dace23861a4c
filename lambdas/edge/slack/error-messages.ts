import type { Refusal } from '../../core/refusal.ts';

/** Slack's code for a refusal, and a sentence for `response_metadata.messages`. */
interface SlackError {
  error: string;
  message?: string;
  /** More fields of the envelope. */
  fields?: Record<string, string>;
}

/**
 * Every refusal in Slack's terms. The codes are those of Slack's `users.setPhoto` page; the sentences are ours.
 * `docs/slack.md` says which are confirmed and which were chosen.
 */
export function slackError(refusal: Refusal): SlackError {
  switch (refusal.code) {
    case 'no-image':
      return { error: 'bad_image', message: 'image is missing or empty' };
    case 'unknown-format':
      return { error: 'bad_image', message: unknownFormat(refusal.looksLike) };
    case 'corrupt-image':
      return { error: 'bad_image', message: `image is damaged or cut off (${refusal.format})` };
    case 'too-small':
      return {
        error: 'bad_image',
        message: `image is ${px(refusal)}; the minimum is ${refusal.minSidePx} by ${refusal.minSidePx} pixels`,
      };
    case 'too-large':
      return {
        error: 'too_large',
        message: `image is ${px(refusal)}; the maximum is ${refusal.maxSidePx} by ${refusal.maxSidePx} pixels`,
      };
    case 'too-many-bytes':
      return { error: 'too_large', message: `image has ${refusal.bytes} bytes; the maximum is ${refusal.maxBytes}` };
    case 'too-many-pixels':
      return { error: 'too_large', message: `image has ${refusal.pixels} pixels; the maximum is ${refusal.maxPixels}` };
    case 'too-much-memory':
      return { error: 'too_large', message: 'image would take too much memory to decode' };
    case 'too-slow':
      return { error: 'bad_image', message: `image takes more than ${refusal.maxSeconds} seconds to decode` };
    case 'too-many-frames':
      return {
        error: 'too_many_frames',
        message: `image has ${refusal.frames} frames; the maximum is ${refusal.maxFrames}`,
      };
    case 'bad-crop':
      return {
        error: 'invalid_arguments',
        message: `${refusal.argument} is not a whole number in range: ${refusal.given}`,
      };
    case 'crop-outside':
      return {
        error: 'invalid_arguments',
        message: `the crop box (x ${refusal.crop.x}, y ${refusal.crop.y}, w ${refusal.crop.side}) is not inside the image, which is ${px(refusal)}`,
      };
    case 'several-images':
      return { error: 'invalid_arguments', message: `${refusal.count} arguments are named image; send one` };
    case 'body-missing':
      return { error: 'request_timeout', message: 'the body is missing' };
    case 'body-truncated':
      return { error: 'request_timeout', message: 'the body ends before its closing boundary' };
    case 'body-malformed':
      return { error: 'invalid_form_data', message: 'the body is not what its Content-Type says' };
    case 'body-too-large':
      return { error: 'too_large', message: `the body is larger than ${refusal.maxBytes} bytes` };
    case 'content-encoding-unknown':
      return {
        error: 'invalid_form_data',
        message: `Content-Encoding is ${refusal.contentEncoding}; send the body as it is, without one`,
      };
    case 'content-type-missing':
      return { error: 'missing_post_type' };
    case 'content-type-unknown':
      return { error: 'invalid_post_type', message: `Content-Type is ${refusal.contentType}` };
    case 'content-type-wrong':
      return {
        error: 'invalid_post_type',
        message: `Content-Type is ${refusal.contentType}; the picture is ${refusal.found}`,
      };
    case 'charset-unknown':
      return { error: 'invalid_charset', message: `charset is ${refusal.charset}` };
    case 'too-many-arguments':
      return { error: 'invalid_arguments', message: `more than ${refusal.maxArguments} arguments` };
    case 'bad-argument-name':
      return { error: 'invalid_arg_name', message: `argument name: ${refusal.name}` };
    case 'array-argument':
      return { error: 'invalid_array_arg', message: `argument name: ${refusal.name}` };
    case 'no-credential':
      return { error: 'not_authed' };
    case 'unknown-credential':
      return { error: 'invalid_auth' };
    // Not a word about the network: somebody outside it must not learn that the token is valid.
    case 'network-not-allowed':
      return { error: 'invalid_auth' };
    case 'inactive-user':
    case 'inactive-team':
      return { error: 'account_inactive' };
    case 'revoked-credential':
      return { error: 'token_revoked', message: 'the token was revoked' };
    case 'removed-application':
      return { error: 'token_revoked', message: 'the app that the token was issued to was removed' };
    case 'expired-credential':
      return {
        error: 'token_expired',
        message: `the token expired at ${new Date(refusal.expiredAtSeconds * 1000).toISOString()}`,
      };
    case 'team-migrating':
      return { error: 'org_login_required' };
    case 'team-joining-organization':
      return { error: 'team_added_to_org' };
    case 'wrong-token-kind':
      return {
        error: 'not_allowed_token_type',
        message: `this is a ${refusal.kind} token; the method takes ${refusal.allowed.join(' or ')} tokens`,
      };
    case 'bot-user':
      return { error: 'user_is_bot' };
    case 'missing-scope':
      return { error: 'missing_scope', fields: { needed: refusal.needed, provided: refusal.provided.join(',') } };
    case 'missing-permission':
      return { error: 'no_permission', message: `the workspace token lacks ${refusal.needed}` };
    // Tokens of the identity provider are for `/v1`.
    case 'invalid-token':
      return { error: 'invalid_auth' };
    case 'provider-away':
      return { error: 'service_unavailable' };
    // These five are about signed requests, which Slack does not have.
    case 'unknown-application':
    case 'bad-signature':
    case 'stale-timestamp':
    case 'replayed-nonce':
    case 'read-only':
      return { error: 'invalid_auth' };
    case 'app-only':
      return { error: 'not_allowed_token_type' };
    case 'rate-limited':
      return { error: 'ratelimited' };
    case 'retired-method':
      return { error: 'method_deprecated' };
    case 'unknown-method':
      return { error: 'unknown_method', message: `no method at ${refusal.path}` };
    case 'wrong-verb':
      return { error: 'invalid_arguments', message: `${refusal.verb} is not supported; use ${refusal.allowed}` };
    case 'missing-argument':
      return { error: 'invalid_arguments', message: `missing required field: ${refusal.argument}` };
    case 'unknown-user':
    case 'suspended-user':
      return { error: 'user_not_found' };
    case 'nothing-to-undo':
      return { error: 'invalid_arguments', message: 'there is no photo before this one' };
    case 'unknown-upload':
      return { error: 'invalid_arguments', message: 'no such upload' };
    case 'photo-locked':
      return { error: 'access_denied', message: `an administrator has locked the photo: ${refusal.reason}` };
    // These are about what only `/v1` has.
    case 'not-administrator':
      return { error: 'access_denied' };
    case 'bad-argument':
      return { error: 'invalid_arguments', message: `${refusal.argument} must be ${refusal.allowed}` };
    case 'no-photo':
      return { error: 'invalid_arguments', message: 'no photo is shown' };
    case 'unknown-version':
      return { error: 'invalid_arguments', message: 'no such photo was shown' };
    case 'other-upload':
      return { error: 'invalid_arguments', message: 'this upload was another one before' };
    case 'bad-wait':
      return { error: 'invalid_arguments', message: `the wait is not 0 to ${refusal.maxSeconds} seconds` };
    case 'bad-idempotency-key':
      return { error: 'invalid_arguments', message: `the key is not 1 to ${refusal.maxCharacters} characters` };
  }
}

const px = ({ widthPx, heightPx }: { widthPx: number; heightPx: number }) => `${widthPx} by ${heightPx} pixels`;

/** Formats of phones and the web, and what the caller can do. */
const ELSEWHERE: Record<string, string> = {
  heic: 'image is a HEIC, as iPhones take them; send it as JPEG (on the phone: Settings, Camera, Formats, Most Compatible), or as it is to POST /v1/photo',
  webp: 'image is a WebP, not a JPEG, PNG or GIF; POST /v1/photo takes it as it is',
  avif: 'image is an AVIF, not a JPEG, PNG or GIF; POST /v1/photo takes it as it is',
};

const unknownFormat = (looksLike: string | undefined): string =>
  ELSEWHERE[looksLike ?? ''] ?? `image is not a JPEG, PNG or GIF${looksLike ? `; it looks like ${looksLike}` : ''}`;
