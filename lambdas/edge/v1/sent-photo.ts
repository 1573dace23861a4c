import { CROP_MODES, type Crop, type RequestedCrop } from '../../core/photo.ts';
import type { CropRefusal, FormRefusal, PictureRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import { readForm } from '../form.ts';
import { isBarePicture, type Request, refuseBody } from '../request.ts';

/** A photo as it was sent. */
interface SentPhoto {
  bytes: Buffer;
  crop?: RequestedCrop;
  /** The declared type of a bare picture. */
  contentType?: string;
}

/** A bare picture of type `image/…` with the crop in the query, or a form with `image` and the crop. */
export function readSentPhoto(request: Request): Result<SentPhoto, PictureRefusal | CropRefusal | FormRefusal> {
  if (request.body.length === 0) return refused({ code: 'body-missing' });
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  return isBarePicture(request) ? readBare(request) : readMultipartPhoto(request);
}

function readBare({ body, query, headers }: Request): Result<SentPhoto, CropRefusal> {
  const crop = readCrop(query);
  if (!crop.ok) return crop;
  const contentType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return accepted({ bytes: body, contentType, ...(crop.value && { crop: crop.value }) });
}

function readMultipartPhoto(request: Request): Result<SentPhoto, PictureRefusal | CropRefusal | FormRefusal> {
  const form = readForm(request);
  if (!form.ok) return form;
  const images = form.value.filter(({ name }) => name === 'image');
  const [image] = images;
  if (images.length > 1) return refused({ code: 'several-images', count: images.length });
  if (image === undefined || image.bytes.length === 0) return refused({ code: 'no-image' });
  const texts = form.value
    .filter(({ name }) => name.startsWith('crop'))
    .map(({ name, bytes }): [string, string] => [name, bytes.toString('utf8')]);
  const crop = readCrop([...texts, ...request.query]);
  if (!crop.ok) return crop;
  return accepted({ bytes: image.bytes, ...(crop.value && { crop: crop.value }) });
}

/** Far beyond any accepted side, and still exact in arithmetic. */
const MAX_COORDINATE = 1_000_000;
const CROP_ARGUMENTS = ['crop_x', 'crop_y', 'crop_w'] as const;

/** A box or a word, not both. `auto` is the default, so naming it makes no other upload. */
function readCrop(sent: [name: string, value: string][]): Result<RequestedCrop | undefined, CropRefusal> {
  const [mode, ...given] = ['crop', ...CROP_ARGUMENTS].map((argument) =>
    sent.find(([name]) => name === argument)?.[1].trim(),
  );
  const hasBox = given.some((text) => text !== undefined);
  if (mode === undefined) return hasBox ? readBox(given) : accepted(undefined);
  if (hasBox || !(CROP_MODES as readonly string[]).includes(mode))
    return refused({ code: 'bad-crop', argument: 'crop', given: mode.slice(0, 40), allowed: CROP_MODES });
  return accepted(mode === 'centre' ? mode : undefined);
}

/** A box in the upright picture's pixels. All three numbers are needed, because half a box means a box. */
function readBox(given: (string | undefined)[]): Result<Crop, CropRefusal> {
  for (const [place, argument] of CROP_ARGUMENTS.entries()) {
    const text = given[place] ?? '';
    const isNumber = /^\d{1,7}$/.test(text) && Number(text) <= MAX_COORDINATE;
    if (!isNumber || (argument === 'crop_w' && Number(text) === 0)) {
      return refused({ code: 'bad-crop', argument, given: text.slice(0, 40) });
    }
  }
  const [x = 0, y = 0, side = 0] = given.map(Number);
  return accepted({ x, y, side });
}
