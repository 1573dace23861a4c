import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Result } from '../lambdas/core/result.ts';
import {
  isTaken,
  receiverState,
  urlProblemMessage,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
  type WebhookRefusal,
  type WebhookWithSecret,
} from '../lambdas/core/webhook.ts';
import {
  addWebhook,
  beginWebhookTest,
  disableWebhook,
  enableWebhook,
  removeWebhook,
  rotateWebhook,
} from '../lambdas/flow/webhooks.ts';
import { connectWebhooks, mustFindWebhook, type WebhookConnection } from './connect-webhooks.ts';
import { type PrintOptions, print, printTable } from './print.ts';
import { UserError } from './user-error.ts';

/** A request may take ten seconds, and a cold function one more to start. */
const TEST_MS = 20_000;
const POLL_MS = 200;

const REMOVED_MEANWHILE = 'the webhook was deleted meanwhile';

/** `headshot webhooks …`: who is told of photo events by signed POSTs. */
export function webhooksCommand(): Command {
  const webhooks = new Command('webhooks')
    .summary('Create, list, test, rotate, disable, enable and delete webhooks.')
    .description(
      'Create, list, test, rotate, disable, enable and delete webhooks: signed POSTs of photo events (Standard Webhooks).',
    );
  const command = (usage: string, description: string) => webhooks.command(usage).description(description);

  command('create <url>', 'Create a webhook and print its secret, this once.')
    .alias('add')
    .addOption(
      new Option('--events <list>', `only these, with commas between: ${WEBHOOK_EVENTS.join(', ')}`)
        .argParser(readEvents)
        .default([...WEBHOOK_EVENTS], 'all'),
    )
    .action(async (url: string, { events, ...given }: PrintOptions & { events: WebhookEvent[] }) => {
      const service = connectWebhooks();
      printSecret(ofResult(await addWebhook({ url, events }, service.rules, service), service), given);
    });

  command('list', 'List webhooks, the state of their receivers, and how much waits for them.').action(
    async (given: PrintOptions) => {
      const { webhooks: store, deliveries } = connectWebhooks();
      const all = await store.list();
      const listed = await Promise.all(
        all.map(async (one) => ({ ...summary(one), waiting: await deliveries.waiting(one.id) })),
      );
      if (given.json) return print(listed, given);
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
    async (called: string, given: PrintOptions) => {
      const service = connectWebhooks();
      const { id } = await mustFindWebhook(called, service);
      printSecret(ofResult(await rotateWebhook(id, service), service), given);
    },
  );

  command('test <webhook>', 'Send a test message and print the answer. Exits with 1 when it is not taken.').action(
    async (called: string, given: PrintOptions) => {
      const service = connectWebhooks();
      const { id, url } = await mustFindWebhook(called, service);
      const begun = await beginWebhookTest(id, service);
      if (begun === undefined) throw new UserError(REMOVED_MEANWHILE);
      const ended = await endOf(begun.id, service);
      const isOk = isTaken(ended.outcome);
      const said = { id, url, ok: isOk, outcome: ended.outcome, took_ms: ended.tookMs };
      print(said, given, `${url}: ${ended.outcome} in ${ended.tookMs} ms`);
      if (!isOk) process.exitCode = 1;
    },
  );

  for (const [verb, act, state, description] of [
    ['disable', disableWebhook, 'disabled: by-hand', 'Send nothing more. What waits becomes dead letters.'],
    ['enable', enableWebhook, 'enabled', 'Send events again, from now on.'],
  ] as const) {
    command(`${verb} <webhook>`, description).action(async (called: string, given: PrintOptions) => {
      const service = connectWebhooks();
      const { id, url } = await mustFindWebhook(called, service);
      await act(id, service);
      print({ id, url, state }, given, `${url} is ${state}`);
    });
  }

  command('delete <webhook>', 'Delete a webhook, and what waits for it.')
    .alias('remove')
    .action(async (called: string, given: PrintOptions) => {
      const service = connectWebhooks();
      const { id, url } = await mustFindWebhook(called, service);
      const waited = (await removeWebhook(id, service)) ?? 0;
      const messages = waited === 0 ? '' : `, and ${waited} messages with it`;
      print({ id, url, deleted: true, waited }, given, `${url} is deleted${messages}`);
    });
  return webhooks;
}

function readEvents(list: string): WebhookEvent[] {
  return list.split(',').map((word) => {
    const event = WEBHOOK_EVENTS.find((one) => one === word.trim());
    if (event === undefined) throw new InvalidArgumentError(`Allowed choices are ${WEBHOOK_EVENTS.join(', ')}.`);
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

const printSecret = ({ webhook, secret }: WebhookWithSecret, given: PrintOptions): void =>
  print({ ...summary(webhook), secret }, given);

async function endOf(testId: string, { webhooks }: WebhookConnection) {
  for (const untilMs = Date.now() + TEST_MS; Date.now() < untilMs; await sleep(POLL_MS)) {
    const ended = (await webhooks.test(testId))?.ended;
    if (ended !== undefined) return ended;
  }
  throw new UserError(`no outcome in ${TEST_MS / 1000} seconds; see: headshot dlq list`);
}

/** @throws UserError with the reason of the refusal */
function ofResult(result: Result<WebhookWithSecret, WebhookRefusal>, { rules }: WebhookConnection): WebhookWithSecret {
  if (result.ok) return result.value;
  const { refusal } = result;
  switch (refusal.code) {
    case 'bad-url':
      throw new UserError(urlProblemMessage(refusal.problem, rules.ports));
    case 'url-taken':
      throw new UserError(`there is a webhook of this address already: ${refusal.id}`);
    case 'too-many-webhooks':
      throw new UserError(
        `there are ${refusal.max} webhooks already, which is the most; first: headshot webhooks delete`,
      );
    case 'unknown-webhook':
      throw new UserError(REMOVED_MEANWHILE);
  }
}
