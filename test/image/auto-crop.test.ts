import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { type Colour, jpeg, paint, pixelsOf, png, RED, solid } from '../pictures.ts';
import * as drawn from './portraits.ts';
import { fileOf, rendered } from './rendered.ts';

/** `crop=auto`: the squares of a photo hold the head, wherever it is, and the whole shape is kept. */
const policy = UPLOAD_POLICIES.v1;
const { BLACK_HAIR, FAIR_HAIR, GREY_HAIR } = drawn;
const WALL = drawn.wall([205, 205, 200]);
const NAVY: Colour = [30, 40, 80];
const WHITE: Colour = [240, 240, 240];

type Drawn = Omit<drawn.PortraitOptions, 'width' | 'height' | 'face'>;
const people: Record<string, Drawn> = {
  'light skin, a plain wall': { skin: drawn.LIGHT, hair: FAIR_HAIR, shirt: NAVY, background: WALL },
  'light skin, leaves': { skin: drawn.LIGHT, hair: GREY_HAIR, shirt: WHITE, background: drawn.leaves },
  'tan skin, a beach': { skin: drawn.TAN, hair: BLACK_HAIR, shirt: NAVY, background: drawn.beach },
  'brown skin, a red wall': { skin: drawn.BROWN, hair: BLACK_HAIR, shirt: NAVY, background: drawn.wall([190, 40, 40]) },
  'brown skin, books': { skin: drawn.BROWN, hair: BLACK_HAIR, shirt: WHITE, background: drawn.books },
  'dark skin, a plain wall': { skin: drawn.DARK, hair: BLACK_HAIR, shirt: NAVY, background: WALL },
  'dark skin, leaves': { skin: drawn.DARK, hair: BLACK_HAIR, shirt: [240, 200, 30], background: drawn.leaves },
  'dark skin, a blue wall, a white shirt': {
    skin: drawn.DARK,
    hair: GREY_HAIR,
    shirt: WHITE,
    background: drawn.wall([90, 120, 170]),
  },
};

const places: Record<string, Pick<drawn.PortraitOptions, 'width' | 'height' | 'face'>> = {
  'a portrait of 3:4, the face in the upper third': { width: 240, height: 320, face: { x: 0.5, y: 0.3, radius: 0.2 } },
  'the same, further away': { width: 240, height: 320, face: { x: 0.45, y: 0.2, radius: 0.11 } },
  'a portrait of 9:16': { width: 180, height: 320, face: { x: 0.5, y: 0.22, radius: 0.22 } },
};
const elsewhere: Record<string, Pick<drawn.PortraitOptions, 'width' | 'height' | 'face'>> = {
  'a landscape, the face left': { width: 320, height: 240, face: { x: 0.25, y: 0.42, radius: 0.2 } },
  'a landscape, the face right': { width: 320, height: 180, face: { x: 0.78, y: 0.45, radius: 0.24 } },
  'a portrait, the face in the lower third': { width: 240, height: 320, face: { x: 0.5, y: 0.7, radius: 0.2 } },
};
const plain = Object.entries(people).filter(([name]) => /plain wall|beach/.test(name));

const cases = [
  ...Object.entries(places).flatMap(([place, at]) =>
    Object.entries(people).map(([person, of]) => [`${person}; ${place}`, { ...of, ...at }] as const),
  ),
  ...Object.entries(elsewhere).flatMap(([place, at]) =>
    plain.map(([person, of]) => [`${person}; ${place}`, { ...of, ...at }] as const),
  ),
];

test.each(cases)('the whole head is kept: %s', async (_name, options) => {
  const { picture, head } = drawn.portrait(options);
  const { crop, master } = await rendered(await png({ picture }), { policy });
  const side = Math.min(options.width, options.height);
  expect(crop).toMatchObject({ side, by: 'auto' });
  expect(master).toEqual({ widthPx: options.width, heightPx: options.height });
  const { x = 0, y = 0 } = crop ?? {};
  const beyond = [x - head.x, y - head.y, head.x + head.width - x - side, head.y + head.height - y - side];
  expect(beyond.map((px) => Math.max(0, px))).toEqual([0, 0, 0, 0]);
});

describe('the box that is told', () => {
  const face = { x: 0.2, y: 0.4, radius: 0.2 };
  const person = { skin: drawn.LIGHT, hair: BLACK_HAIR, shirt: NAVY, background: WALL };

  test('is what the squares show, in the pixels of the upright source', async () => {
    const { picture } = drawn.portrait({ width: 1500, height: 1000, face, ...person });
    const photo = await rendered(await jpeg({ picture }), { policy });
    const { x, y, side } = photo.crop ?? { x: 0, y: 0, side: 0 };
    expect([y, side, photo.master]).toEqual([0, 1000, { widthPx: 1024, heightPx: 683 }]);
    const square = await pixelsOf(fileOf(photo, 400));
    const { data } = await sharp(picture.data, { raw: picture })
      .extract({ left: x, top: y, width: side, height: side })
      .resize(400, 400)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    let sum = 0;
    for (let at = 0; at < data.length; at++) sum += Math.abs((data[at] ?? 0) - (square.data[at] ?? 0));
    expect(sum / data.length).toBeLessThan(3);
  });

  test.each([
    [3, 180],
    [6, 270],
    [8, 90],
  ])('is upright: orientation %i', async (orientation, degrees) => {
    const { picture } = drawn.portrait({ width: 300, height: 200, face, ...person });
    const upright = await rendered(await png({ picture }), { policy });
    const { data, info } = await sharp(picture.data, { raw: picture })
      .rotate(degrees)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const stored = { data, width: info.width, height: info.height, channels: 3 } as const;
    const turned = await rendered(await png({ picture: stored, orientation }), { policy });
    expect(turned.crop).toEqual({ ...upright.crop, x: expect.closeTo(upright.crop?.x ?? -1, -1) });
  });

  test('is the same for the same bytes', async () => {
    const { picture } = drawn.portrait({ width: 300, height: 200, face, ...person });
    const file = await jpeg({ picture });
    const boxes = await Promise.all(Array.from({ length: 5 }, async () => (await rendered(file, { policy })).crop));
    expect(new Set(boxes.map((box) => JSON.stringify(box))).size).toBe(1);
  });

  test.each([
    ['the middle, when asked for', 300, 200, 'centre', { x: 50, y: 0, side: 200, by: 'centre' }],
    ['a box, when there is one', 300, 200, { x: 7, y: 9, side: 33 }, { x: 7, y: 9, side: 33, by: 'box' }],
    ['all of a square', 200, 200, undefined, { x: 0, y: 0, side: 200, by: 'auto' }],
    ['the middle of one colour or near it', 301, 300, undefined, { x: 0, y: 0, side: 300, by: 'auto' }],
    ['a pixel of a line', 500, 1, undefined, { y: 0, side: 1, by: 'auto' }],
    ['a pixel of a standing line', 1, 500, undefined, { x: 0, side: 1, by: 'auto' }],
    ['a long strip', 4000, 2, undefined, { y: 0, side: 2, by: 'auto' }],
  ] as const)('%s', async (_name, width, height, crop, box) => {
    const file = await png({ picture: solid(width, height, RED) });
    expect((await rendered(file, { policy, ...(crop && { crop }) })).crop).toMatchObject(box);
  });

  test.each(['slack', 'twitter'] as const)('%s is as its page says', async (source) => {
    const file = await png({ picture: paint(900, 600, (x) => (x < 200 ? RED : [20, 20, 20])) });
    const { crop } = await rendered(file, { policy: UPLOAD_POLICIES[source] });
    expect(crop).toEqual(source === 'slack' ? undefined : { x: 150, y: 0, side: 600, by: 'centre' });
  });

  test('what cannot be seen draws nobody’s eye', async () => {
    // The left half is red and transparent, the right half face-coloured.
    const picture = paint(300, 100, (x) => (x < 150 ? [230, 20, 20, 0] : [220, 170, 140, 255]), 4);
    const { crop } = await rendered(await png({ picture }), { policy });
    // The square's side is 100, and at least half of it is visible.
    expect(crop?.x).toBeGreaterThanOrEqual(100);
  });
});
