import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TracedWorld, tracedWorld } from '../../bench/call-trace.ts';
import { pass, WAYS } from '../../bench/critical-path.ts';
import { jpeg, photoLike } from '../pictures.ts';

/**
 * How many calls of AWS wait for each other before somebody has their answer, and before their photo is shown: counted, not timed. The delay is
 * there so that what is called at once is seen to be.
 */
const DELAY_MS = 20;
let world: TracedWorld;

beforeAll(async () => {
  world = await tracedWorld(DELAY_MS);
}, 60_000);
afterAll(() => world?.end(), 30_000);

test.each(WAYS)(
  '$name: at most $goals.answerSteps steps',
  async (way) => {
    const user = await world.newUser(await world.newTeam());
    const photo = await jpeg({ picture: photoLike(640, 512, 1) });
    // The first one starts processes, which read their secrets.
    await pass(world, way, user, photo);
    const { answerSteps, shownSteps } = await pass(world, way, user, photo);
    expect({ answerSteps, shownSteps }).toEqual(way.goals);
  },
  30_000,
);
