import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { versionOf } from '../../lambdas/core/change.ts';
import { V1_SCHEMAS, type V1Operation } from '../../lambdas/edge/v1/operation.ts';
import { V1_OPERATIONS } from '../../lambdas/edge/v1/operations.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { userKey } from '../../lambdas/store/user-item.ts';
import type { Template } from '../../local/template.ts';
import { type OwnProvider, ownProvider } from '../identity/own-provider.ts';
import { OWN_SETTINGS, worldWith } from '../identity/with-provider.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { ask, bearer, setPhoto } from '../security/requests.ts';
import { propertiesOf } from '../template-copy.ts';
import { eventually, type World } from '../world.ts';

/**
 * Every status of every operation that docs/openapi.json has: one real request that gives it, and an answer as the document says it. Two
 * deployments: a whole one, and one that turns everybody away, where the provider is away, the function that reads is broken, and of two
 * requests at once one is too many.
 */
type User = Awaited<ReturnType<World['newUser']>>;
const SETTINGS = { ...OWN_SETTINGS, webhooks: 'true', accountConcurrency: '12' };
let own: OwnProvider;
let awayProvider: OwnProvider;
let world: World;
let away: World;
let admin: string;
let awayAdmin: string;
let picture: Buffer;
/** Somebody with four photos, and what they were set by. */
let ada: User & { uploadIds: string[] };
/** Somebody without photos, of whom nothing changes. */
let bob: User;
let broken: { caller: string; admin: string };
let webhook: { id: string; url: string };

beforeAll(async () => {
  [own, awayProvider] = [await ownProvider(), await ownProvider()];
  for (const provider of [own, awayProvider]) await provider.addKey('key', 'ES256');
  awayProvider.said.status = 500;
  away = await worldWith(awayProvider, SETTINGS, { concurrency: 1_000, change: turnAway });
  world = await worldWith(own, SETTINGS);
  admin = await tokenOf(own, 'grace', ['photo-admins']);
  awayAdmin = await tokenOf(awayProvider, 'grace', ['photo-admins']);
  picture = await png({ picture: solid(20, 20, GREEN) });
  const large = await png({ picture: solid(512, 512, GREEN) });
  const user = await world.newUser();
  ada = { ...user, uploadIds: [] };
  for (let count = 0; count < 4; count++)
    ada.uploadIds.push((await setPhoto(world.url, user.token, large)).headers.get('x-upload-id') ?? '');
  bob = await world.newUser();
  broken = await brokenCallers();
  webhook = (await send(operation('addWebhook'), world.url, bearer(admin))).body as typeof webhook;
}, 120_000);
afterAll(async () => {
  for (const one of [away, world]) await one?.end();
  for (const one of [own, awayProvider]) await one?.end();
}, 30_000);

/** How soon there is a place again where one request is enough to take it. */
const PLACES_A_SECOND = 50;

/** The whole one, changed. */
function turnAway(template: Template): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::ApiGateway::Stage') continue;
    for (const one of Object(Properties).MethodSettings)
      Object.assign(one, { ThrottlingBurstLimit: 1, ThrottlingRateLimit: PLACES_A_SECOND });
  }
  const variablesOf = (id: string) => Object(propertiesOf(template, id).Environment).Variables;
  // A secret that there is not.
  variablesOf('OnRead').HEADSHOT_ORIGIN_SECRET_ID = variablesOf('OnRead').HEADSHOT_USERS_TABLE;
  variablesOf('OnChange').HEADSHOT_WEBHOOK_PARTS = 'null';
}

async function tokenOf(provider: OwnProvider, sub: string, groups: string[]): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  return provider.sign(provider.claims({ sub, iat: exp - 600, exp, name: sub, groups }), 'key');
}

/** Two whose records nobody can read: a user, and an administrator. */
async function brokenCallers() {
  const user = await world.newUser();
  const token = await tokenOf(own, 'eve', ['photo-admins']);
  await ask(world.url, '/v1/photo', { headers: bearer(token) });
  const { body } = await ask(world.url, '/v1/users?subject=eve', { headers: bearer(admin) });
  for (const id of [user.id, String(Object(body.users)[0].user_id)]) {
    await dynamoClient().send(
      new UpdateCommand({
        TableName: world.laptop.running.outputs.TableUsers,
        Key: { id: userKey(id) },
        UpdateExpression: 'SET seq = :none',
        ExpressionAttributeValues: { ':none': 'none' },
      }),
    );
  }
  return { caller: user.token, admin: token };
}

const operation = (id: string): V1Operation => {
  const found = V1_OPERATIONS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
};

/** What a request has that is not as it should be, or is somebody else's. */
interface Odd {
  id?: string;
  testId?: string;
  query?: string;
  type?: string;
  body?: string | Uint8Array<ArrayBuffer> | undefined;
  headers?: Record<string, string>;
}

const json = (value: unknown): Odd => ({ type: 'application/json', body: JSON.stringify(value) });
let urls = 0;
const BODIES: Record<string, () => Odd> = {
  setPhoto: () => ({ type: 'image/png', body: new Uint8Array(picture) }),
  restorePhoto: () => json({ version: versionOf(ada.uploadIds[0] ?? '') }),
  restorePhotoOfUser: () => json({ version: versionOf(ada.uploadIds[1] ?? '') }),
  changeOwnUser: () => json({ avatar: false }),
  changeUser: () => json({ name: 'Ada' }),
  addWebhook: () => json({ url: `http://127.0.0.1:9/${++urls}` }),
  changeWebhook: () => json({ enabled: true }),
};

async function send(
  { id, path, verb }: V1Operation,
  base: string,
  auth: Record<string, string>,
  odd: Odd = {},
): ReturnType<typeof ask> {
  const plain = BODIES[id === 'setPhotoOfUser' ? 'setPhoto' : id]?.() ?? {};
  const { type, body, query = '', headers } = { ...plain, ...odd };
  const there = path.replace('{id}', odd.id ?? '1').replace('{test_id}', odd.testId ?? '1');
  return ask(base, there + query, {
    method: verb.toUpperCase(),
    headers: { ...auth, ...(type !== undefined && body !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body }),
  });
}

const isOfWebhooks = ({ path }: V1Operation) => path.startsWith('/v1/webhooks');
const isReadAlone = ({ id }: V1Operation) => ['findPhotoOfUser', 'readUpload', 'readLimits', 'readHealth'].includes(id);

/** What the request of an operation needs, so that nothing but what a row says is odd about it. */
function aimed({ id, path, isForAdministrators }: V1Operation, user: { id: string; screenName: string }): Odd {
  if (id === 'readUpload') return { id: ada.uploadIds[0] ?? '' };
  if (id === 'findUsers') return { query: `?screen_name=${user.screenName}` };
  if (path.startsWith('/v1/webhooks')) return { id: webhook.id };
  const confirm = id.startsWith('erase') ? { query: `?confirm=${user.screenName}` } : {};
  return isForAdministrators || path.includes('{id}') ? { id: user.id, ...confirm } : confirm;
}

/** Whose request it is: of what changes somebody, somebody who is nobody else's. */
function userOf(row: string, { verb }: V1Operation, status: number): User | Promise<User> {
  if (NEEDS_PHOTOS.includes(row)) return ada;
  return status === 403 || (status < 300 && verb !== 'get') ? world.newUser() : bob;
}

/** What gives a status of one operation where the general row does not. */
const OWN_ROWS: Record<string, () => Odd | Promise<Odd>> = {
  'setPhoto 200': () => ({ headers: { prefer: 'wait=10' } }),
  'setPhoto 400': () => ({ type: 'image/png', body: undefined }),
  'setPhoto 422': () => ({ query: '?crop_x=10&crop_y=0&crop_w=20' }),
  'setPhotoOfUser 200': () => ({ headers: { prefer: 'wait=10' } }),
  'setPhotoOfUser 400': () => ({ type: 'image/png', body: undefined }),
  'setPhotoOfUser 422': () => ({ query: '?crop_x=10&crop_y=0&crop_w=20' }),
  'restorePhoto 400': () => json({}),
  'restorePhoto 404': () => json({ version: '0'.repeat(20) }),
  'restorePhotoOfUser 400': () => json({}),
  'findPhotoOfUser 200': () => ({ query: '?d=initials' }),
  'findPhotoOfUser 302': () => ({ id: ada.id }),
  'findPhotoOfUser 400': () => ({ query: '?size=0' }),
  'findPhotoOfUser 404': () => ({ id: '1' }),
  'changeOwnUser 400': () => json({}),
  'eraseUser 400': () => ({ query: '' }),
  'readUpload 404': () => ({ id: randomUUID() }),
  'findUsers 400': () => ({ query: '' }),
  'changeUser 400': () => json([]),
  'eraseOtherUser 400': () => ({ query: '' }),
  'addWebhook 400': () => json({}),
  'addWebhook 409': () => json({ url: webhook.url }),
  'changeWebhook 400': () => json({}),
  'removeWebhook 200': async () => {
    const { body } = await send(operation('addWebhook'), world.url, bearer(admin));
    return { id: String(body.id) };
  },
  'readWebhookTest 200': async () => {
    const { body } = await send(operation('testWebhook'), world.url, bearer(admin), { id: webhook.id });
    return { testId: String(body.id) };
  },
};

/** Whose photos have a history, so that one can be shown again. */
const NEEDS_PHOTOS = [
  'undoPhoto 200',
  'restorePhoto 200',
  'undoPhotoOfUser 200',
  'restorePhotoOfUser 200',
  'readUpload 200',
];

const document = JSON.parse(readFileSync(join(PROJECT, 'docs/openapi.json'), 'utf8'));
const responsesOf = ({ path, verb }: V1Operation): Record<string, { content?: Record<string, { schema: object }> }> =>
  document.paths[path][verb].responses;

/** An answer is as the document has it: status, media type, and the body's shape. */
function expectDocumented(one: V1Operation, { status, headers, body, bytes }: Awaited<ReturnType<typeof ask>>): void {
  const said = responsesOf(one)[status];
  expect([one.id, status, said !== undefined]).toEqual([one.id, status, true]);
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const { schema } = said?.content?.[type] ?? {};
  expect([one.id, status, type, schema !== undefined || (said?.content === undefined && bytes.length === 0)]).toEqual([
    one.id,
    status,
    type,
    true,
  ]);
  const name =
    String(Object(schema).$ref ?? '')
      .split('/')
      .at(-1) ?? '';
  // A field that the document does not have would be left out of what is read.
  if (name !== '') expect(V1_SCHEMAS[name as keyof typeof V1_SCHEMAS].parse(body)).toEqual(body);
  if (status === 302 || status === 201) expect(headers.get('location')).not.toBeNull();
  if (status === 401) expect(body.authenticate).toMatch(/^Bearer/);
  if (status === 429 || status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

const ROWS = V1_OPERATIONS.flatMap((one) =>
  Object.keys(responsesOf(one)).map((status) => ({ id: one.id, status: Number(status), one })),
);
const rowsOf = (isWanted: (row: (typeof ROWS)[number]) => boolean) => ROWS.filter(isWanted);
const isAway = ({ status, one }: (typeof ROWS)[number]) =>
  status === 429 ||
  (status === 503 && !isReadAlone(one)) ||
  (status === 500 && isReadAlone(one)) ||
  isOff({ status, one });
/** Webhooks are off. */
const isOff = ({ status, one }: { status: number; one: V1Operation }) =>
  status === 404 && ['listWebhooks', 'addWebhook'].includes(one.id);

const authOf = ({ isForAdministrators }: V1Operation) => bearer(isForAdministrators ? awayAdmin : 'xoxp-1-nobody');

/** Asks until there is a place, and is as wanted. */
async function until(one: V1Operation, auth: Record<string, string>, wanted: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const answer = await send(one, away.url, auth, aimed(one, ada));
    expectDocumented(one, answer);
    if (answer.status === wanted) return;
    if (tries === 300) expect(answer.status).toBe(wanted);
    await new Promise((done) => setTimeout(done, 1_000 / PLACES_A_SECOND));
  }
}

describe('where everybody is turned away', () => {
  test.each(rowsOf((row) => isAway(row) && row.status === 503))('$id $status', ({ one, status }) =>
    until(one, bearer(awayAdmin), status),
  );

  // In a while it is asked again.
  afterAll(() => {
    awayProvider.said.status = 200;
  });
});

describe('where all is well', () => {
  /** The function that reads has not asked the provider yet. */
  test.each(rowsOf((row) => !isAway(row) && row.status === 503))('$id $status', async ({ one, status }) => {
    own.said.status = 500;
    const answer = await send(one, world.url, bearer(admin), aimed(one, ada));
    own.said.status = 200;
    expect(answer.status).toBe(status);
    expectDocumented(one, answer);
  });

  test.each(rowsOf((row) => !isAway(row) && row.status !== 503))('$id $status', async ({ id, status, one }) => {
    const row = `${id} ${status}`;
    const user = await userOf(row, one, status);
    const odd: Odd = { ...aimed(one, user), ...(await OWN_ROWS[row]?.()) };
    let auth = one.isOpenToAll ? {} : bearer(one.isForAdministrators ? admin : user.token);
    if (OWN_ROWS[row] === undefined) {
      if (status === 401) auth = {};
      if (status === 403 && one.isForAdministrators) auth = bearer(user.token);
      else if (status === 403) await world.stores.users.change(user.id, { state: 'deactivated' });
      if (status === 404) odd.id = isOfWebhooks(one) ? 'wh_0' : '1';
      if (status === 413) Object.assign(odd, { body: ' '.repeat(4_600_000), type: 'application/json' });
      if (status === 415) odd.headers = { 'content-encoding': 'gzip' };
      if (status === 500) auth = bearer(one.isForAdministrators ? broken.admin : broken.caller);
    }
    const answer = await send(one, world.url, auth, odd);
    expect([row, answer.status, answer.body.code]).toEqual([row, status, answer.body.code]);
    expectDocumented(one, answer);
  });
});

describe('where everybody is turned away, later', () => {
  test.each(rowsOf((row) => isAway(row) && row.status === 429))('$id $status', async ({ one, status }) => {
    const two = () => Promise.all([1, 2].map(() => send(one, away.url, authOf(one), aimed(one, ada))));
    const answers = await eventually(two, (both) => both.some((answer) => answer.status === status));
    for (const answer of answers) expectDocumented(one, answer);
    expect(answers.map((answer) => answer.status)).toContain(status);
  });

  test.each(rowsOf((row) => isAway(row) && row.status === 500))('$id $status', ({ one, status }) =>
    until(one, authOf(one), status),
  );

  test.each(rowsOf(isOff))('$id $status', ({ one, status }) => until(one, bearer(awayAdmin), status));
});
