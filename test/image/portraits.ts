import { type Colour, paint, type RawPicture } from '../pictures.ts';

/** Drawn people, so that no real ones are needed. Where the head is, is known. */

/** In whole pixels: what a square must hold of a portrait. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Portrait {
  picture: RawPicture;
  /** With hair and chin. */
  head: Box;
}

export interface PortraitOptions {
  width: number;
  height: number;
  /** The middle of the face and half its height, as shares of the picture's sides (the radius: of the shorter one). */
  face: { x: number; y: number; radius: number };
  skin: Colour;
  hair: Colour;
  shirt: Colour;
  /** The colour behind the person at a place, which is given as shares of the sides. */
  background: (across: number, down: number) => Colour;
  seed?: number;
}

const { abs, floor, hypot, imul, max, min, round, sin } = Math;

export const LIGHT: Colour = [236, 196, 170];
export const TAN: Colour = [198, 144, 108];
export const BROWN: Colour = [141, 89, 60];
export const DARK: Colour = [78, 50, 38];

export const BLACK_HAIR: Colour = [28, 22, 22];
export const FAIR_HAIR: Colour = [214, 178, 112];
export const GREY_HAIR: Colour = [150, 150, 152];

/** A wall, a little darker to one side and below. */
export const wall =
  ([red, green, blue]: Colour) =>
  (across: number, down: number): Colour => {
    const light = 1 - 0.18 * across - 0.12 * down;
    return [red * light, green * light, blue * light];
  };

/** Leaves: many small spots of green, light and shade. */
export const leaves = (across: number, down: number): Colour => {
  const spot = sin(across * 71 + 9 * sin(down * 23)) * sin(down * 83 + 7 * sin(across * 31));
  return [70 + 60 * spot, 105 + 70 * spot, 50 + 35 * spot];
};

/** Shelves: the upright backs of books in many colours, with dark gaps. */
export const books = (across: number, down: number): Colour => {
  const [book, shelf] = [floor(across * 37), floor(down * 6)];
  if (down * 6 - shelf < 0.1) return [58, 42, 30];
  const hash = imul(book * 7 + shelf * 131 + 5, 2_654_435_761) >>> 8;
  const colour = [90 + (hash % 110), 70 + ((hash >> 7) % 110), 60 + ((hash >> 14) % 110)] as const;
  return across * 37 - book < 0.12 ? [35, 30, 28] : colour;
};

/** Sky above, sand and a band of sea below. */
export const beach = (across: number, down: number): Colour =>
  down < 0.45
    ? [150 + 60 * down, 190 + 40 * down, 235]
    : down < 0.6
      ? [40, 110 + 30 * sin(across * 60 + down * 300), 150]
      : [222, 200, 160];

/** Hair, face, eyes, brows, mouth, neck, shoulders, with light from one side and a sensor's grain. */
export function portrait({ width, height, face, skin, hair, shirt, background, seed = 1 }: PortraitOptions): Portrait {
  const [centreX, centreY] = [face.x * width, face.y * height];
  const radius = face.radius * min(width, height);
  let state = seed;
  const grain = () => {
    state = (imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32) * 10 - 5;
  };
  const picture = paint(width, height, (x, y) => {
    const colour =
      personAt((x - centreX) / radius, (y - centreY) / radius, { skin, hair, shirt }) ??
      background(x / width, y / height);
    const noise = grain();
    return colour.map((value) => max(0, min(255, round((value ?? 0) + noise)))) as unknown as Colour;
  });
  const [left, top] = [centreX - HEAD.halfWidth * radius, centreY - HEAD.above * radius];
  const [right, bottom] = [centreX + HEAD.halfWidth * radius, centreY + HEAD.below * radius];
  return {
    picture,
    head: { x: floor(left), y: floor(top), width: Math.ceil(right - left), height: Math.ceil(bottom - top) },
  };
}

/** How far hair and chin reach from the middle of the face, in its radii. */
const HEAD = { halfWidth: 0.9, above: 1.3, below: 1 };

/** The colour of a person at a place, in radii of the face from its middle; undefined beside them. */
function personAt(
  x: number,
  y: number,
  { skin, hair, shirt }: Pick<PortraitOptions, 'skin' | 'hair' | 'shirt'>,
): Colour | undefined {
  const side = 1 - 0.14 * x;
  const lit = (colour: Colour, share = 1): Colour => [
    colour[0] * side * share,
    colour[1] * side * share,
    colour[2] * side * share,
  ];
  const isFace = hypot(x / 0.74, y) < 1;
  if (isFace && !(y < -0.45 - 0.25 * abs(x))) {
    if (hypot((abs(x) - 0.3) / 0.13, (y + 0.12) / 0.07) < 1)
      return hypot(abs(x) - 0.3, y + 0.12) < 0.06 ? [30, 24, 24] : [238, 234, 230];
    if (hypot((abs(x) - 0.3) / 0.17, (y + 0.3) / 0.04) < 1) return lit(hair, 0.8);
    if (hypot(x / 0.26, (y - 0.52) / 0.07) < 1) return lit([skin[0] * 0.85, skin[1] * 0.6, skin[2] * 0.6]);
    if (abs(x - 0.04) < 0.05 && y > -0.1 && y < 0.25) return lit(skin, 0.86);
    return lit(skin, 1 - 0.12 * max(0, y));
  }
  if (y < 0.35 && hypot(x / HEAD.halfWidth, (y + 0.15) / (HEAD.above - 0.15)) < 1)
    return lit(hair, 1 + 0.15 * sin(x * 40));
  if (abs(x) < 0.34 && y > 0 && y < 1.45) return lit(skin, 0.8);
  const shoulder = 1.25 + 0.45 * (x / 1.5) ** 2;
  if (abs(x) < 2 && y > shoulder) return lit(shirt, 0.94 + 0.06 * sin(x * 9 + y * 3));
  return undefined;
}
