import { type Check, fail, ok, warn } from './check.ts';
import { MissingStep, peopleOf } from './context.ts';

const MAX_EVENT_MS = 10_000;
/** Where photos are not shown, there is hardly anything to hear. */
const MAX_EVENT_STUCK_MS = 1_000;

/** What others hear of photos, and messages that nobody could work on. */
export const QUEUES: Check[] = [
  {
    name: 'doctor-events',
    group: 'queues',
    meaning: 'Subscribers of the photo events topic hear nothing of a new photo.',
    next: 'OnJob needs sns:Publish on the topic; see its log. You need sqs:CreateQueue and sns:Subscribe.',
    async run(context) {
      const { main } = peopleOf(context);
      const { eventsListener } = context;
      if (eventsListener === undefined) throw new MissingStep('no queue listens');
      if (typeof eventsListener !== 'string') throw eventsListener;
      const maxMs = context.isStuck ? MAX_EVENT_STUCK_MS : MAX_EVENT_MS;
      const heard = await context.listener.hear(
        eventsListener,
        (body) => body.includes(main.id) && body.includes('photo.published'),
        maxMs,
      );
      return heard === undefined ? fail(`nothing in ${maxMs / 1000} s`) : ok('photo.published');
    },
  },
  {
    name: 'doctor-dead-letters',
    group: 'queues',
    meaning: 'Dead letters cannot be seen or removed.',
    next: 'You need sqs:SendMessage, ReceiveMessage and DeleteMessage on the dead-letter queues.',
    async run({ run, list, deadLetters }) {
      const marker = `headshot-doctor-${run}`;
      list.add({ kind: 'dead-letter', marker });
      const [, letters] = deadLetters.queues.find(([name]) => name === 'intake') ?? [];
      if (letters === undefined) return fail('there is no queue intake');
      await letters.put(marker);
      let isSeen = false;
      for await (const letter of letters.all()) {
        if (letter.body !== marker) continue;
        isSeen = true;
        await letters.remove(letter);
      }
      if (isSeen) list.replace({ kind: 'dead-letter', marker });
      return isSeen ? ok('put, seen and removed') : fail('it was put and not seen');
    },
  },
  {
    name: 'doctor-dead-letters-empty',
    group: 'queues',
    meaning: 'Something failed at every try and waits for a person.',
    next: '`headshot dlq list` says why; then `headshot dlq redrive --all` or `discard`.',
    async run({ run, deadLetters }) {
      const found: string[] = [];
      for (const [name, letters] of deadLetters.queues) {
        // A look hides messages for a moment, so empty queues are left alone.
        if ((await letters.depth()) === 0) continue;
        const bodies = (await Array.fromAsync(letters.all())).map(({ body }) => body);
        const others = bodies.filter((body) => body !== `headshot-doctor-${run}`).length;
        if (others > 0) found.push(`${others} in ${name}`);
      }
      return found.length === 0 ? ok('none') : warn(found.join(', '));
    },
  },
];
