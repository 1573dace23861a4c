import type { Crop } from '../../core/photo.ts';
import type { CropRefusal, FormRefusal, PictureRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { Argument } from '../argument.ts';
import { readForm } from '../form.ts';
import { bearerToken, type Request } from '../request.ts';

/** One call of a Slack method: the token and the arguments, wherever they were sent. */
export interface SlackCall {
  /** From the header, else from the body. Never from the query: URLs end up in logs. */
  token: string | undefined;
  /** The arguments of the body, then those of the query. */
  arguments: Argument[];
}

export function readSlackCall(request: Request): Result<SlackCall, FormRefusal> {
  const form = readForm(request);
  if (!form.ok) return form;
  const inQuery = request.query
    .filter(([name]) => name !== 'token')
    .map(([name, value]) => ({ name, bytes: Buffer.from(value) }));
  return accepted({
    // When both are sent and differ, the header speaks: Python's client sends its own token there.
    token: bearerToken(request) ?? textOf(form.value, 'token'),
    arguments: [...form.value, ...inQuery],
  });
}

/** The text of an argument; undefined when it is absent or empty. Of several the first counts. */
export function textOf(given: Argument[], name: string): string | undefined {
  const text = given
    .find((argument) => argument.name === name)
    ?.bytes.toString('utf8')
    .trim();
  return text === '' ? undefined : text;
}

/** The picture of a call: exactly one argument named `image`. */
export function imageOf(given: Argument[]): Result<Buffer, PictureRefusal | FormRefusal> {
  const images = given.filter(({ name }) => name === 'image');
  if (images.length > 1) return refused({ code: 'several-images', count: images.length });
  return images[0] === undefined ? refused({ code: 'no-image' }) : accepted(images[0].bytes);
}

/** Far beyond any side that is accepted, and exact in arithmetic. */
const MAX_COORDINATE = 1_000_000;

/**
 * The crop box of a call. `crop_x` and `crop_y` are 0 when left out. Without `crop_w`, or with 0 (slack-go sends zeros
 * for "not set"), there is none; a place without a size is refused, because a crop was meant.
 */
export function cropOf(given: Argument[]): Result<Crop | undefined, CropRefusal> {
  const [x, y, side] = ['crop_x', 'crop_y', 'crop_w'].map((name) => textOf(given, name) ?? '0');
  for (const [argument, text] of Object.entries({ crop_x: x, crop_y: y, crop_w: side })) {
    if (text === undefined || !/^\d{1,7}$/.test(text) || Number(text) > MAX_COORDINATE) {
      return refused({ code: 'bad-crop', argument, given: (text ?? '').slice(0, 40) });
    }
  }
  const crop = { x: Number(x), y: Number(y), side: Number(side) };
  if (crop.side > 0) return accepted(crop);
  if (crop.x > 0 || crop.y > 0) return refused({ code: 'bad-crop', argument: 'crop_w', given: side ?? '' });
  return accepted(undefined);
}
