import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BLUE,
  type Colour,
  GREEN,
  paint,
  photoLike,
  png,
  quadrants,
  type RawPicture,
  RED,
  solid,
  YELLOW,
} from '../pictures.ts';

/**
 * `node test/heic/make-heic.ts`: draws this folder's pictures and has `heif-enc` with x265 (Debian's libheif-examples)
 * code them, which no npm package can. Run it only to change them: the tests read the files.
 */
const FOLDER = import.meta.dirname;
const LOSSLESS = ['-L', '-p', 'chroma=444', '--matrix_coefficients', '0'];
const FINE = ['-q', '95', '-p', 'chroma=444'];

const greys = quadrants(128, 64, [
  [0, 0, 0],
  [85, 85, 85],
  [170, 170, 170],
  [255, 255, 255],
]);

const pictures: Record<string, [picture: RawPicture, options: string[], bits16?: boolean]> = {
  quadrants: [quadrants(128, 64), FINE],
  'quadrants-10-bits': [quadrants(128, 64), [...FINE, '-b', '10'], true],
  'alpha-greys': [greys, FINE],
  'with-alpha': [paint(128, 64, (x, y) => [...half(x, y), x < 64 ? 255 : 128] as unknown as Colour, 4), FINE],
  odd: [quadrants(67, 33), ['-q', '90']],
  red: [solid(64, 64, RED), FINE],
  green: [solid(64, 64, GREEN), FINE],
  blue: [solid(64, 64, BLUE), FINE],
  yellow: [solid(64, 64, YELLOW), FINE],
  skin: [solid(64, 64, [200, 150, 130]), FINE],
  sky: [solid(64, 64, [120, 150, 190]), FINE],
  'skin-10-bits': [solid(64, 64, [200, 150, 130]), [...FINE, '-b', '10'], true],
  'lossless-leaf': [solid(64, 64, [110, 140, 80]), LOSSLESS],
  'photo-tile': [photoLike(512, 512), ['-q', '48']],
};

function half(x: number, y: number): Colour {
  return y < 32 ? (x < 64 ? RED : GREEN) : x < 64 ? BLUE : YELLOW;
}

const folder = mkdtempSync(join(tmpdir(), 'headshot-heic-'));
for (const [name, [picture, options, bits16 = false]] of Object.entries(pictures)) {
  const source = join(folder, `${name}.png`);
  writeFileSync(source, await png({ picture, bits16 }));
  const { status, stderr } = spawnSync(
    'heif-enc',
    [...options, '-p', 'x265:info=0', '-o', join(FOLDER, `${name}.heic`), source],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`heif-enc: ${stderr}`);
}
rmSync(folder, { recursive: true });
for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.heic')))
  console.log(`${name} ${readFileSync(join(FOLDER, name)).length} bytes`);
