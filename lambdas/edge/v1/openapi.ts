import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { ErasureBody, HealthBody, LimitsBody, PhotosBody, ProblemBody, UploadBody } from './schemas.ts';

/** The schemas of `/v1` by the names that its document gives them. */
export const V1_SCHEMAS = {
  Erasure: ErasureBody,
  Health: HealthBody,
  Limits: LimitsBody,
  Photos: PhotosBody,
  Problem: ProblemBody,
  Upload: UploadBody,
} as const;

/** One operation of `/v1`. */
export interface V1Operation {
  path: string;
  verb: 'get' | 'post' | 'delete';
  id: string;
  summary: string;
  /** Of the answer's body when all went well. */
  body: keyof typeof V1_SCHEMAS;
  /** Which statuses a refusal may have, beside those that any request may get. */
  refusals: number[];
  isOpenToAll?: true;
  /** The work is done later: 202 instead of 200. */
  isLater?: true;
  parameters?: { name: string; in: 'path' | 'query'; description: string; format?: string }[];
}

export const V1_OPERATIONS: readonly V1Operation[] = [
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
    path: '/v1/photo/undo',
    verb: 'post',
    id: 'undoPhoto',
    summary: 'Shows the photo before again',
    body: 'Photos',
    refusals: [409],
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
      { name: 'id', in: 'path', description: 'the `x-upload-id` of the answer to an upload', format: 'uuid' },
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

/** Statuses of those who need credentials, and of everybody. */
const CALLERS_REFUSALS = [401, 403];
const ANY_REFUSALS = [429, 500];

/** The OpenAPI 3.1 document of `/v1`. */
export function v1Openapi(): object {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(V1_SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    // Readers must bear fields that come later.
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of V1_OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.verb]: described(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headshot /v1',
      version: '1',
      description:
        "Reads, undoes and deletes the caller's photo, and tells what became of an upload. Uploads go through the APIs for Slack's and Twitter's clients.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:3000', description: 'npm start' }],
    security: [{ bearer: [] }, { oauth1: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutIds(schema)])),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: "A token of Slack's API." },
        oauth1: {
          type: 'http',
          scheme: 'oauth',
          description: "OAuth 1.0a (RFC 5849) with the keys of Twitter's API.",
        },
      },
    },
  };
}

function described({ id, summary, body, refusals, isOpenToAll, isLater, parameters }: V1Operation): object {
  const statuses = [...(isOpenToAll ? [] : CALLERS_REFUSALS), ...refusals, ...ANY_REFUSALS].sort();
  return {
    operationId: id,
    summary,
    ...(isOpenToAll && { security: [] }),
    ...(parameters && {
      parameters: parameters.map(({ format, ...parameter }) => ({
        ...parameter,
        required: true,
        schema: { type: 'string', ...(format !== undefined && { format }) },
      })),
    }),
    responses: {
      [isLater ? 202 : 200]: answer(isLater ? 'Accepted' : 'OK', 'application/json', body),
      ...Object.fromEntries(
        statuses.map((status) => [status, answer(STATUS_CODES[status] ?? '', 'application/problem+json', 'Problem')]),
      ),
    },
  };
}

const answer = (description: string, mediaType: string, schema: keyof typeof V1_SCHEMAS) => ({
  description,
  content: { [mediaType]: { schema: { $ref: `#/components/schemas/${schema}` } } },
});

/** Inside a document the place of a schema is its name. */
function withoutIds(schema: object): object {
  const { $schema, $id, ...rest } = schema as Record<string, unknown>;
  return rest;
}
