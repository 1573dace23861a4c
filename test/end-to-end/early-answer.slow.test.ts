import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Template } from '../../local/template.ts';
import { assemblyWith } from '../assembly-copy.ts';
import { png, RED, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { testWorld, type World } from '../world.ts';

/** No worker runs: the queue of a fresh account's two workers is as long as the test makes it. */
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
  world = await testWorld({ assemblyDir: without.dir });
}, 60_000);
afterAll(async () => {
  await world?.end();
  remove?.();
}, 30_000);

test('a wait goes on while a worker may come, and ends when there are more photos than workers', async () => {
  const picture = await png({ picture: solid(600, 600, RED) });
  const timed = async () => {
    const { token } = await world.newUser();
    const startMs = performance.now();
    const { body, headers } = await setPhoto(world.url, token, picture);
    return { ok: body.ok, state: headers.get('x-upload-state'), tookMs: performance.now() - startMs };
  };
  // There are two workers, so two uploads wait Slack's 3 s. A third photo finds no worker, and the fourth does not even
  // look.
  for (const isWaited of [true, true, false, false]) {
    const { tookMs, ...said } = await timed();
    expect(said).toEqual({ ok: true, state: 'queued' });
    expect(tookMs > 2_900).toBe(isWaited);
    if (!isWaited) expect(tookMs).toBeLessThan(1_500);
  }
}, 30_000);
