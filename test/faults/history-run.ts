import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { readImportKey } from '../../lambdas/core/import-key.ts';
import { DEFAULT_SERVICE_LIMITS } from '../../lambdas/core/service-limits.ts';
import { DIRECT_PREFIX, directKey, type Ticket } from '../../lambdas/core/ticket.ts';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import type { User } from '../../lambdas/core/user.ts';
import { readS3Event } from '../../lambdas/edge/imports/s3-event.ts';
import { accept } from '../../lambdas/flow/accept.ts';
import { deleteEvicted } from '../../lambdas/flow/delete-evicted.ts';
import { deletePhoto } from '../../lambdas/flow/delete-photo.ts';
import { eraseFirstPass, eraseSecondPass, requestErase } from '../../lambdas/flow/erase.ts';
import { importPhoto } from '../../lambdas/flow/import-photo.ts';
import { issueTicket } from '../../lambdas/flow/issue-ticket.ts';
import { processJob } from '../../lambdas/flow/process-job.ts';
import { restorePhoto } from '../../lambdas/flow/restore-photo.ts';
import { sweep } from '../../lambdas/flow/sweep.ts';
import { takeTicket } from '../../lambdas/flow/take-ticket.ts';
import { undoPhoto } from '../../lambdas/flow/undo-photo.ts';
import { readJob } from '../../lambdas/store/job-queue.ts';
import { readSweepMessage } from '../../lambdas/store/sweep-queue.ts';
import type { Decide } from './fault-proxy.ts';
import { type Actor, type FaultWorld, RETENTION_DAYS } from './fault-world.ts';
import type { Act, History, Moment, NamedMoment, Picture, PlannedFault, QueueName, Step } from './history.ts';
import { depthOf, keysUnder } from './read-state.ts';
import type { RecordWatch } from './record-watch.ts';
import { WORKER_MAX_SIDE_PX } from './test-pictures.ts';
import type { WireCall } from './wire-call.ts';

/** What the callers were told. */
export interface Outcomes {
  /** Uploads that were acknowledged. */
  uploads: { id: string; userId: string }[];
  /** Acknowledged deletions and undos, with the numbers that they took. */
  changes: { userId: string; number: number }[];
  /** Files put for an import. */
  files: { userId: string; screenName: string; batch: string; key: string }[];
  /** Tickets that were given out, and the pictures sent by each; S3 has them all. */
  tickets: { ticket: Ticket; sent: Picture[] }[];
  /** Uploads that were refused at once. */
  refused: { id: string; userId: string }[];
  /** Users whose erasure was acknowledged. */
  erased: string[];
  /** Message bodies that nobody can work on. */
  poisons: { queue: string; body: string }[];
}

const SWEEP_MS = 30_000;
const narrow = { ...UPLOAD_POLICIES.twitter, maxSidePx: WORKER_MAX_SIDE_PX };
const OPTIONS = {
  letterboxColour: '#000000',
  serviceLimits: {
    ...DEFAULT_SERVICE_LIMITS,
    policies: {
      ...UPLOAD_POLICIES,
      twitter: narrow,
      v1: { ...UPLOAD_POLICIES.v1, maxSidePx: WORKER_MAX_SIDE_PX },
      import: { ...UPLOAD_POLICIES.import, maxSidePx: WORKER_MAX_SIDE_PX },
    },
  },
};
const QUEUES = { jobs: 'QueueJobs', bulk: 'QueueBulk', intake: 'QueueIntake', sweeps: 'QueueSweeps' } as const;

/** Runs histories in a world, and knows what it told whom. */
export function historyRun(world: FaultWorld, watch: RecordWatch, pictures: Record<Picture, Buffer>, users: User[]) {
  const outcomes: Outcomes = { uploads: [], changes: [], files: [], tickets: [], refused: [], erased: [], poisons: [] };
  const { outside } = world;
  const userOf = (index: number): User => {
    const user = users[index % users.length];
    if (user === undefined) throw new Error('a history needs users');
    return user;
  };

  const isErased = (user: number) => watch.users.get(userOf(user).id)?.record.state === 'erased';

  async function act(actor: Actor, what: Act): Promise<void> {
    // An erased user has no credentials left, and nobody puts files for them. But the form of a ticket needs no
    // credential.
    if ('user' in what && what.do !== 'erase' && what.do !== 'send' && isErased(what.user)) return;
    switch (what.do) {
      case 'set':
        return set(actor, userOf(what.user).id, what.picture);
      case 'delete':
        return change(actor, userOf(what.user).id, 'delete', (id, at) => deletePhoto(id, at, actor.stores));
      case 'undo':
        return change(actor, userOf(what.user).id, 'undo', (id, at) => undoPhoto(id, at, actor.stores));
      case 'restore':
        return restore(actor, userOf(what.user).id, what.back);
      case 'erase':
        if (await requestErase(userOf(what.user).id, actor.stores)) outcomes.erased.push(userOf(what.user).id);
        return;
      case 'sweep':
        return outside.stores.sweeps.sendSweep(what.part === undefined ? {} : { part: what.part });
      case 'import':
        return put(userOf(what.user), `b${what.batch}-${userOf(0).id}`, what.picture);
      case 'ticket':
        return ticket(actor, userOf(what.user).id);
      case 'send':
        return send(userOf(what.user).id, what.picture);
      case 'process':
        return work(actor, what.queue);
      case 'poison':
        return poison(what.queue, what.what);
    }
  }

  async function set(actor: Actor, userId: string, picture: Picture): Promise<void> {
    const id = randomUUID();
    watch.doing.set(actor.name, 'set');
    const asked = {
      uploadId: id,
      userId,
      source: 'twitter',
      policy: UPLOAD_POLICIES.twitter,
      bytes: pictures[picture],
      acceptedAt: new Date().toISOString(),
      retentionDays: RETENTION_DAYS,
    } as const;
    const done = await accept(asked, actor.stores);
    // By then a refusal has tidied up. Only after a death does that fall to the sweeper.
    if (!done.ok && (await keysUnder(outside, 'BucketRaw', `raw/${userId}/${id}`)).length > 0) {
      watch.broken.push(`upload ${id} was refused, and its raw file stays`);
    }
    outcomes[done.ok ? 'uploads' : 'refused'].push({ id, userId });
  }

  async function change(
    actor: Actor,
    userId: string,
    kind: 'delete' | 'undo' | 'restore',
    make: (userId: string, at: string) => Promise<unknown>,
  ): Promise<void> {
    watch.doing.set(actor.name, kind);
    const taken = watch.users.get(userId)?.taken ?? new Map();
    const before = new Set(taken.keys());
    const done = await make(userId, new Date().toISOString());
    // When an answer is lost, the SDK takes another number. The last one is the caller's.
    const mine = [...taken].filter(([number, by]) => by.actor === actor.name && !before.has(number));
    if (done && mine.length > 0) outcomes.changes.push({ userId, number: Math.max(...mine.map(([number]) => number)) });
  }

  /** What can be restored is what the caller saw last. */
  async function restore(actor: Actor, userId: string, back: number): Promise<void> {
    const history = watch.users.get(userId)?.record.history ?? [];
    const version = history[back % Math.max(1, history.length)]?.version;
    if (version === undefined) return;
    watch.wanted.set(actor.name, version);
    await change(actor, userId, 'restore', async (id, at) => (await restorePhoto(id, version, at, actor.stores)).ok);
  }

  async function put(user: User, batch: string, picture: Picture): Promise<void> {
    const key = `imports/${batch}/${user.screenName}.png`;
    await putFile(key, picture);
    outcomes.files.push({ userId: user.id, screenName: user.screenName, batch, key });
  }

  /** With the length of the longest picture: whether S3 enforces it is not the question here. */
  async function ticket(actor: Actor, userId: string): Promise<void> {
    const bytes = Math.max(...Object.values(pictures).map(({ length }) => length));
    const asked = { id: randomUUID(), userId, mediaType: 'image/png', bytes };
    const forms = { sign: async () => ({ url: '', fields: {} }) };
    const issued = await issueTicket(asked, RETENTION_DAYS, { tickets: actor.stores.tickets, forms });
    outcomes.tickets.push({ ticket: issued.ticket, sent: [] });
  }

  async function send(userId: string, picture: Picture): Promise<void> {
    const mine = outcomes.tickets.findLast(({ ticket: one }) => one.userId === userId);
    if (mine === undefined) return;
    await putFile(directKey(mine.ticket), picture);
    mine.sent.push(picture);
  }

  async function putFile(key: string, picture: Picture): Promise<void> {
    const { all } = await depthOf(outside, 'QueueIntake');
    await outside.clients.s3.send(
      new PutObjectCommand({ Bucket: outside.outputs.BucketImports, Key: key, Body: pictures[picture] }),
    );
    // S3 notifies in its own time; what comes next must not depend on that.
    const untilMs = Date.now() + 5_000;
    while ((await depthOf(outside, 'QueueIntake')).all <= all) {
      if (Date.now() > untilMs) throw new Error(`S3 did not tell of ${key}`);
      await sleep(2);
    }
  }

  /** What Lambda and the entry do: receive, work, and delete what is done. The rest comes again. */
  async function work(actor: Actor, queue: QueueName): Promise<void> {
    const QueueUrl = actor.outputs[QUEUES[queue]];
    watch.doing.set(actor.name, 'set');
    const { Messages = [] } = await actor.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      if (queue === 'intake') await takeIn(actor, Body);
      else if (queue === 'sweeps') await runSweep(actor, Body);
      else await processJob(readJob(Body), OPTIONS, actor.stores);
      await actor.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }

  async function takeIn({ stores }: Actor, body: string): Promise<void> {
    const created = readS3Event(JSON.parse(body));
    if (created === undefined) throw new Error('not from S3');
    for (const file of created) {
      const { key, sequencer } = file;
      if (key.startsWith(DIRECT_PREFIX)) {
        await takeTicket(file, { policy: UPLOAD_POLICIES.v1, retentionDays: RETENTION_DAYS }, stores);
        continue;
      }
      const named = readImportKey(key);
      if (named?.kind !== 'photo') continue;
      const terms = { policy: UPLOAD_POLICIES.import, retentionDays: RETENTION_DAYS };
      await importPhoto({ batch: named.batch, key, user: named.user, sequencer }, terms, {
        ...stores,
        jobs: stores.bulk,
      });
    }
  }

  /**
   * An erasure's wait between its passes, and the age that the sweep asks of an object, protect what is under way. Here
   * all of that is over when an act is, and neither is begun beside one.
   */
  async function runSweep({ stores }: Actor, body: string): Promise<void> {
    const message = readSweepMessage(body);
    if (message.kind === 'erase') {
      const { userId, again } = message;
      await (again ? eraseSecondPass(userId, stores) : eraseFirstPass(userId, 0, stores));
      return;
    }
    if (message.kind === 'invalidate') return deleteEvicted(message.userId, stores);
    const terms = { untilMs: Date.now() + SWEEP_MS, olderThanMs: Date.now() + SWEEP_MS };
    const { stoppedAt } = await sweep(message, terms, { ...stores, ...stores.expiring, avatars: true });
    if (stoppedAt !== undefined) await stores.sweeps.sendSweep(stoppedAt);
  }

  async function poison(queue: QueueName, what: string): Promise<void> {
    const uploadId = randomUUID();
    const job = {
      upload_id: uploadId,
      user_id: '999999999999999',
      number: 1,
      source: 'twitter',
      accepted_at: new Date().toISOString(),
    };
    const bodies: Record<string, string> = {
      'no-json': `{ ${uploadId}`,
      'no-job': JSON.stringify({ id: uploadId }),
      'no-user': JSON.stringify(job),
      'no-raw': JSON.stringify({ ...job, user_id: userOf(0).id, number: 1_000_000 }),
    };
    const body = bodies[what] ?? '';
    await outside.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: outside.outputs[QUEUES[queue]], MessageBody: body }),
    );
    outcomes.poisons.push({ queue, body });
  }

  async function step({ act: what, faults, order, meanwhile }: Step): Promise<void> {
    const [first, second] = world.actors;
    let isBegun = meanwhile === undefined;
    const once = async () => {
      isBegun = true;
      if (meanwhile === undefined) return;
      // An erasure, like a sweep, waits until what is under way is over.
      if (meanwhile.act.do === 'process' && meanwhile.act.queue === 'sweeps') return;
      second.proxy.begin(planOf(meanwhile.faults));
      await orFault(act(second, meanwhile.act));
    };
    // The first act may end by a fault while one of its calls waits for the other act. Then that is waited for.
    let done: Promise<void> | undefined;
    const other = () => {
      done ??= once();
      return done;
    };
    const plan = planOf(faults);
    const isFirstDone = order && effectOf(first.name, order.first);
    first.proxy.begin((call) => {
      if (!isBegun && meanwhile && isAt(call, meanwhile.at)) return { kind: 'hold', until: other };
      return (
        plan(call) ??
        (order && isFirstDone && isNamed(call, order.second)
          ? { kind: 'hold' as const, until: isFirstDone }
          : undefined)
      );
    });
    await orFault(act(first, what));
    await other();
  }

  /** Waits for a call's effect, if it comes. */
  function effectOf(actor: string, wanted: NamedMoment): () => Promise<void> {
    let tell = () => {};
    const seen = new Promise<void>((done) => {
      tell = done;
    });
    watch.listen((by, call) => {
      if (by === actor && isNamed(call, wanted)) tell();
    });
    return () => Promise.race([seen, sleep(ORDER_MS)]);
  }

  return {
    outcomes,

    /** @throws Error in words, when something was seen on the way that must not be */
    async run(history: History): Promise<void> {
      for (const [index, one] of history.entries()) {
        await step(one);
        if (watch.broken.length > 0) throw new Error(`step ${index + 1}: ${watch.broken.join('; ')}`);
      }
    },

    /** Without faults: delivers until no message waits, and then runs the sweep. */
    async settle(beforeSweep: () => Promise<void>): Promise<void> {
      const [first] = world.actors;
      first.proxy.begin();
      await deliverAll(first);
      await beforeSweep();
      await outside.stores.sweeps.sendSweep();
      await deliverAll(first);
      if (watch.broken.length > 0) throw new Error(`at the end: ${watch.broken.join('; ')}`);
    },
  };

  async function deliverAll(first: Actor): Promise<void> {
    const all = Object.keys(QUEUES) as QueueName[];
    let left = 400;
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true;
      // Erasures first: what is delivered after them must leave nothing.
      for (const queue of all.toReversed()) {
        await orFault(work(first, queue));
        if ((await depthOf(outside, QUEUES[queue])).all > 0) isQuiet = false;
      }
      if (--left === 0) throw new Error('the queues do not get empty');
    }
  }
}

/** By then the other of two calls is there, unless it was lost or never made. */
const ORDER_MS = 100;

const isNamed = ({ operation, nth }: WireCall, named: NamedMoment): boolean =>
  operation === named.operation && nth === named.nth;

const isAt = ({ ordinal, operation, nth }: WireCall, at: Moment): boolean =>
  'call' in at ? ordinal === at.call : operation === 'UpdateItem' && nth === at.write;

/** The faults of an act, each for its call. */
const planOf =
  (faults: PlannedFault[]): Decide =>
  (call) =>
    faults.find(
      ({ at, tries }) => (typeof at === 'number' ? at === call.ordinal : isNamed(call, at)) && call.attempt <= tries,
    )?.fault;

/** An act that fails has met a fault, or a poisonous message. What counts is what it left. */
async function orFault(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    // A mistake in the tests must not pass for a fault.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
  }
}
