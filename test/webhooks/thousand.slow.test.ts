import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomOf } from '../../fuzz/random.ts';
import { messageIdOf } from '../../lambdas/core/webhook.ts';
import { redeliver, runDue, tellWebhooks } from '../../lambdas/flow/serve-webhooks.ts';
import { receiver } from './receiver.ts';
import { eventOf, MINUTE_MS, TERMS, verified, webhookStores } from './webhook-stores.ts';

let world: Awaited<ReturnType<typeof webhookStores>>;
beforeAll(async () => {
  world = await webhookStores();
}, 30_000);
afterAll(() => world?.end());

/** Two at a time, as the event source mapping does. */
async function tellAll(from: number, to: number): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to) await tellWebhooks(eventOf(++next), TERMS, world.stores);
  };
  await Promise.all([worker(), worker()]);
}

test('1,000 events through a receiver that fails half of them at random: each is taken at least once, all are signed', async () => {
  const random = randomOf(29);
  const app = await receiver();
  const taken = new Set<string>();
  let failed = 0;
  app.answerWith((response, { headers }) => {
    const chance = random.below(1_000) / 1_000;
    if (chance < 0.2) response.writeHead(500).end();
    else if (chance < 0.4) response.destroy();
    else if (chance < 0.5) response.writeHead(429).end();
    else {
      taken.add(String(headers['webhook-id']));
      response.writeHead(200).end();
    }
    if (chance < 0.5) failed += 1;
  });
  const { id, secret } = await world.add(app.url);
  let runs = 0;
  // About ten events a minute of each kind, so that some come while the receiver is left in peace.
  for (let told = 0; told < 1_000; told += 100) {
    await tellAll(told, told + 100);
    world.pass(MINUTE_MS);
    await runDue(world.stores);
    runs += 1;
  }
  let redriven = 0;
  // One in 1,024 fails ten times: a dead letter, which an operator sends again.
  for (let step = 1; taken.size < 1_000 && step < 1_000; step += 1) {
    if ((await world.stores.deliveries.waiting(id)) === 0) {
      for (const one of await world.dead()) {
        if (one.kind === 'delivery' && (await redeliver(one.delivery, world.stores))) redriven += 1;
      }
    }
    // Further and further apart, like the tries.
    world.pass(Math.ceil(step / 5) * MINUTE_MS);
    await runDue(world.stores);
    runs += 1;
  }
  const wanted = [...Array(1_000).keys()].map((index) => messageIdOf(eventOf(index + 1)));
  expect(wanted.filter((one) => !taken.has(one))).toEqual([]);
  expect(taken.size).toBe(1_000);
  expect(await world.stores.deliveries.waiting(id)).toBe(0);
  for (const message of app.received) verified(secret, message);
  console.log(
    `${app.received.length} tries, ${failed} failed, in ${runs} runs; ${redriven} sent again from dead letters`,
  );
  await app.close();
}, 300_000);
