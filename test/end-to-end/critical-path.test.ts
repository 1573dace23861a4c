import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TracedWorld, tracedWorld } from '../../bench/call-trace.ts';
import { pass, type Traveller, WAYS } from '../../bench/critical-ways.ts';
import { jpeg, photoLike } from '../pictures.ts';

/**
 * How many AWS calls wait for each other before somebody has their answer, and before their photo is shown. Counted,
 * not timed: the delay only shows which calls run at once.
 */
const DELAY_MS = 20;
let world: TracedWorld;
let user: Traveller;
let photo: Buffer;

beforeAll(async () => {
  world = await tracedWorld(DELAY_MS);
  // With Slack's own limits.
  user = await world.newUser(await world.newTeam());
  photo = await jpeg({ picture: photoLike(640, 512, 1) });
  // The first call of a process reads its secrets, and the first of a team its limits.
  for (const way of WAYS.filter(({ isFirst }) => isFirst)) await pass(world, way, user, photo);
}, 120_000);
afterAll(() => world?.end(), 30_000);

/** On a busy machine a call may start so late that it seems to wait for another. What really waits does so every time. */
const TRIES = 3;

test.each(WAYS)('$name: $goals.answerSteps steps', async (way) => {
  const goals = { shownSteps: undefined, ...way.goals };
  let seen = {};
  for (let tries = 0; tries < TRIES && !isDeepStrictEqual(seen, goals); tries++) {
    const { answerSteps, shownSteps } = await pass(world, way, user, photo);
    seen = { shownSteps, answerSteps };
  }
  expect(seen).toEqual(goals);
});
