import { gifFile, withChunk, withSegment } from '../test/picture-parts.ts';
import { gifOfManyFrames, jpeg, photoLike, png, tinyBombGif } from '../test/pictures.ts';

/** One file, its path in the batch, and what the report must say of it. */
interface MixedFile {
  name: string;
  content: Uint8Array;
  /** `file | user | outcome | reason`, in the words of `said`. */
  expected: string;
}

/** A batch: its files, and every line of its report. */
export interface Mix {
  files: { name: string; content: Uint8Array }[];
  expected: string[];
}

/** What the mix needs to know of a user. */
export interface Named {
  id: string;
  slackId: string;
  screenName: string;
  email?: string;
}

/** The caller makes two users with this address, and one who is deactivated. */
export const TWINS_EMAIL = 'twins@example.com';
export const INACTIVE = 'mix_inactive';

const FOLDERS = ['', 'sales & more/', 'C++ + plus/', '写真 部/', 'Москва/', 'عربي/'];

/**
 * A file for each user, named in each of the four ways, in folders with spaces, plus signs and letters of several
 * scripts. After every tenth one a bad file, each kind in turn. All have different bytes.
 */
export async function* mixedFiles(users: Named[]): AsyncGenerator<MixedFile> {
  const jpegs = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => jpeg({ picture: photoLike(64, 64, seed) })));
  const pngs = await Promise.all([1, 2, 3].map((seed) => png({ picture: photoLike(64, 64, seed) })));
  const unlike = (index: number) => Buffer.from(`mix ${index}`);
  const jpegOf = (index: number) => withSegment(jpegs[index % jpegs.length] ?? Buffer.alloc(0), 0xfe, unlike(index));
  const pngOf = (index: number) => withChunk(pngs[index % pngs.length] ?? Buffer.alloc(0), 'teXt', unlike(index));
  const file = (folder: string, user: string, type: string, content: Uint8Array, outcome: string): MixedFile => {
    const name = `${folder}${user}.${type}`;
    return { name, content, expected: `${name} | ${user} | ${outcome}` };
  };
  for (const [index, user] of users.entries()) {
    const folder = FOLDERS[index % FOLDERS.length] ?? '';
    const called = [user.id, user.slackId, user.screenName, user.email ?? ''][index % 4] ?? '';
    const isPng = index % 3 === 0;
    yield file(folder, called, isPng ? 'png' : 'jpg', isPng ? pngOf(index) : jpegOf(index), 'published');
    if (index % 10 !== 9) continue;
    // U+FF5E sorts last, so the user's own file comes before and is the one that counts.
    const last = `～ ${index}/`;
    const bad = [
      () => file(last, `nobody_${index}`, 'jpg', jpegOf(index), 'refused | unknown_user'),
      () => file(last, `пользователь ${index}`, 'jpg', jpegOf(index), 'refused | unknown_user'),
      () => file(last, TWINS_EMAIL, 'jpg', jpegOf(index), 'refused | ambiguous_user'),
      () => file(last, INACTIVE, 'png', pngOf(index), 'refused | inactive_user'),
      () => file(last, user.screenName, 'jpg', jpegOf(index), 'refused | duplicate_user'),
    ];
    yield (bad[Math.floor(index / 10) % bad.length] ?? bad[0])?.() as MixedFile;
  }
}

/** So many users are for pictures that are refused. */
export const BAD_PICTURES = 6;

/** Pictures that are refused, one of each kind, for users who have no other file. */
export async function badPictures(users: Named[]): Promise<MixedFile[]> {
  const good = await jpeg({ picture: photoLike(64, 64, 7) });
  const kinds: [type: string, content: Uint8Array, reason: string][] = [
    ['png', Buffer.alloc(0), 'no_image'],
    ['jpg', Buffer.from('no picture at all'), 'unknown_format'],
    ['jpg', good.subarray(0, 600), 'corrupt_image'],
    ['gif', tinyBombGif(), 'too_many_pixels'],
    ['gif', gifFile({ screenPx: [1, 1], frames: [[0, 0, 8_000, 5_000]] }), 'too_much_memory'],
    ['gif', gifOfManyFrames(10_001), 'too_many_frames'],
  ];
  return kinds.map(([type, content, reason], index) => {
    const user = users[index]?.screenName ?? '';
    return { name: `${user}.${type}`, content, expected: `${user}.${type} | ${user} | refused | ${reason}` };
  });
}
