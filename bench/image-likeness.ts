import { sharp } from '../lambdas/image/libvips.ts';
import { renditionsOf } from '../lambdas/image/renditions.ts';
import { areaAverage, dissimilarity } from '../test/image/dissimilarity.ts';
import { hairLike, photoLike, type RawPicture } from '../test/pictures.ts';
import type { Goal, Table } from './table.ts';

const SOURCE_SIDE_PX = 1024;
const SIDES_PX = [24, 32, 48, 72, 192, 400, 512];
const SMALL_MAX_SIDE_PX = 192;

/**
 * How much made pictures differ from exact averages of light: structural dissimilarity in ten-thousandths, 0 for equal
 * ones.
 */
export async function imageLikeness(): Promise<Table> {
  const rows: Table['rows'] = [];
  const goals: Goal[] = [];
  for (const [name, source] of [
    ['photo', photoLike(SOURCE_SIDE_PX, SOURCE_SIDE_PX)],
    ['hair', hairLike(SOURCE_SIDE_PX)],
  ] as const)
    for (const sidePx of SIDES_PX) {
      const reference = areaAverage(source, sidePx);
      const figures: number[] = [];
      for (const way of Object.values(WAYS))
        figures.push(
          dissimilarity({ data: await way(source, sidePx), width: sidePx, height: sidePx, channels: 3 }, reference),
        );
      const [own = Number.NaN, plain = Number.NaN] = figures;
      rows.push([`${name}, ${sidePx} px`, ...figures.map((figure) => figure.toFixed(1))]);
      if (sidePx > SMALL_MAX_SIDE_PX) continue;
      goals.push({
        what: `${name}, ${sidePx} px: Headshot, against sharp's own`,
        measured: own,
        atMost: plain,
        unit: '',
      });
    }
  return {
    name: 'image-likeness',
    title: 'Dissimilarity to an exact average of light (0 is equal)',
    columns: ['', ...Object.keys(WAYS)],
    rows,
    goals,
  };
}

type Way = (source: RawPicture, sidePx: number) => Promise<Buffer>;

const open = ({ data, width, height, channels }: RawPicture) => sharp(data, { raw: { width, height, channels } });

/** The first two are compared; the others are alternatives. */
const WAYS: Record<string, Way> = {
  Headshot: ownWay,
  "sharp's own": (source, sidePx) => open(source).resize(sidePx, sidePx).raw().toBuffer(),
  'lanczos2, bytes': (source, sidePx) => open(source).resize(sidePx, sidePx, { kernel: 'lanczos2' }).raw().toBuffer(),
  'mitchell, bytes': (source, sidePx) => open(source).resize(sidePx, sidePx, { kernel: 'mitchell' }).raw().toBuffer(),
  'lanczos3, light': (source, sidePx) => inLight(source, sidePx, 'lanczos3'),
  'lanczos2, light': (source, sidePx) => inLight(source, sidePx, 'lanczos2'),
  'Headshot, sharpened': async (source, sidePx) =>
    open({ data: await ownWay(source, sidePx), width: sidePx, height: sidePx, channels: 3 })
      .sharpen({ sigma: 0.5 })
      .raw()
      .toBuffer(),
};

async function ownWay({ data, width, height, channels }: RawPicture, sidePx: number): Promise<Buffer> {
  const master = { data, widthPx: width, heightPx: height, channels };
  const sizes = [...SIDES_PX, SOURCE_SIDE_PX].map((side) => ({ widthPx: side, heightPx: side }));
  return (await renditionsOf(master, sizes).pixels({ widthPx: sidePx, heightPx: sidePx })).data;
}

const inLight = (source: RawPicture, sidePx: number, kernel: 'lanczos2' | 'lanczos3'): Promise<Buffer> =>
  open(source).pipelineColourspace('scrgb').resize(sidePx, sidePx, { kernel }).toColourspace('srgb').raw().toBuffer();
