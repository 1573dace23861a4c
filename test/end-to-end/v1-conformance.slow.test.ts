import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Operation } from '../../lambdas/edge/v1/operation.ts';
import type { Template } from '../../local/template.ts';
import { type OwnProvider, ownProvider } from '../identity/own-provider.ts';
import { OWN_SETTINGS, worldWith } from '../identity/with-provider.ts';
import { ask, bearer } from '../requests.ts';
import { propertiesOf } from '../template-copy.ts';
import { eventually, type World } from '../world.ts';
import {
  aimed,
  breakRecord,
  expectDocumented,
  expectRow,
  isOfEverybody,
  isReadAlone,
  operationOf,
  ROWS,
  type Row,
  type Stage,
  send,
  stageOf,
} from './v1-rows.ts';

/**
 * The rows of docs/openapi.json that `v1-conformance.test.ts` leaves out, by two deployments with a provider and
 * webhooks. A whole one has what administrators do. In the other everybody is turned away: the provider is away, the
 * function that reads is broken, webhooks are off, and of two requests at once one is too many.
 */
const SETTINGS = { ...OWN_SETTINGS, webhooks: 'true', accountConcurrency: '12' };
let own: OwnProvider;
let awayProvider: OwnProvider;
let world: World;
let away: World;
let awayAdmin: string;
let stage: Stage;

beforeAll(async () => {
  [own, awayProvider] = [await ownProvider(), await ownProvider()];
  for (const provider of [own, awayProvider]) await provider.addKey('key', 'ES256');
  awayProvider.said.status = 500;
  away = await worldWith(awayProvider, SETTINGS, { concurrency: 1_000, change: turnAway });
  world = await worldWith(own, SETTINGS);
  awayAdmin = await tokenOf(awayProvider, 'grace');
  const admin = await tokenOf(own, 'grace');
  const brokenAdmin = await tokenOf(own, 'eve');
  await ask(world.url, '/v1/photo', { headers: bearer(brokenAdmin) });
  const { body } = await ask(world.url, '/v1/users?subject=eve', { headers: bearer(admin) });
  await breakRecord(world, String(Object(body.users)[0].user_id));
  stage = { ...(await stageOf(world)), admin, brokenAdmin };
  stage.webhook = (await send(stage, operationOf('addWebhook'), bearer(admin))).body as Stage['webhook'];
}, 120_000);
afterAll(async () => {
  for (const one of [away, world]) await one?.end();
  for (const one of [own, awayProvider]) await one?.end();
}, 30_000);

async function tokenOf(provider: OwnProvider, sub: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const claims = provider.claims({ sub, iat: exp - 600, exp, name: sub, groups: ['photo-admins'] });
  return provider.sign(claims, 'key');
}

/** How soon there is a place again, where one request is enough to take it. */
const PLACES_A_SECOND = 50;

function turnAway(template: Template): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::ApiGateway::Stage') continue;
    for (const one of Object(Properties).MethodSettings)
      Object.assign(one, { ThrottlingBurstLimit: 1, ThrottlingRateLimit: PLACES_A_SECOND });
  }
  const variablesOf = (id: string) => Object(propertiesOf(template, id).Environment).Variables;
  // There is no secret of that name.
  variablesOf('OnRead').HEADSHOT_ORIGIN_SECRET_ID = variablesOf('OnRead').HEADSHOT_USERS_TABLE;
  variablesOf('OnChange').HEADSHOT_WEBHOOK_PARTS = 'null';
}

/** Operations whose only 404 is that webhooks are off. */
const isOff = ({ id, status }: Row) => status === 404 && ['listWebhooks', 'addWebhook'].includes(id);
const isThrottled = ({ status }: Row) => status === 429;
const isAwayFromProvider = (row: Row) => row.status === 503 && !isReadAlone(row);
const isBrokenReading = (row: Row) => row.status === 500 && isReadAlone(row);
const isOfWholeProvider = (row: Row) => row.status === 503 && isReadAlone(row);
const isOfAdministrators = (row: Row) =>
  row.operation.isForAdministrators === true && ![429, 503].includes(row.status) && !isOff(row);

const rowsOf = (is: (row: Row) => boolean) => ROWS.filter(is);

test('each row of the document is asked for once, here or in what is not slow', () => {
  const kinds = [
    isOff,
    isThrottled,
    isAwayFromProvider,
    isBrokenReading,
    isOfWholeProvider,
    isOfAdministrators,
    isOfEverybody,
  ];
  expect(ROWS.filter((row) => kinds.filter((is) => is(row)).length !== 1)).toEqual([]);
});

const authOf = ({ isForAdministrators }: V1Operation) => bearer(isForAdministrators ? awayAdmin : 'xoxp-1-nobody');
const askAway = (operation: V1Operation, auth = authOf(operation)) =>
  send(stage, operation, auth, aimed(stage, operation, stage.ada), away.url);

/** Asks until there is a place and the answer is as expected. */
async function expectAway({ operation, status }: Row, auth = authOf(operation)): Promise<void> {
  const answer = await eventually(
    async () => {
      const one = await askAway(operation, auth);
      expectDocumented(operation, one);
      return one;
    },
    (one) => one.status === status,
  );
  expect([operation.id, answer.status]).toEqual([operation.id, status]);
}

describe('where the provider is away', () => {
  test.each(rowsOf(isAwayFromProvider))('$id $status', (row) => expectAway(row, bearer(awayAdmin)));

  // After a while the service asks it again.
  afterAll(() => {
    awayProvider.said.status = 200;
  });
});

describe('where all is well', () => {
  // The function that reads has not asked the provider yet.
  test.each(rowsOf(isOfWholeProvider))('$id $status', async ({ operation, status }) => {
    own.said.status = 500;
    const answer = await send(stage, operation, bearer(stage.admin), aimed(stage, operation, stage.ada));
    own.said.status = 200;
    expect(answer.status).toBe(status);
    expectDocumented(operation, answer);
  });

  test.each(rowsOf(isOfAdministrators))('$id $status', (row) => expectRow(row, stage));
});

describe('where everybody is turned away', () => {
  test.each(rowsOf(isThrottled))('$id $status', async ({ operation, status }) => {
    const answers = await eventually(
      () => Promise.all([askAway(operation), askAway(operation)]),
      (both) => both.some((one) => one.status === status),
    );
    for (const answer of answers) expectDocumented(operation, answer);
    expect(answers.map((one) => one.status)).toContain(status);
  });

  test.each(rowsOf(isBrokenReading))('$id $status', (row) => expectAway(row));

  test.each(rowsOf(isOff))('$id $status', (row) => expectAway(row, bearer(awayAdmin)));
});
