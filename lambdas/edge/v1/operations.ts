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
    description: 'where squares are cut from a picture that is not square, without a box; `auto` by default',
    isOptional: true,
    schema: CROP_MODE,
  },
  ...CROP_BOX_PARAMETERS,
];

const BYTES = { type: 'string', format: 'binary' };
const COORDINATE = { type: 'integer', minimum: 0 };

/** What all callers may do, and only to themselves. */
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
    summary: 'The photo that is shown, and earlier ones',
    body: 'Photos',
    refusals: [],
  },
  {
    path: '/v1/photo',
    verb: 'delete',
    id: 'deletePhoto',
    summary: 'Deletes the photo and all earlier ones',
    body: 'Photos',
    refusals: [],
  },
  {
    path: '/v1/photo/uploads',
    verb: 'post',
    id: 'requestTicketForPhoto',
    summary: 'Issues a ticket for sending one file of up to 25 MB straight to S3',
    body: 'Ticket',
    refusals: [400, 413, 415],
    isCreated: true,
    requestBody: { 'application/json': { $ref: '#/components/schemas/TicketRequest' } },
  },
  {
    path: '/v1/photo/undo',
    verb: 'post',
    id: 'undoPhoto',
    summary: 'Shows the previous photo again',
    body: 'Photos',
    refusals: [409],
  },
  {
    path: '/v1/photo/restore',
    verb: 'post',
    id: 'restorePhoto',
    summary: 'Shows one of the earlier photos again',
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
    summary: "Redirects to a user's photo; a lasting URL",
    refusals: [400, 404],
    isOpenToAll: true,
    drawing: 'image/svg+xml',
    parameters: [
      { name: 'id', in: 'path', description: "the user's id" },
      {
        name: 'size',
        in: 'query',
        description: 'the least side of the square, in pixels; 192 by default',
        isOptional: true,
        schema: { type: 'integer', minimum: 1, maximum: 1024 },
      },
      {
        name: 'd',
        in: 'query',
        description: 'what to answer if there is no photo',
        isOptional: true,
        schema: { type: 'string', enum: ['404', 'person', 'initials'] },
      },
    ],
  },
  {
    path: '/v1/user',
    verb: 'patch',
    id: 'changeOwnUser',
    summary: 'Sets whether the caller is shown at /avatar/',
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
    summary: 'Erases the caller and all that is theirs; this cannot be undone',
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
        description: '`upload_id` or `x-upload-id` in the answer to an upload',
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
