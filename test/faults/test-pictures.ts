import { GREEN, png, RED, solid } from '../pictures.ts';
import type { Picture } from './history.ts';

/** The limit of a worker that was deployed after the API had accepted. */
export const WORKER_MAX_SIDE_PX = 95;

/** As small as can be: order and loss are tested here, not looks. */
export async function testPictures(): Promise<Record<Picture, Buffer>> {
  const fine = await png({ picture: solid(40, 40, RED) });
  return {
    fine,
    wide: await png({ picture: solid(90, 60, GREEN) }),
    'late-refused': await png({ picture: solid(100, 40, GREEN) }),
    broken: fine.subarray(0, fine.length / 2),
  };
}

/**
 * The objects of each: squares of 24 32 48 72 73 192 400 512 1024, of the source's size where that is smaller; the
 * master; and the version that is at most 400 wide. Equal ones are one object.
 */
export const STORED: Record<Picture, string[]> = {
  fine: ['24x24.png', '32x32.png', '40x40.png'],
  wide: ['24x24.png', '32x32.png', '48x48.png', '60x60.png', '90x60.png'],
  'late-refused': [],
  broken: [],
};
