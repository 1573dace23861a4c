/**
 * The request `/avatar/{hash}`, in Gravatar's and Libravatar's terms (docs.gravatar.com, "Images"; wiki.libravatar.org,
 * "API"), reduced to one spelling for all requests that mean the same. The edge function runs this file too, so that a
 * face has few entries in the CDN's cache. Its JavaScript has no destructuring, no spread and no look-ups.
 */
export interface AvatarRequest {
  /** 32 or 64 hex digits in lower case. */
  hash: string;
  /** One of `AVATAR_SIDES_PX`: the smallest that is as large as the side that was asked for. */
  sidePx: number;
  /** One of `AVATAR_DEFAULTS`, or an `https` URL on one of the allowed hosts. */
  fallback: string;
  /** The default is wanted even if there is a photo. */
  isForced: boolean;
  /** At most two characters, in capitals; only with the default `initials`. */
  initials: string;
}

/** The squares that photos have (`core/stored-sizes.ts`), without Twitter's 73: 72 serves as well. */
export const AVATAR_SIDES_PX = [24, 32, 48, 72, 192, 400, 512, 1024];
const DEFAULT_SIDE_PX = 80;
/** Gravatar's. Libravatar takes up to 512. */
const MAX_SIDE_PX = 2048;

/** What can be shown for a person without a photo. */
const AVATAR_DEFAULTS = ['404', 'mp', 'identicon', 'retro', 'blank', 'color', 'initials'];

/** Defaults that others draw, and ours that takes their place. */
const STANDS_FOR: Record<string, string> = {
  mm: 'mp',
  monsterid: 'identicon',
  wavatar: 'identicon',
  robohash: 'identicon',
};

const PATH = /^\/avatar\/([0-9a-f]{32}|[0-9a-f]{64})(\.(jpe?g|png|gif|webp))?$/i;

/** The answer for every other path. */
export const BAD_HASH = 'the MD5 or SHA-256 of an e-mail address, in hex';

/**
 * @param parameter returns a decoded query parameter; undefined if it was not sent
 * @param defaultHosts the hosts that a default URL may be on
 * @returns undefined if the path has no hash
 */
export function readAvatarRequest(
  path: string,
  parameter: (name: string) => string | undefined,
  defaultHosts: readonly string[],
): AvatarRequest | undefined {
  const named = PATH.exec(path);
  if (named === null) return undefined;
  const fallback = fallbackOf(parameter('d') || parameter('default') || '', defaultHosts);
  return {
    hash: String(named[1]).toLowerCase(),
    sidePx: sideOf(parameter('s') || parameter('size') || ''),
    fallback,
    isForced: /^(y|yes|true|1)$/i.test(parameter('f') || parameter('forcedefault') || ''),
    initials: fallback === 'initials' ? initialsOf(parameter('initials') || '', parameter('name') || '') : '',
  };
}

/** The request's one spelling. */
export function avatarQuery(request: AvatarRequest): Record<string, string> {
  const query: Record<string, string> = { s: String(request.sidePx), d: request.fallback };
  if (request.isForced) query.f = 'y';
  if (request.initials !== '') query.initials = request.initials;
  return query;
}

/** Anything but a number in range is ignored. */
function sideOf(given: string): number {
  const number = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  const wanted = number >= 1 && number <= MAX_SIDE_PX ? number : DEFAULT_SIDE_PX;
  return AVATAR_SIDES_PX.find((sidePx) => sidePx >= wanted) || Math.max.apply(null, AVATAR_SIDES_PX);
}

function fallbackOf(given: string, defaultHosts: readonly string[]): string {
  const word = given.toLowerCase();
  if (AVATAR_DEFAULTS.includes(word)) return word;
  if (Object.keys(STANDS_FOR).includes(word)) return String(STANDS_FOR[word]);
  return isOnHost(given, defaultHosts) ? given : 'mp';
}

/** No browser's address bar shows a longer one. */
const MAX_URL_CHARACTERS = 1_000;

/** Printable ASCII, without a user before the host, and without what browsers read in two ways: `\` may be a slash. */
function isOnHost(url: string, hosts: readonly string[]): boolean {
  if (url.length > MAX_URL_CHARACTERS || !/^[!#-;=?-[\]_a-z~]+$/.test(url)) return false;
  const host = /^https:\/\/([a-z0-9.-]+)([/?#]|$)/i.exec(url);
  return host !== null && hosts.includes(String(host[1]).toLowerCase());
}

/** The given initials, or those of the first and last word. Only ASCII becomes capital: engines differ in the rest. */
function initialsOf(given: string, name: string): string {
  const parts = name.split(/[\s-]+/).filter((part) => part !== '');
  const last = parts.length < 2 ? '' : first(parts[parts.length - 1]);
  const letters = given.trim() !== '' ? given.trim() : first(parts[0]) + last;
  const one = first(letters);
  return (one + first(letters.slice(one.length))).replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/** The first character, which may be two units of UTF-16. */
function first(word: string | undefined): string {
  if (word === undefined) return '';
  return /^[\ud800-\udbff][\udc00-\udfff]/.test(word) ? word.slice(0, 2) : word.slice(0, 1);
}
