import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { versionOf } from '../../lambdas/core/change.ts';
import { V1_SCHEMAS, type V1Operation } from '../../lambdas/edge/v1/operation.ts';
import { V1_OPERATIONS } from '../../lambdas/edge/v1/operations.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { userKey } from '../../lambdas/store/user-item.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { ask, bearer, setPhoto } from '../requests.ts';
import type { World } from '../world.ts';

/** A status of an operation in docs/openapi.json, and a request that gets it. */
export interface Row {
  id: string;
  status: number;
  operation: V1Operation;
}

type Answer = Awaited<ReturnType<typeof ask>>;
type User = Awaited<ReturnType<World['newUser']>>;

export interface Stage {
  world: World;
  picture: Buffer;
  /** Somebody with four photos, and the uploads that set them. */
  ada: User & { uploadIds: string[] };
  /** Somebody without photos; nothing changes them. */
  bob: User;
  /** Tokens of an administrator, and of one whose record nobody can read. */
  admin: string;
  brokenAdmin: string;
  /** The token of another user whose record nobody can read. */
  broken: string;
  webhook: { id: string; url: string };
}

const document = JSON.parse(readFileSync(join(PROJECT, 'docs/openapi.json'), 'utf8'));
const responsesOf = ({ path, verb }: V1Operation): Record<string, { content?: Record<string, { schema: object }> }> =>
  document.paths[path][verb].responses;

export const ROWS: Row[] = V1_OPERATIONS.flatMap((operation) =>
  Object.keys(responsesOf(operation)).map((status) => ({ id: operation.id, status: Number(status), operation })),
);

/**
 * Faults of the function that reads need one that is broken itself: it looks up nothing of the caller that could be
 * broken instead.
 */
export const isReadAlone = ({ operation }: Row): boolean =>
  ['findPhotoOfUser', 'readUpload', 'readLimits', 'readHealth'].includes(operation.id);

/** What any service gives, without a provider. */
export const isOfEverybody = (row: Row): boolean =>
  !row.operation.isForAdministrators && ![429, 503].includes(row.status) && !(row.status === 500 && isReadAlone(row));

/** Expects an answer as documented: status, media type, and the body's shape. */
export function expectDocumented(operation: V1Operation, { status, headers, body, bytes }: Answer): void {
  const said = responsesOf(operation)[status];
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const { schema } = said?.content?.[type] ?? {};
  const isSaid = said !== undefined && (schema !== undefined || (said.content === undefined && bytes.length === 0));
  expect([operation.id, status, type, isSaid]).toEqual([operation.id, status, type, true]);
  const name =
    String(Object(schema).$ref ?? '')
      .split('/')
      .at(-1) ?? '';
  // Parsing would drop a field that is not documented.
  if (name !== '') expect(V1_SCHEMAS[name as keyof typeof V1_SCHEMAS].parse(body)).toEqual(body);
  if (status === 302 || status === 201) expect(headers.get('location')).not.toBeNull();
  if (status === 401) expect(body.authenticate).toMatch(/^Bearer/);
  if (status === 429 || status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

/** What is odd about a request, or particular to a row. */
interface Odd {
  id?: string;
  testId?: string;
  query?: string;
  type?: string;
  body?: string | Uint8Array<ArrayBuffer> | undefined;
  headers?: Record<string, string>;
}

const json = (value: unknown): Odd => ({ type: 'application/json', body: JSON.stringify(value) });
const picture = (stage: Stage): Odd => ({ type: 'image/png', body: new Uint8Array(stage.picture) });
const ticket = (): Odd => json({ media_type: 'image/png', bytes: 100 });
const BODIES: Record<string, (stage: Stage) => Odd> = {
  setPhoto: picture,
  setPhotoOfUser: picture,
  requestTicketForPhoto: ticket,
  requestTicketForPhotoOfUser: ticket,
  restorePhoto: ({ ada }) => json({ version: versionOf(ada.uploadIds[0] ?? '') }),
  restorePhotoOfUser: ({ ada }) => json({ version: versionOf(ada.uploadIds[1] ?? '') }),
  changeOwnUser: () => json({ avatar: false }),
  changeUser: () => json({ name: 'Ada' }),
  addWebhook: () => json({ url: `http://127.0.0.1:9/${randomUUID()}` }),
  changeWebhook: () => json({ enabled: true }),
};

/** Sends the request of an operation, with what is odd about it. */
export async function send(
  stage: Stage,
  { id, path, verb }: V1Operation,
  auth: Record<string, string>,
  odd: Odd = {},
  base = stage.world.url,
): Promise<Answer> {
  const { type, body, query = '', headers } = { ...BODIES[id]?.(stage), ...odd };
  const there = path.replace('{id}', odd.id ?? '1').replace('{test_id}', odd.testId ?? '1');
  return ask(base, there + query, {
    method: verb.toUpperCase(),
    headers: { ...auth, ...(type !== undefined && body !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body }),
  });
}

const isOfWebhooks = ({ path }: V1Operation) => path.startsWith('/v1/webhooks');

/** What the request of an operation needs, so that only what the row says is odd about it. */
export function aimed({ ada, webhook }: Stage, operation: V1Operation, user: { id: string; screenName: string }): Odd {
  const { id, path } = operation;
  if (id === 'readUpload') return { id: ada.uploadIds[0] ?? '' };
  if (id === 'findUsers') return { query: `?screen_name=${user.screenName}` };
  if (isOfWebhooks(operation)) return { id: webhook.id };
  const confirm = id.startsWith('erase') ? { query: `?confirm=${user.screenName}` } : {};
  return path.includes('{id}') ? { id: user.id, ...confirm } : confirm;
}

export const operationOf = (id: string): V1Operation => {
  const found = V1_OPERATIONS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
};

const noBody = (): Odd => ({ type: 'image/png', body: undefined });
const outside = (): Odd => ({ query: '?crop_x=10&crop_y=0&crop_w=20' });
const waiting = (): Odd => ({ headers: { prefer: 'wait=10' } });
const noQuery = (): Odd => ({ query: '' });

/** What gets a status of one operation where no general way does. */
const OWN_ROWS: Record<string, (stage: Stage) => Odd | Promise<Odd>> = {
  'setPhoto 200': waiting,
  'setPhoto 400': noBody,
  'setPhoto 422': outside,
  'setPhotoOfUser 200': waiting,
  'setPhotoOfUser 400': noBody,
  'setPhotoOfUser 422': outside,
  'requestTicketForPhoto 400': () => json({}),
  'requestTicketForPhotoOfUser 400': () => json({}),
  'restorePhoto 400': () => json({}),
  'restorePhoto 404': () => json({ version: '0'.repeat(20) }),
  'restorePhotoOfUser 400': () => json({}),
  'findPhotoOfUser 200': () => ({ query: '?d=initials' }),
  'findPhotoOfUser 302': ({ ada }) => ({ id: ada.id }),
  'findPhotoOfUser 400': () => ({ query: '?size=0' }),
  'changeOwnUser 400': () => json({}),
  'eraseUser 400': noQuery,
  'readUpload 404': () => ({ id: randomUUID() }),
  'findUsers 400': noQuery,
  'changeUser 400': () => json([]),
  'eraseOtherUser 400': noQuery,
  'addWebhook 400': () => json({}),
  'addWebhook 409': ({ webhook }) => json({ url: webhook.url }),
  'changeWebhook 400': () => json({}),
  'removeWebhook 200': async (stage) => {
    const { body } = await send(stage, operationOf('addWebhook'), bearer(stage.admin));
    return { id: String(body.id) };
  },
  'readWebhookTest 200': async (stage) => {
    const { body } = await send(stage, operationOf('testWebhook'), bearer(stage.admin), { id: stage.webhook.id });
    return { testId: String(body.id) };
  },
};

/** Their user needs a history, so that a photo of it can be shown again. */
const NEEDS_PHOTOS = [
  'undoPhoto 200',
  'restorePhoto 200',
  'undoPhotoOfUser 200',
  'restorePhotoOfUser 200',
  'readUpload 200',
];

/** Whose request it is. What changes a user gets a user of its own. */
function userOf({ id, status, operation }: Row, { world, ada, bob }: Stage): User | Promise<User> {
  if (NEEDS_PHOTOS.includes(`${id} ${status}`)) return ada;
  return status === 403 || (status < 300 && operation.verb !== 'get') ? world.newUser() : bob;
}

/** The request of a row gets its status, and an answer as documented. */
export async function expectRow(row: Row, stage: Stage): Promise<void> {
  const { id, status, operation } = row;
  const { isOpenToAll, isForAdministrators } = operation;
  const user = await userOf(row, stage);
  const own = await OWN_ROWS[`${id} ${status}`]?.(stage);
  const odd: Odd = { ...aimed(stage, operation, user), ...own };
  let auth = isOpenToAll ? {} : bearer(isForAdministrators ? stage.admin : user.token);
  if (own === undefined) {
    if (status === 401) auth = {};
    if (status === 403 && isForAdministrators) auth = bearer(user.token);
    else if (status === 403) await stage.world.stores.users.change(user.id, { state: 'deactivated' });
    if (status === 404) odd.id = isOfWebhooks(operation) ? 'wh_0' : '1';
    if (status === 413) Object.assign(odd, { body: ' '.repeat(4_600_000), type: 'application/json' });
    if (status === 415) odd.headers = { 'content-encoding': 'gzip' };
    if (status === 500) auth = bearer(isForAdministrators ? stage.brokenAdmin : stage.broken);
  }
  const answer = await send(stage, operation, auth, odd);
  expect([id, answer.status, answer.body.code]).toEqual([id, status, answer.body.code]);
  expectDocumented(operation, answer);
}

/** The people of the rows. Administrators and webhooks are added by the tests that need them. */
export async function stageOf(world: World): Promise<Stage> {
  const user = await world.newUser();
  const ada = { ...user, uploadIds: [] as string[] };
  const large = await png({ picture: solid(512, 512, GREEN) });
  for (let count = 0; count < 4; count++) {
    ada.uploadIds.push((await setPhoto(world.url, user.token, large)).headers.get('x-upload-id') ?? '');
  }
  const broken = await world.newUser();
  await breakRecord(world, broken.id);
  return {
    world,
    picture: await png({ picture: solid(20, 20, GREEN) }),
    ada,
    bob: await world.newUser(),
    admin: '',
    brokenAdmin: '',
    broken: broken.token,
    webhook: { id: '', url: '' },
  };
}

const broken: { world: World; id: string }[] = [];

/** Makes a record that nobody can read, until `mendRecords`. */
export async function breakRecord(world: World, id: string): Promise<void> {
  await setSeq(world, id, 'none');
  broken.push({ world, id });
}

/** Puts the records right, because another test file may use this run next. */
export const mendRecords = () => Promise.all(broken.map(({ world, id }) => setSeq(world, id, 0)));

async function setSeq(world: World, id: string, seq: unknown): Promise<void> {
  await dynamoClient().send(
    new UpdateCommand({
      TableName: world.laptop.running.outputs.TableUsers,
      Key: { id: userKey(id) },
      UpdateExpression: 'SET seq = :seq',
      ExpressionAttributeValues: { ':seq': seq },
    }),
  );
}
