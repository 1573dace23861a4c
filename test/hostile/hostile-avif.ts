import { ALPHA, auxC, av1, box, gridData, type HandMadeItem, heifFile, irot, ispe, itemOf } from '../heif-file.ts';
import { type Colour, solid } from '../pictures.ts';
import type { HostileFile } from './hostile-files.ts';

const tile = (sidePx: number, bitdepth: 8 | 12 = 8, colour: Colour = [200, 30, 30]) =>
  av1(solid(sidePx, sidePx, colour), { bitdepth });

const avif = (...items: HandMadeItem[]) => heifFile('avif', items);

/** All places of the grid show the one tile, which is item 2. */
const grid = (rows: number, columns: number, widthPx: number, heightPx: number): HandMadeItem => ({
  type: 'grid',
  data: gridData(rows, columns, widthPx, heightPx),
  properties: [ispe(widthPx, heightPx)],
  references: { dimg: Array<number>(rows * columns).fill(2) },
});

const small = async (...properties: Buffer[]) => itemOf('av01', await tile(16), ...properties);

export const HOSTILE_AVIF: HostileFile[] = [
  {
    name: 'a size of 65535 × 65535 over a small bitstream',
    expected: 'refused: corrupt-image',
    make: async () => {
      const { data, configuration } = await tile(16);
      return avif({ type: 'av01', data, properties: [configuration, ispe(65_535, 65_535)] });
    },
  },
  {
    name: 'a grid of 4,294,967,295 pixels a side',
    expected: 'refused: corrupt-image',
    make: async () => avif(grid(1, 1, 4_294_967_295, 4_294_967_295), await small()),
  },
  {
    name: 'a grid of 256 × 256 times the same tile',
    expected: 'refused: corrupt-image',
    make: async () => avif(grid(256, 256, 4096, 4096), await small()),
  },
  {
    name: 'a grid of 256 times the same small tile',
    expected: 'picture',
    make: async () => avif(grid(16, 16, 256, 256), await small()),
  },
  {
    name: 'a grid of 272 times the same small tile',
    expected: 'refused: corrupt-image',
    make: async () => avif(grid(17, 16, 256, 272), await small()),
  },
  {
    name: 'a grid of which one pixel is shown',
    expected: 'refused: too-many-pixels',
    make: async () => avif(grid(10, 10, 1, 1), itemOf('av01', await tile(1000))),
  },
  {
    name: 'a grid of 49 megapixels',
    expected: 'refused: too-much-memory',
    make: async () => avif(grid(7, 7, 7000, 7000), itemOf('av01', await tile(1000))),
  },
  {
    name: 'a grid, the largest that is taken',
    expected: 'picture',
    make: async () => avif(grid(5, 5, 5000, 5000), itemOf('av01', await tile(1000))),
  },
  {
    name: '12 bits, the largest that is taken',
    expected: 'picture',
    make: async () => avif(grid(3, 4, 4000, 3000), itemOf('av01', await tile(1000, 12))),
  },
  {
    name: 'one picture of 25 megapixels',
    expected: 'picture',
    make: async () => avif(itemOf('av01', await tile(5000))),
  },
  {
    name: 'with alpha, the largest that is taken',
    expected: 'picture',
    make: async () =>
      avif(itemOf('av01', await tile(4330)), {
        ...itemOf('av01', await tile(4330, 8, [99, 99, 99]), auxC(ALPHA)),
        references: { auxl: [1] },
      }),
  },
  {
    name: 'a grid of itself',
    expected: 'refused: corrupt-image',
    make: async () => avif({ ...grid(1, 1, 16, 16), references: { dimg: [1] } }, await small()),
  },
  {
    name: 'an alpha of itself',
    expected: 'refused: corrupt-image',
    make: async () => avif({ ...(await small(auxC(ALPHA))), references: { auxl: [1] } }),
  },
  {
    name: '90 turns',
    expected: 'picture',
    make: async () => avif(await small(...Array<Buffer>(90).fill(irot(1)))),
  },
  {
    name: '100,000 empty boxes among the properties',
    expected: 'refused: corrupt-image',
    make: async () => avif(await small(...Array<Buffer>(200).fill(Buffer.alloc(4_000, box('free'))))),
  },
  {
    name: 'a box of 2^64 bytes',
    expected: 'refused: corrupt-image',
    make: async () => {
      const huge = Buffer.concat([Buffer.from('\0\0\0\x01meta', 'latin1'), Buffer.alloc(8, 0xff)]);
      const file = avif(await small());
      return Buffer.concat([file.subarray(0, 24), huge, file.subarray(24)]);
    },
  },
];
