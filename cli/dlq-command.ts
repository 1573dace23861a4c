import { Command, Option } from 'commander';
import { QUEUE_NAMES, type QueueName } from '../lambdas/core/dead-letter-work.ts';
import { discardWork, inspectDeadLetter } from '../lambdas/flow/inspect-dead-letter.ts';
import type { DeadLetter, DeadLetters } from '../lambdas/store/dead-letters.ts';
import { connectDeadLetters, type DeadLetterConnection } from './connect-dead-letters.ts';
import { type PrintOptions, print, printRecord, printTable } from './print.ts';
import { readDeadLetterWork } from './read-dead-letter.ts';
import { UserError } from './user-error.ts';

interface Given extends PrintOptions {
  queue?: QueueName;
  all?: boolean;
  yes?: boolean;
}

/** `headshot dlq …`: messages that failed at every try, why, and what to do with them. */
export function dlqCommand(): Command {
  const dlq = new Command('dlq')
    .description(
      'Dead letters, messages that failed at every try: list and show them, send them again, or discard them. ' +
        'Reading them hides them from other readers for a second or so; commands wait for what is hidden.',
    )
    .summary('List, show, send again or discard dead letters.');
  const command = (usage: string, description: string) =>
    dlq
      .command(usage)
      .description(description)
      .addOption(new Option('--queue <name>', 'only of this queue').choices(QUEUE_NAMES));

  command('list', 'List dead letters, and why each failed.').action(async (given: Given) => {
    const service = connectDeadLetters(given.queue);
    const found = await Promise.all(service.queues.map(([name, letters]) => listOf(name, letters, service)));
    const all = found.flat();
    if (given.json) return print(all, given);
    if (all.length === 0) return console.log('no dead letters');
    printTable(
      ['QUEUE', 'MESSAGE ID', 'SENT', 'RECEIVED', 'KIND', 'USER', 'UPLOAD OR FILE', 'WHY'],
      all.map((one) => [
        one.queue,
        one.message_id,
        one.sent_at,
        String(one.received),
        one.kind,
        oneLine(one.screen_name ?? one.user_id ?? '-'),
        oneLine(one.upload_id ?? one.files?.join(' ') ?? '-'),
        one.why,
      ]),
    );
  });

  command('show <message>', 'Show one dead letter.').action(async (messageId: string, given: Given) => {
    const service = connectDeadLetters(given.queue);
    for (const [name, letters] of service.queues) {
      for await (const letter of letters.all()) {
        if (letter.messageId !== messageId) continue;
        const said = { ...(await described(name, letter, service)), body: letter.body };
        if (given.json) return print(said, given);
        return printRecord(
          Object.fromEntries(Object.entries(said).map(([what, value]) => [what, oneLine(plain(value))])),
        );
      }
    }
    throw unknown(messageId);
  });

  command(
    'redrive [message]',
    'Send a dead letter, or --all, to its queue again. What is done already is not done twice.',
  )
    .option('--all', 'all dead letters')
    .action(async (messageId: string | undefined, given: Given, self: Command) => {
      chooseOne(messageId, given, self);
      const done = await forChosen(messageId, connectDeadLetters(given.queue), async (queue, letter, letters) => {
        // In this order: after a crash in between the message is in both queues, and every message may come twice.
        const sentAs = await letters.resend(letter);
        await letters.remove(letter);
        return { queue, message_id: letter.messageId, sent_as: sentAs };
      });
      if (given.json) return print(done, given);
      for (const { queue, message_id, sent_as } of done)
        console.log(`sent ${message_id} to ${queue} again, as ${sent_as}`);
      if (done.length === 0) console.log('no dead letters');
    });

  command('discard [message]', 'Delete a dead letter, or --all. Its upload ends as failed.')
    .option('--all', 'all dead letters')
    .option('--yes', 'confirm: nothing brings them back')
    .action(async (messageId: string | undefined, given: Given, self: Command) => {
      chooseOne(messageId, given, self);
      if (!given.yes)
        throw new UserError('this deletes dead letters for good; see: headshot dlq show; confirm with --yes');
      const service = connectDeadLetters(given.queue);
      const done = await forChosen(messageId, service, async (queue, letter, letters) => {
        await discardWork(readDeadLetterWork(queue, letter.body), new Date().toISOString(), service);
        await letters.remove(letter);
        return { queue, message_id: letter.messageId };
      });
      if (given.json) return print(done, given);
      for (const { queue, message_id } of done) console.log(`discarded ${message_id} of ${queue}`);
      if (done.length === 0) console.log('no dead letters');
    });

  return dlq;
}

async function listOf(queue: QueueName, letters: DeadLetters, service: DeadLetterConnection) {
  const found = await Array.fromAsync(letters.all());
  const said = [];
  for (const letter of found) said.push(await described(queue, letter, service));
  return said.sort((a, b) => a.sent_at.localeCompare(b.sent_at));
}

async function described(
  queue: QueueName,
  { body, messageId, sentAt, received }: DeadLetter,
  service: DeadLetterConnection,
) {
  const work = readDeadLetterWork(queue, body);
  const status = await inspectDeadLetter(work, service);
  return {
    queue,
    message_id: messageId,
    kind: work.kind,
    sent_at: sentAt,
    received,
    ...(status.userId !== undefined && { user_id: status.userId }),
    ...(status.screenName !== undefined && { screen_name: status.screenName }),
    ...(status.uploadId !== undefined && { upload_id: status.uploadId }),
    ...(status.number !== undefined && { number: status.number }),
    ...(status.files && { files: status.files }),
    ...(status.state !== undefined && { state: status.state }),
    ...(status.reason !== undefined && { reason: status.reason }),
    ...(status.fileExists !== undefined && { file_exists: status.fileExists }),
    why: status.why,
  };
}

/** A message id or `--all`: neither and both are mistakes. */
function chooseOne(messageId: string | undefined, { all = false }: Given, command: Command): void {
  if ((messageId !== undefined) === all) command.error('error: name a message id, or --all');
}

/** Acts on each chosen message as soon as it is found. @throws UserError when the named one is nowhere */
async function forChosen<Done>(
  messageId: string | undefined,
  { queues }: DeadLetterConnection,
  act: (queue: QueueName, letter: DeadLetter, letters: DeadLetters) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const [queue, letters] of queues) {
    for await (const letter of letters.all()) {
      if (messageId !== undefined && letter.messageId !== messageId) continue;
      done.push(await act(queue, letter, letters));
      if (messageId !== undefined) return done;
    }
  }
  if (messageId !== undefined) throw unknown(messageId);
  return done;
}

const unknown = (messageId: string) => new UserError(`there is no dead letter ${messageId}; see: headshot dlq list`);

const plain = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : String(value));

/** Strangers choose file names and may write anything into a queue. None of it may control a terminal. */
const oneLine = (text: string): string =>
  text.replace(/\p{C}/gu, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^\P{ASCII}$/u, '?'),
  );
