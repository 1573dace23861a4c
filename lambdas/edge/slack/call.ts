import type { Crop } from '../../core/photo.ts';
import type { CropRefusal, FormRefusal, PictureRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import { type Argument, bearerToken, type Request } from '../request.ts';
import { encodingOf, readSlackForm, refuseName } from './form.ts';

/** One call of a Slack method: the token and the arguments, wherever they were sent. */
export interface SlackCall {
  /** From the header, else from the body. Never from the query, because URLs are logged. */
  token: string | undefined;
  form: Argument[];
  /** The encoding of the form's text. The query is UTF-8. */
  encoding: 'utf8' | 'latin1';
  query: [name: string, value: string][];
}

export function readSlackCall(request: Request): Result<SlackCall, FormRefusal> {
  const form = readSlackForm(request);
  if (!form.ok) return form;
  const names = [...form.value.map(({ name }) => name), ...request.query.map(([name]) => name)];
  for (const name of names) {
    const refusal = refuseName(name);
    if (refusal !== undefined) return refused(refusal);
  }
  const call = {
    form: form.value,
    encoding: encodingOf(request),
    query: request.query.filter(([name]) => name !== 'token'),
  };
  // If they differ, the header wins: Python's client sends its own token there.
  return accepted({ ...call, token: bearerToken(request) ?? textOf(call, 'token') });
}

/** An argument's text; undefined if absent or empty. The first of several counts, the form's before the query's. */
export function textOf({ form, encoding, query }: Omit<SlackCall, 'token'>, name: string): string | undefined {
  const inForm = form.find((argument) => argument.name === name)?.bytes.toString(encoding);
  const text = (inForm ?? query.find(([queried]) => queried === name)?.[1])?.trim();
  return text === '' ? undefined : text;
}

/** The picture of a call: the form must have exactly one argument `image`. */
export function imageOf({ form }: SlackCall): Result<Buffer, PictureRefusal | FormRefusal> {
  const images = form.filter(({ name }) => name === 'image');
  if (images.length > 1) return refused({ code: 'several-images', count: images.length });
  return images[0] === undefined ? refused({ code: 'no-image' }) : accepted(images[0].bytes);
}

/** Far beyond any accepted side, and still exact in arithmetic. */
const MAX_COORDINATE = 1_000_000;

/**
 * The crop box of a call. `crop_x` and `crop_y` default to 0. There is none without `crop_w`, or if it is 0, which
 * slack-go sends for "not set". Coordinates without a size are refused, because a crop was meant.
 */
export function cropOf(call: SlackCall): Result<Crop | undefined, CropRefusal> {
  const [x, y, side] = ['crop_x', 'crop_y', 'crop_w'].map((name) => textOf(call, name) ?? '0');
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
