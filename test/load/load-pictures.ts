import { BLUE, type Colour, GREEN, jpeg, png, RED, solid, YELLOW } from '../pictures.ts';

export interface LoadPicture {
  bytes: Buffer;
  colour: Colour;
}

export interface LoadPictures {
  slack: LoadPicture[];
  twitter: LoadPicture[];
  truncated: Buffer;
  small: Buffer;
  large: Buffer;
}

/**
 * One colour each, so that what is shown can be told from what was shown before. Each API gets formats that it takes.
 */
export async function loadPictures(): Promise<LoadPictures> {
  const colours = [RED, GREEN, BLUE, YELLOW];
  const of = async (width: number, height: number) =>
    Promise.all(
      colours.flatMap((colour) =>
        [jpeg, png].map(async (encode) => ({ bytes: await encode({ picture: solid(width, height, colour) }), colour })),
      ),
    );
  const whole = await png({ picture: solid(600, 600, RED) });
  return {
    slack: [...(await of(512, 512)), ...(await of(1024, 1024)), ...(await of(900, 700))],
    twitter: [...(await of(400, 400)), ...(await of(640, 360)), ...(await of(100, 100))],
    truncated: whole.subarray(0, whole.length - 20),
    small: await png({ picture: solid(511, 600, RED) }),
    large: await png({ picture: solid(1_025, 600, RED) }),
  };
}
