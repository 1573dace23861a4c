import type { Avatar } from '../../core/avatar.ts';
import { MEDIA_TYPE } from '../../core/photo.ts';
import type { HttpResponse } from '../http-response.ts';
import { drawInitials, initialsOf } from '../initials.ts';
import { DRAWINGS } from './drawings.ts';
import { type AvatarRequest, BAD_HASH, readAvatarRequest } from './request.ts';

/** An HTTP request for an avatar. */
export interface AvatarCall {
  verb: string;
  path: string;
  /** Decoded. Of a repeated parameter, the last. */
  query: Record<string, string | undefined>;
  /** The `If-None-Match` header. */
  knownTags: string;
}

interface AvatarFlows {
  /** The hosts that a default URL may be on. */
  readonly defaultHosts: readonly string[];
  findAvatar(hash: string, sidePx: number): Promise<Avatar>;
}

/** How long the CDN and browsers keep an answer, and so how long a new photo or a deletion takes to be seen. */
const MAX_AGE_SECONDS = 300;

/** For content that any page may show. */
const HEADERS = {
  'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}`,
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
};

/**
 * `GET|HEAD /avatar/{hash}`, as Gravatar and Libravatar speak it. The answer is the picture itself, not a redirect:
 * Sentry's mails do not follow one (docs/avatars.md).
 */
export async function answerAvatar(call: AvatarCall, flows: AvatarFlows): Promise<HttpResponse> {
  if (call.verb !== 'GET' && call.verb !== 'HEAD') return text(405, 'GET or HEAD', { Allow: 'GET, HEAD' });
  const wanted = readAvatarRequest(call.path, (name) => call.query[name], flows.defaultHosts);
  if (wanted === undefined) return text(400, BAD_HASH);
  const { photo, name = '' }: Avatar = wanted.isForced ? {} : await flows.findAvatar(wanted.hash, wanted.sidePx);
  const answer = photo
    ? picture(MEDIA_TYPE[photo.format], Buffer.from(photo.bytes), photo.tag)
    : withoutPhoto(wanted, name);
  const isKnown = answer.headers.ETag !== undefined && call.knownTags.includes(answer.headers.ETag);
  return isKnown ? { ...answer, status: 304, body: '' } : answer;
}

function withoutPhoto({ hash, sidePx, fallback, initials }: AvatarRequest, name: string): HttpResponse {
  if (fallback === '404') return text(404, 'no such avatar');
  if (fallback.startsWith('https:')) return { status: 302, headers: { ...HEADERS, Location: fallback }, body: '' };
  // The edge function passes on `initials` only for clients that accept SVG.
  const letters = fallback === 'initials' ? initialsOf([...initials].join(' ')) || initialsOf(name) : '';
  if (letters !== '') {
    const drawn = drawInitials(letters, String(Number.parseInt(hash.slice(-8), 16)), sidePx);
    return picture('image/svg+xml', Buffer.from(drawn), `${hash}-${sidePx}-${Buffer.from(letters).toString('hex')}`);
  }
  const drawing = isDrawn(fallback) ? fallback : 'mp';
  return picture('image/png', DRAWINGS[drawing](hash, sidePx), `${drawing}-${hash}-${sidePx}`);
}

const isDrawn = (word: string): word is keyof typeof DRAWINGS => Object.hasOwn(DRAWINGS, word);

const picture = (mediaType: string, body: Buffer, tag: string): HttpResponse => ({
  status: 200,
  headers: { ...HEADERS, 'Content-Type': mediaType, ETag: `"${tag}"` },
  body,
});

const text = (status: number, said: string, more: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8', ...more },
  body: `${said}\n`,
});
