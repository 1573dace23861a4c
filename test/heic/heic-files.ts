import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodedPicture, codedPicture, gridItems, heifFile } from '../heif-file.ts';

/** The files of this folder; `make-heic.ts` says how they were made. */
export type HeicName =
  | 'quadrants'
  | 'quadrants-10-bits'
  | 'alpha-greys'
  | 'with-alpha'
  | 'odd'
  | 'red'
  | 'green'
  | 'blue'
  | 'yellow'
  | 'skin'
  | 'sky'
  | 'skin-10-bits'
  | 'lossless-leaf'
  | 'photo-tile';

export const heicFile = (name: HeicName): Buffer => readFileSync(join(import.meta.dirname, `${name}.heic`));

export const hevc = (name: HeicName): CodedPicture => codedPicture(heicFile(name));

/** As a phone lays it out: a grid of tiles of 512 × 512, all alike, that is larger than the picture. */
export const phonePhoto = (widthPx: number, heightPx: number): Buffer => {
  const [columns, rows] = [Math.ceil(widthPx / 512), Math.ceil(heightPx / 512)];
  return heifFile('heic', gridItems('hvc1', [hevc('photo-tile')], { rows, columns, widthPx, heightPx }));
};
