import { gifFile, withSegment } from '../test/picture-parts.ts';
import { gifOfManyFrames, jpeg, photoLike, tinyBombGif } from '../test/pictures.ts';
import { INACTIVE, type Mix, type Named, TWINS_EMAIL } from './import-mix.ts';

const SIDE_PX = 64;

/** The folder of files that no line names. */
export const STRAYS = 'stray/';

/** A line of the manifest, the file that is put for it, and what the report must say. */
interface Line {
  file: string;
  user: string;
  /** `crop_x,crop_y,crop_w` */
  crop?: string;
  /** Absent when no file is put, or another line's is meant. */
  content?: Buffer;
  outcome: string;
}

/**
 * A manifest and its files: every third user has a bad line, each kind in turn; of the others every fifth has a crop
 * box, and some share a file. For each bad line there is also a file that no line names.
 */
export async function manifestMix(users: Named[]): Promise<Mix> {
  const photos = await Promise.all([1, 2, 3, 4].map((seed) => jpeg({ picture: photoLike(SIDE_PX, SIDE_PX, seed) })));
  const photo = (index: number) =>
    withSegment(photos[index % photos.length] ?? Buffer.alloc(0), 0xfe, Buffer.from(`manifest ${index}`));
  const frames = gifOfManyFrames(10_001);
  const fileOf = (index: number) => `p/${index % 2 === 0 ? 'Åsa, ' : '写真 + '}${index}.jpg`;

  const good = (user: Named, index: number): Line => ({
    file: index % 9 === 1 ? fileOf(index - 1) : fileOf(index),
    user: [user.id, user.slackId, `@${user.screenName}`, user.email ?? ''][index % 4] ?? '',
    ...(index % 5 === 0 && { crop: '4,5,30' }),
    ...(index % 9 !== 1 && { content: photo(index) }),
    outcome: 'published',
  });
  const bad = (user: Named, index: number): Line[] => {
    const file = fileOf(index);
    const mine = { file, user: user.screenName };
    const put = { ...mine, content: photo(index) };
    return [
      { ...mine, outcome: 'waiting | no_file' },
      { ...mine, file: '', outcome: 'refused | bad_row' },
      { ...mine, crop: '1,,', outcome: 'refused | bad_crop' },
      { ...put, crop: `0,0,${SIDE_PX + 1}`, outcome: 'refused | crop_outside' },
      { ...put, user: `nobody_${index}`, outcome: 'refused | unknown_user' },
      { ...put, user: TWINS_EMAIL, outcome: 'refused | ambiguous_user' },
      { ...put, user: INACTIVE, outcome: 'refused | inactive_user' },
      // The line before is a good one.
      { ...put, user: users[index - 1]?.screenName ?? '', outcome: 'refused | duplicate_user' },
      { ...mine, content: Buffer.alloc(0), outcome: 'refused | no_image' },
      { ...mine, content: Buffer.from('no picture at all'), outcome: 'refused | unknown_format' },
      { ...mine, content: photo(index).subarray(0, 600), outcome: 'refused | corrupt_image' },
      { ...mine, content: tinyBombGif(), outcome: 'refused | too_many_pixels' },
      {
        ...mine,
        content: gifFile({ screenPx: [1, 1], frames: [[0, 0, 8_000, 5_000]] }),
        outcome: 'refused | too_much_memory',
      },
      { ...mine, content: frames, outcome: 'refused | too_many_frames' },
    ];
  };
  const lines = users.map((user, index) => {
    if (index % 3 !== 2) return good(user, index);
    const kinds = bad(user, index);
    return kinds[Math.floor(index / 3) % kinds.length] as Line;
  });
  const strays = lines.flatMap(({ outcome }, index) => (outcome === 'published' ? [] : [`${STRAYS}${index}.jpg`]));

  const text = lines.map(({ file, user, crop = ',,' }) => `"${file}",${user},${crop}\r\n`);
  // The header is line 1.
  const shown = ({ file, user, outcome }: Line, index: number) =>
    `${file || `(line ${index + 2})`} | ${user} | ${outcome}`;
  return {
    files: [
      ...lines.flatMap(({ file, content }) => (content === undefined ? [] : [{ name: file, content }])),
      ...strays.map((name, index) => ({ name, content: photo(index) })),
      { name: 'manifest.csv', content: Buffer.from(`file,user,crop_x,crop_y,crop_w\r\n${text.join('')}`) },
    ],
    expected: [...lines.map(shown), ...strays.map((name) => `${name} | refused | no_row`)],
  };
}
