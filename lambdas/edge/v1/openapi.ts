import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { V1_SCHEMAS, type V1Operation } from './operation.ts';
import { V1_OPERATIONS } from './operations.ts';

/** Statuses for callers that need credentials. */
const CALLERS_REFUSALS = [401, 403, 503];
/** Statuses for requests with a body: too large, or with a `Content-Encoding`. */
const BODY_REFUSALS = [413, 415];
const ANY_REFUSALS = [429, 500];

/** The OpenAPI 3.1 document of `/v1`. */
export function v1Openapi(): object {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(V1_SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    // Readers must tolerate fields that are added later.
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
        "Sets, reads, undoes, restores and deletes the caller's photo, and reports what became of an upload.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:3000', description: 'npm start' }],
    security: [{ bearer: [] }, { oauth1: [] }, { identity: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutIds(schema)])),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: "A token of Slack's API." },
        identity: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token of the identity provider, if the deployment has one (`oidcIssuer`).',
        },
        oauth1: {
          type: 'http',
          scheme: 'oauth',
          description: "OAuth 1.0a (RFC 5849) with the keys of Twitter's API.",
        },
      },
    },
  };
}

function described(operation: V1Operation): object {
  const {
    id,
    summary,
    body,
    refusals,
    isOpenToAll,
    isForAdministrators,
    isCreated,
    isLater,
    isLaterOrDone,
    drawing,
    parameters,
    requestBody,
  } = operation;
  const statuses = [
    ...(isOpenToAll ? [] : CALLERS_REFUSALS),
    ...(requestBody ? BODY_REFUSALS : []),
    ...refusals,
    ...ANY_REFUSALS,
  ].sort();
  return {
    operationId: id,
    summary,
    ...(isOpenToAll && { security: [] }),
    ...(isForAdministrators && {
      security: [{ identity: [] }],
      description: 'For administrators, if the deployment has them (`oidcAdminClaim`).',
    }),
    ...(parameters && {
      parameters: parameters.map(({ isOptional, schema = { type: 'string' }, ...parameter }) => ({
        ...parameter,
        ...(!isOptional && { required: true }),
        schema,
      })),
    }),
    ...(requestBody && {
      requestBody: {
        required: true,
        content: Object.fromEntries(Object.entries(requestBody).map(([type, schema]) => [type, { schema }])),
      },
    }),
    responses: {
      ...(drawing && { 200: { description: 'OK', content: { [drawing]: { schema: { type: 'string' } } } } }),
      ...(body === undefined && { 302: { description: 'Found' } }),
      ...(body !== undefined && !isLater && !isCreated && { 200: answer('OK', 'application/json', body) }),
      ...(body !== undefined && isCreated && { 201: answer('Created', 'application/json', body) }),
      ...(body !== undefined && (isLater || isLaterOrDone) && { 202: answer('Accepted', 'application/json', body) }),
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

/** Inside a document, a schema's place is its name. */
function withoutIds(schema: object): object {
  const { $schema, $id, ...rest } = schema as Record<string, unknown>;
  return rest;
}
