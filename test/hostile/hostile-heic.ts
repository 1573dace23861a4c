import { heicFile, hevc, phonePhoto } from '../heic/heic-files.ts';
import { auxC, gridItems, type HandMadeItem, heifFile, ispe, itemOf } from '../heif-file.ts';
import type { HostileFile } from './hostile-files.ts';

const heic = (...items: HandMadeItem[]) => heifFile('heic', items);

export const HOSTILE_HEIC: HostileFile[] = [
  {
    name: 'a size of 65535 × 65535 over a small bitstream',
    expected: 'refused: corrupt-image',
    make: () => {
      const { data, configuration } = hevc('red');
      return heic({ type: 'hvc1', data, properties: [configuration, ispe(65_535, 65_535)] });
    },
  },
  {
    name: '24 megapixels, as a phone writes them: the largest that is taken',
    expected: 'picture',
    make: () => phonePhoto(5712, 4284),
  },
  {
    name: '48 megapixels',
    expected: 'refused: too-many-pixels',
    make: () => phonePhoto(8064, 6048),
  },
  {
    name: 'a grid of which one pixel is shown',
    expected: 'refused: too-many-pixels',
    make: () => heic(...gridItems('hvc1', [hevc('photo-tile')], { rows: 16, columns: 16, widthPx: 1, heightPx: 1 })),
  },
  {
    // libde265 makes up what does not decode within a slice, and says nothing, strict or not.
    name: 'a bitstream of another picture under these parameters',
    expected: 'picture',
    make: () => {
      const { configuration, widthPx, heightPx } = hevc('photo-tile');
      return heic(itemOf('hvc1', { data: hevc('quadrants').data, configuration, widthPx, heightPx }));
    },
  },
  {
    name: 'a bitstream of ones',
    expected: 'refused: corrupt-image',
    make: () => heic(itemOf('hvc1', { ...hevc('photo-tile'), data: Buffer.alloc(100_000, 0xff) })),
  },
  {
    name: 'no bitstream',
    expected: 'refused: corrupt-image',
    make: () => heic(itemOf('hvc1', { ...hevc('red'), data: Buffer.alloc(0) })),
  },
  {
    name: 'the same picture coded a hundred times in one item',
    expected: 'picture',
    make: () => {
      const { data, ...rest } = hevc('photo-tile');
      return heic(itemOf('hvc1', { ...rest, data: Buffer.concat(Array<Buffer>(100).fill(data)) }));
    },
  },
  {
    name: 'an alpha of another size',
    expected: 'refused: corrupt-image',
    make: () =>
      heic(itemOf('hvc1', hevc('red')), {
        ...itemOf('hvc1', hevc('alpha-greys'), auxC('urn:mpeg:hevc:2015:auxid:1')),
        references: { auxl: [1] },
      }),
  },
  {
    name: 'AV1 under the brand of a HEIC',
    expected: 'refused: corrupt-image',
    make: () => heic({ ...itemOf('hvc1', hevc('red')), type: 'av01' }),
  },
  {
    name: 'four bytes behind the brand',
    expected: 'refused: corrupt-image',
    make: () => Buffer.concat([heicFile('red').subarray(0, 24), Buffer.alloc(4)]),
  },
];
