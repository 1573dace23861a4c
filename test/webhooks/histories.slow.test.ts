import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomOf } from '../../fuzz/random.ts';
import { messageIdOf } from '../../lambdas/core/webhook.ts';
import { runDue, tellWebhooks } from '../../lambdas/flow/serve-webhooks.ts';
import { removeWebhook } from '../../lambdas/flow/webhooks.ts';
import { ANYWHERE } from '../faults/seeded-faults.ts';
import { receiver } from './receiver.ts';
import { eventOf, MINUTE_MS, TERMS, verified, webhookStores } from './webhook-stores.ts';

/**
 * Histories of deliveries: events, the runs of each minute, receivers that fail at random, calls that get lost before
 * or after their effect, and functions that die at any call. A message that was not worked on comes again, as in SQS.
 */
const HISTORIES = 15;
const EVENTS = 12;

let world: Awaited<ReturnType<typeof webhookStores>>;
beforeAll(async () => {
  world = await webhookStores({ hasFaults: true });
}, 30_000);
afterAll(() => world?.end());

test(`${HISTORIES} histories of ${EVENTS} events: every one is taken or a dead letter, and nothing is left`, async () => {
  let [faults, deaths, again] = [0, 0, 0];
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    const random = randomOf(seed * 7_919);
    random.below(2);
    const share = random.pick([0, 10, 20, 60]);
    const taken = new Set<string>();
    const app = await receiver();
    app.answerWith((response, { headers }) => {
      if (random.below(100) < share) return random.below(2) === 0 ? response.destroy() : response.writeHead(503).end();
      taken.add(String(headers['webhook-id']));
      return response.writeHead(200).end();
    });
    const { id, secret } = await world.add(app.url);

    /** One invocation. It returns false when it failed, so that its message comes again. */
    const invoke = async (work: () => Promise<unknown>): Promise<boolean> => {
      const diesAt = random.below(4) === 0 ? random.below(6) : -1;
      let calls = 0;
      world.proxy?.begin(() => {
        calls += 1;
        if (calls - 1 === diesAt) {
          deaths += 1;
          return { kind: random.pick(['die-before', 'die-after'] as const) };
        }
        if (random.below(100) >= 8) return undefined;
        faults += 1;
        return { kind: random.pick(ANYWHERE) };
      });
      const isDone = await work().then(
        () => true,
        () => false,
      );
      world.proxy?.begin();
      return isDone;
    };

    const events = [...Array(EVENTS).keys()].map((index) => eventOf(index + 1, String(1_000 + seed)));
    const queue = [...events];
    while (queue.length > 0) {
      const event = queue.splice(random.below(queue.length), 1)[0];
      if (event === undefined) break;
      if (!(await invoke(() => tellWebhooks(event, TERMS, world.stores)))) {
        again += 1;
        queue.push(event);
      } else if (random.below(10) === 0) queue.push(event);
      if (random.below(3) === 0) {
        world.pass(MINUTE_MS);
        await invoke(() => runDue(world.stores));
      }
    }
    for (let runs = 0; runs < 3_000 && (await world.stores.deliveries.waiting(id)) > 0; runs += 1) {
      world.pass((1 + random.below(20)) * MINUTE_MS);
      await invoke(() => runDue(world.stores));
    }
    const letters = (await world.dead()).map((one) => (one.kind === 'delivery' ? one.delivery.messageId : ''));
    const lost = events.map(messageIdOf).filter((one) => !taken.has(one) && !letters.includes(one));
    expect([seed, lost, await world.stores.deliveries.waiting(id)]).toEqual([seed, [], 0]);
    for (const message of app.received) verified(secret, message);
    await removeWebhook(id, world.own);
    await app.close();
  }
  console.log(
    `${HISTORIES * EVENTS} events, ${faults} faults, ${deaths} deaths, ${again} messages that came again, 0 lost`,
  );
  expect(deaths).toBeGreaterThan(20);
  expect(faults).toBeGreaterThan(50);
}, 300_000);
