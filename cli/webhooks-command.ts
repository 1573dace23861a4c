import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Result } from '../lambdas/core/result.ts';
import {
  isTaken,
  receiverState,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
  type WebhookRefusal,
  type WebhookWithSecret,
} from '../lambdas/core/webhook.ts';
import { urlProblemMessage } from '../lambdas/core/webhook-url-problem.ts';
import {
  addWebhook,
  beginWebhookTest,
  disableWebhook,
  enableWebhook,
  removeWebhook,
  rotateWebhook,
} from '../lambdas/flow/webhooks.ts';
import { connectWebhooks, mustFindWebhook, type WebhookConnection } from './connect-webhooks.ts';
import { printJson, printPairs, printTable } from './print.ts';
import { UserError } from './user-error.ts';

interface Given {
  json?: boolean;
}

/** A request may take ten seconds, and a function that was not used for a while one more to start. */
const TEST_MS = 20_000;
const POLL_MS = 200;

const REMOVED_MEANWHILE = 'the webhook was removed meanwhile';

/** `headshot webhooks …`: who is told of photo events by signed POSTs. */
export function webhooksCommand(): Command {
  const webhooks = new Command('webhooks').description(
    'Tell apps of photo events by signed POSTs (Standard Webhooks): add, list, rotate, test, disable, enable and remove.',
  );
  const command = (usage: string, description: string) =>
    webhooks.command(usage).description(description);

  command('add <url>', 'Tell this address. Prints its secret, which is shown this once.')
    .addOption(
      new Option('--events <list>', `of these only, with commas between: ${WEBHOOK_EVENTS.join(', ')}`)
        .argParser(readEvents)
        .default([...WEBHOOK_EVENTS], 'all'),
    )
    .action(async (url: string, { events, json }: Given & { events: WebhookEvent[] }) => {
      const service = connectWebhooks();
      printSecret(ofResult(await addWebhook({ url, events }, service.rules, service), service), json);
    });

  command('list', 'List webhooks, how their receivers do, and how much waits for them.').action(
    async ({ json }: Given) => {
      const { webhooks: store, deliveries } = connectWebhooks();
      const all = await store.list();
      const listed = await Promise.all(
        all.map(async (one) => ({ ...summary(one), waiting: await deliveries.waiting(one.id) })),
      );
      if (json) return printJson(listed);
      if (listed.length === 0) return console.log('no webhooks');
      printTable(
        ['ID', 'URL', 'EVENTS', 'STATE', 'FAILING SINCE', 'WAITING'],
        listed.map(({ id, url, events, state, failing_since, waiting }) => [
          id,
          url,
          events.length === WEBHOOK_EVENTS.length ? 'all' : events.join(','),
          state,
          failing_since ?? '-',
          String(waiting),
        ]),
      );
    },
  );

  command('rotate <webhook>', 'Make a new secret and print it. Messages are signed with both for 24 hours.').action(
    async (called: string, { json }: Given) => {
      const service = connectWebhooks();
      const { id } = await mustFindWebhook(called, service);
      printSecret(ofResult(await rotateWebhook(id, service), service), json);
    },
  );

  command('test <webhook>', 'Send one message that tells of nothing, and print how it ended.').action(
    async (called: string, { json }: Given) => {
      const service = connectWebhooks();
      const { id, url } = await mustFindWebhook(called, service);
      const begun = await beginWebhookTest(id, service);
      if (begun === undefined) throw new UserError(REMOVED_MEANWHILE);
      const ended = await endOf(begun.id, service);
      const isOk = isTaken(ended.outcome);
      if (json) printJson({ id, url, ok: isOk, outcome: ended.outcome, took_ms: ended.tookMs });
      else console.log(`${url}: ${ended.outcome} in ${ended.tookMs} ms`);
      if (!isOk) process.exitCode = 1;
    },
  );

  for (const [verb, act, state] of [
    ['disable', disableWebhook, 'disabled: by-hand'],
    ['enable', enableWebhook, 'enabled'],
  ] as const) {
    const effect =
      verb === 'disable'
        ? 'Events pass it by; what waits for it becomes dead letters.'
        : 'Events from now on are sent.';
    command(`${verb} <webhook>`, `Make a webhook ${verb}d. ${effect}`).action(
      async (called: string, { json }: Given) => {
        const service = connectWebhooks();
        const { id, url } = await mustFindWebhook(called, service);
        await act(id, service);
        if (json) printJson({ id, url, state });
        else console.log(`${url} is ${state}`);
      },
    );
  }

  command('remove <webhook>', 'Forget a webhook, and what waits for it.').action(
    async (called: string, { json }: Given) => {
      const service = connectWebhooks();
      const { id, url } = await mustFindWebhook(called, service);
      const waited = (await removeWebhook(id, service)) ?? 0;
      if (json) printJson({ id, url, removed: true, waited });
      else console.log(`${url} is removed${waited === 0 ? '' : `, and ${waited} messages with it`}`);
    },
  );
  return webhooks;
}

function readEvents(list: string): WebhookEvent[] {
  return list.split(',').map((word) => {
    const event = WEBHOOK_EVENTS.find((one) => one === word.trim());
    if (event === undefined)
      throw new InvalidArgumentError(`there is no event ${word}; there are ${WEBHOOK_EVENTS.join(', ')}`);
    return event;
  });
}

const stateOf = ({ disabledBecause, health }: Webhook): string =>
  disabledBecause === undefined ? receiverState(health) : `disabled: ${disabledBecause}`;

const summary = (webhook: Webhook) => ({
  id: webhook.id,
  url: webhook.url,
  events: webhook.events,
  state: stateOf(webhook),
  created_at: webhook.createdAt,
  failing_since:
    webhook.health.failingSinceMs === undefined ? null : new Date(webhook.health.failingSinceMs).toISOString(),
});

function printSecret({ webhook, secret }: WebhookWithSecret, json: boolean | undefined): void {
  if (json) {
    printJson({ ...summary(webhook), secret });
    return;
  }
  printPairs([
    ['id', webhook.id],
    ['url', webhook.url],
    ['events', webhook.events.join(' ')],
    ['secret', secret],
  ]);
}

async function endOf(testId: string, { webhooks }: WebhookConnection) {
  for (const untilMs = Date.now() + TEST_MS; Date.now() < untilMs; await sleep(POLL_MS)) {
    const ended = (await webhooks.test(testId))?.ended;
    if (ended !== undefined) return ended;
  }
  throw new UserError(`no outcome in ${TEST_MS / 1000} seconds; see: headshot dlq list`);
}

/** @throws UserError that says in words why it is refused. */
function ofResult(result: Result<WebhookWithSecret, WebhookRefusal>, { rules }: WebhookConnection): WebhookWithSecret {
  if (result.ok) return result.value;
  const { refusal } = result;
  switch (refusal.code) {
    case 'bad-url':
      throw new UserError(urlProblemMessage(refusal.problem, rules.ports));
    case 'url-taken':
      throw new UserError(`there is a webhook of this address already, ${refusal.id}`);
    case 'too-many-webhooks':
      throw new UserError(`there are ${refusal.max} webhooks already, which is as many as there may be`);
    case 'unknown-webhook':
      throw new UserError(REMOVED_MEANWHILE);
  }
}
