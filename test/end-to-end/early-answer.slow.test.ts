import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Template } from '../../local/template.ts';
import { assemblyWith } from '../assembly-copy.ts';
import { png, RED, solid } from '../pictures.ts';
import { ask, bearer, form } from '../security/requests.ts';
import { testWorld, type World } from '../world.ts';

/** No worker comes: the queue of a fresh account's two workers is as long as the test makes it. */
let world: World;
let remove: () => void;

beforeAll(async () => {
  const without = await assemblyWith((template: Template) => {
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== 'AWS::Lambda::EventSourceMapping') continue;
      if (JSON.stringify(Properties.EventSourceArn).includes('"Jobs')) Properties.Enabled = false;
    }
  });
  remove = without.remove;
  world = await testWorld(without.dir);
}, 60_000);
afterAll(async () => {
  await world?.end();
  remove?.();
}, 30_000);

test('a wait goes on while a worker may come, and ends when as many photos are in line as there are workers', async () => {
  const picture = await png({ picture: solid(600, 600, RED) });
  const timed = async () => {
    const { token } = await world.newUser();
    const startMs = performance.now();
    const { body, headers } = await ask(world.url, '/api/users.setPhoto', {
      method: 'POST',
      headers: bearer(token),
      body: form(picture),
    });
    return { ok: body.ok, state: headers.get('x-upload-state'), tookMs: performance.now() - startMs };
  };
  // One in line, two workers: Slack's 3 s are waited.
  const alone = await timed();
  expect(alone).toMatchObject({ ok: true, state: 'queued' });
  expect(alone.tookMs).toBeGreaterThan(2_900);
  // Two in line, and no more is hoped for after the first look at the queue; the next one does not even look.
  const second = await timed();
  expect(second).toMatchObject({ ok: true, state: 'queued' });
  expect(second.tookMs).toBeLessThan(1_500);
  const third = await timed();
  expect(third).toMatchObject({ ok: true, state: 'queued' });
  expect(third.tookMs).toBeLessThan(second.tookMs);
}, 30_000);
