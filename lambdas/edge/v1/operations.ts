import { CROP_MODES } from '../../core/photo.ts';
import { administratorsOperations } from './administrators-operations.ts';
import type { Parameter, V1Operation } from './operation.ts';
import { WEBHOOK_OPERATIONS } from './webhook-operations.ts';

const CROP_BOX_PARAMETERS: Parameter[] = [
  ['crop_x', 'left of the crop box, in pixels of the upright picture; for a bare picture'],
  ['crop_y', 'top of the crop box'],
  ['crop_w', 'width and height of the crop box'],
].map(([name = '', description = '']) => ({
  name,
  in: 'query',
  description,
  isOptional: true,
  schema: { type: 'integer', minimum: name === 'crop_w' ? 1 : 0 },
}));

const CROP_MODE = { type: 'string', enum: [...CROP_MODES] };
const CROP_PARAMETERS: Parameter[] = [
  {
    name: 'crop',
    in: 'query',
    description: 'where the squares are laid of a picture that is not square, when no box is given; `auto` unless told',
    isOptional: true,
    schema: CROP_MODE,
  },
  ...CROP_BOX_PARAMETERS,
];

const BYTES = { type: 'string', format: 'binary' };
const COORDINATE = { type: 'integer', minimum: 0 };

/** What everybody does, and to nobody but themselves. */
const CALLERS_OPERATIONS: readonly V1Operation[] = [
  {
    path: '/v1/photo',
    verb: 'post',
    id: 'setPhoto',
    summary: 'Takes a photo and shows it',
    body: 'SetPhoto',
    refusals: [400, 422],
    isLaterOrDone: true,
    parameters: [
      {
        name: 'Prefer',
        in: 'header',
        description:
          '`wait=N`, 0 to 10 seconds, waits until the photo is shown; `respond-async` does not (the default)',
        isOptional: true,
      },
      {
        name: 'Idempotency-Key',
        in: 'header',
        description: 'marks repeats of one upload: the same key, picture and crop are the same upload',
        isOptional: true,
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      },
      ...CROP_PARAMETERS,
    ],
    requestBody: {
      'multipart/form-data': {
        type: 'object',
        required: ['image'],
        properties: {
          image: BYTES,
          crop: CROP_MODE,
          crop_x: COORDINATE,
          crop_y: COORDINATE,
          crop_w: { type: 'integer', minimum: 1 },
        },
      },
      'image/*': BYTES,
    },
  },
  {
    path: '/v1/photo',
    verb: 'get',
    id: 'readPhoto',
    summary: 'What is shown, and what was',
    body: 'Photos',
    refusals: [],
  },
  {
    path: '/v1/photo',
    verb: 'delete',
    id: 'deletePhoto',
    summary: 'Shows nothing, and deletes every picture that was',
    body: 'Photos',
    refusals: [],
  },
  {
    path: '/v1/photo/uploads',
    verb: 'post',
    id: 'requestTicketForPhoto',
    summary: 'Lets one file of up to 25 MB be sent straight to S3, and takes it when it is there',
    body: 'Ticket',
    refusals: [400, 413, 415],
    isCreated: true,
    requestBody: { 'application/json': { $ref: '#/components/schemas/TicketRequest' } },
  },
  {
    path: '/v1/photo/undo',
    verb: 'post',
    id: 'undoPhoto',
    summary: 'Shows the photo before again',
    body: 'Photos',
    refusals: [409],
  },
  {
    path: '/v1/photo/restore',
    verb: 'post',
    id: 'restorePhoto',
    summary: 'Shows one of the photos before again',
    body: 'Photos',
    refusals: [400, 404],
    requestBody: {
      'application/json': {
        type: 'object',
        required: ['version'],
        properties: { version: { type: 'string', pattern: '^[0-9a-f]{20}$' } },
      },
    },
  },
  {
    path: '/v1/users/{id}/photo',
    verb: 'get',
    id: 'findPhotoOfUser',
    summary: "Redirects to a user's photo; an address that stays",
    refusals: [400, 404],
    isOpenToAll: true,
    drawing: 'image/svg+xml',
    parameters: [
      { name: 'id', in: 'path', description: "the user's id" },
      {
        name: 'size',
        in: 'query',
        description: 'pixels a side that the square has at least; 192 unless told',
        isOptional: true,
        schema: { type: 'integer', minimum: 1, maximum: 1024 },
      },
      {
        name: 'd',
        in: 'query',
        description: 'what comes instead where there is no photo',
        isOptional: true,
        schema: { type: 'string', enum: ['404', 'person', 'initials'] },
      },
    ],
  },
  {
    path: '/v1/user',
    verb: 'patch',
    id: 'changeOwnUser',
    summary: 'Says whether the caller is shown at /avatar/',
    body: 'User',
    refusals: [400],
    requestBody: {
      'application/json': { type: 'object', required: ['avatar'], properties: { avatar: { type: 'boolean' } } },
    },
  },
  {
    path: '/v1/user',
    verb: 'delete',
    id: 'eraseUser',
    summary: 'Erases the caller and everything of theirs; there is no way back',
    body: 'Erasure',
    refusals: [400],
    isLater: true,
    parameters: [{ name: 'confirm', in: 'query', description: "the caller's screen name" }],
  },
  {
    path: '/v1/uploads/{id}',
    verb: 'get',
    id: 'readUpload',
    summary: 'What became of an upload',
    body: 'Upload',
    refusals: [404],
    parameters: [
      {
        name: 'id',
        in: 'path',
        description: 'the `upload_id` or `x-upload-id` of the answer to an upload',
        schema: { type: 'string', format: 'uuid' },
      },
    ],
  },
  {
    path: '/v1/limits',
    verb: 'get',
    id: 'readLimits',
    summary: 'What each source takes',
    body: 'Limits',
    refusals: [],
    isOpenToAll: true,
  },
  {
    path: '/v1/health',
    verb: 'get',
    id: 'readHealth',
    summary: 'Whether the service answers',
    body: 'Health',
    refusals: [],
    isOpenToAll: true,
  },
];

/** Every operation of `/v1`. */
export const V1_OPERATIONS: readonly V1Operation[] = [
  ...CALLERS_OPERATIONS,
  ...administratorsOperations(CALLERS_OPERATIONS),
  ...WEBHOOK_OPERATIONS,
];
