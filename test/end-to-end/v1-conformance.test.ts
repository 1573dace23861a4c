import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sharedWorld, type World } from '../world.ts';
import { expectRow, isOfEverybody, mendRecords, ROWS, type Stage, stageOf } from './v1-rows.ts';

/**
 * A row for each status of docs/openapi.json that everybody can get: a real request that gets it, and an answer as
 * documented. `v1-conformance.slow.test.ts` has those that take a provider, or a service that turns everybody away.
 */
let world: World;
let stage: Stage;

beforeAll(async () => {
  world = await sharedWorld();
  stage = await stageOf(world);
}, 60_000);
afterAll(async () => {
  await mendRecords();
  await world?.end();
}, 30_000);

const OF_EVERYBODY = ROWS.filter(isOfEverybody);

test('there are rows for every operation', () => {
  expect(new Set(OF_EVERYBODY.map(({ id }) => id)).size).toBe(12);
});

test.each(OF_EVERYBODY)('$id $status', (row) => expectRow(row, stage));
