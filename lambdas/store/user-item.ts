import * as z from 'zod/mini';
import { type ChosenCrop, type Evicted, FORMATS, type NamedPhoto, type Photo } from '../core/photo.ts';
import type { User } from '../core/user.ts';
import { ChosenCropItem } from './crop.ts';

/** A user, and the claims on names, in the users table. Names, never URLs. */

/** A name that belongs to one user: an item of its own, read consistently. No index decides about identity. */
export type Claim = { kind: 'screen_name' | 'slack_id' | 'oidc'; value: string };

const UserItem = z.object({
  user_id: z.string(),
  slack_id: z.string(),
  team_id: z.string(),
  screen_name: z.string(),
  name: z.string(),
  email: z.optional(z.string()),
  state: z.enum(['active', 'deactivated', 'erased']),
  oidc: z.optional(z.string()),
  profile_at: z.optional(z.string()),
  photo_lock: z.optional(z.string()),
  is_bot: z.optional(z.boolean()),
  hides_avatar: z.optional(z.boolean()),
  created_at: z.string(),
  changed_at: z.optional(z.string()),
  imported_from: z.optional(z.string()),
  imported_at: z.optional(z.string()),
  rolled_back_at: z.optional(z.string()),
  seq: z.int(),
  shown: z.int(),
  photo: z.optional(z.string()),
  history: z.array(z.string()),
  evicted: z.optional(z.set(z.string())),
});

export const userKey = (id: string): string => `user#${id}`;

/** Screen names are the same in any case. */
export const claimItem = ({ kind, value }: Claim, userId: string) => ({
  id: `${kind}#${kind === 'screen_name' ? value.toLowerCase() : value}`,
  user_id: userId,
});

/** E-mail addresses are the same in any case. The item has a set, because two users may have the same address. */
export const emailKey = (email: string): string => `email#${email.normalize('NFC').toLowerCase()}`;

/** A hash of an e-mail address (`core/avatar.ts`). The item has a set, like the address's own. */
export const emailHashKey = (hash: string): string => `email_hash#${hash}`;

/** The hash in such an item's key; undefined for other items. */
export const hashOf = (id: string): string | undefined => /^email_hash#(\w+)$/.exec(id)?.[1];

export const userItem = (user: User): { id: string } & z.input<typeof UserItem> => ({
  id: userKey(user.id),
  user_id: user.id,
  slack_id: user.slackId,
  team_id: user.teamId,
  screen_name: user.screenName,
  name: user.name,
  email: user.email,
  state: user.state,
  oidc: user.identity,
  profile_at: user.profileAt,
  is_bot: user.isBot,
  hides_avatar: user.hidesAvatar,
  created_at: user.createdAt,
  changed_at: user.changedAt,
  seq: user.seq,
  shown: user.shown,
  photo: user.photo && photoText(user.photo),
  history: user.history.map(photoText),
  evicted: user.evicted.length === 0 ? undefined : new Set(user.evicted.map(evictedText)),
});

/**
 * A photo as one line: `<version>.1024x768.jpeg 7 2026-11-25T14:35:45.814Z <thumbhash> #aabbcc a0,504,3024`. The
 * placeholder and the squares' box are left out if unknown. Not a map, which would consist mostly of names: so a user
 * with six photos fits into the 1,024 bytes of a write unit, and each upload writes the record three times.
 */
export const photoText = (photo: Photo): string =>
  [photoName(photo), photo.number, photo.publishedAt, photo.thumbhash, photo.dominantColour, cropText(photo)]
    .filter((part) => part !== undefined)
    .join(' ');

function readPhotoText(text: string): Photo {
  const [name = '', number, publishedAt, ...more] = text.split(' ');
  const dominantColour = more.find((part) => part.startsWith('#'));
  // Neither a colour nor base64 has a comma.
  const crop = more.find((part) => part.includes(','));
  const thumbhash = more.find((part) => part !== dominantColour && part !== crop);
  return {
    ...readPhotoName(name),
    ...ShownItem.parse({ number: Number(number), publishedAt }),
    ...(thumbhash !== undefined && { thumbhash }),
    ...(dominantColour !== undefined && { dominantColour }),
    ...(crop !== undefined && { crop: readCropText(crop) }),
  };
}

/** A letter for how it was chosen, then the box. */
const cropText = ({ crop }: Photo): string | undefined =>
  crop && `${CHOSEN_BY[crop.by]}${crop.x},${crop.y},${crop.side}`;

function readCropText(text: string): ChosenCrop {
  const [x, y, side] = text.slice(1).split(',').map(Number);
  const by = Object.entries(CHOSEN_BY).find(([, letter]) => letter === text[0])?.[0];
  return ChosenCropItem.parse({ x, y, side, by });
}

const CHOSEN_BY = { auto: 'a', centre: 'c', box: 'b' } as const satisfies Record<ChosenCrop['by'], string>;

const ShownItem = z.object({ number: z.int(), publishedAt: z.string() });

/** What the names of a photo's objects follow from, in one word: `<version>.1024x768.jpeg`. */
const photoName = ({ version, widthPx, heightPx, format }: NamedPhoto): string =>
  `${version}.${widthPx}x${heightPx}.${format}`;

function readPhotoName(name: string): NamedPhoto {
  const [version = '', size = '', format] = name.split('.');
  const [widthPx, heightPx] = size.split('x').map(Number);
  return NamedItem.parse({ version, format, widthPx, heightPx });
}

const NamedItem = z.object({
  version: z.string(),
  format: z.enum(FORMATS),
  widthPx: z.int().check(z.positive()),
  heightPx: z.int().check(z.positive()),
});

/** A set has only text: a photo's name, or the version alone. */
export const evictedText = (photo: Evicted): string => ('format' in photo ? photoName(photo) : photo.version);

const readEvicted = (text: string): Evicted => (text.includes('.') ? readPhotoName(text) : { version: text });

/** What is left of an erased user, so that work in flight finds it and stops. */
export interface Tombstone {
  userId: string;
  /** ISO 8601 UTC. */
  erasedAt: string;
  /** Seconds since 1970: DynamoDB's time to live. */
  expiresAtSeconds: number;
}

const TombstoneItem = z.object({ user_id: z.string(), erased_at: z.string(), expires_at: z.int() });

export const tombstoneItem = ({ userId, erasedAt, expiresAtSeconds }: Tombstone) => ({
  id: userKey(userId),
  user_id: userId,
  state: 'erased',
  erased_at: erasedAt,
  expires_at: expiresAtSeconds,
});

/** A user who is still being erased has all attributes of a user. A tombstone has its end instead. */
export const isTombstone = (item: Record<string, unknown>): boolean => 'expires_at' in item;

/** Undefined if expired: DynamoDB deletes expired items late. */
export function readTombstone(item: Record<string, unknown>): Tombstone | undefined {
  const { user_id, erased_at, expires_at } = TombstoneItem.parse(item);
  if (expires_at * 1000 <= Date.now()) return undefined;
  return { userId: user_id, erasedAt: erased_at, expiresAtSeconds: expires_at };
}

/** @throws if the item is not a user: what something else wrote must not be guessed at */
export function readUserItem(item: Record<string, unknown>): User {
  const row = UserItem.parse(item);
  return {
    id: row.user_id,
    slackId: row.slack_id,
    teamId: row.team_id,
    screenName: row.screen_name,
    name: row.name,
    ...(row.email !== undefined && { email: row.email }),
    state: row.state,
    ...(row.oidc !== undefined && { identity: row.oidc }),
    ...(row.profile_at !== undefined && { profileAt: row.profile_at }),
    ...(row.photo_lock !== undefined && { photoLock: row.photo_lock }),
    ...(row.is_bot !== undefined && { isBot: row.is_bot }),
    ...(row.hides_avatar !== undefined && { hidesAvatar: row.hides_avatar }),
    createdAt: row.created_at,
    ...(row.changed_at !== undefined && { changedAt: row.changed_at }),
    ...(row.imported_from !== undefined && { importedFrom: row.imported_from }),
    ...(row.imported_at !== undefined && { importedAt: row.imported_at }),
    ...(row.rolled_back_at !== undefined && { rolledBackAt: row.rolled_back_at }),
    seq: row.seq,
    shown: row.shown,
    ...(row.photo !== undefined && { photo: readPhotoText(row.photo) }),
    history: row.history.map(readPhotoText),
    evicted: [...(row.evicted ?? [])].sort().map(readEvicted),
  };
}
