import { versionOf } from '../../lambdas/core/change.ts';
import { uploadIdOf } from '../../lambdas/core/object-keys.ts';
import { directKey, isAccepted } from '../../lambdas/core/ticket.ts';
import type { User } from '../../lambdas/core/user.ts';
import { credentialsOf } from './chaos-user.ts';
import { alarmDepth } from './dead-letter-alarm.ts';
import type { FaultWorld, Onlooker } from './fault-world.ts';
import type { Outcomes } from './history-run.ts';
import { depthOf, empty, keysUnder } from './read-state.ts';
import type { RecordWatch, WatchedUser } from './record-watch.ts';
import { STORED } from './test-pictures.ts';

const DEAD = ['QueueJobsDead', 'QueueBulkDead', 'QueueIntakeDead', 'QueueSweepsDead'];

/** Looks at everything once all is quiet. Returns, in words, what must not be. Empties the dead-letter queues. */
export async function wrongsAtEnd(world: FaultWorld, watch: RecordWatch, outcomes: Outcomes): Promise<string[]> {
  const wrongs: string[] = [];
  const dead = await deadLetters(world, wrongs);
  for (const [userId, watched] of watch.users) {
    const isErased = watched.record.state === 'erased';
    if (!isErased) await checkUser(world, watch, userId, watched, dead, wrongs);
    else wrongs.push(...(await tracesOfErased(world.outside, watch, watched.record)));
  }
  for (const { id, userId } of outcomes.uploads) await checkUpload(world, watch, id, userId, dead, wrongs);
  for (const { userId, number } of outcomes.changes) {
    const { shown = 0, state } = watch.users.get(userId)?.record ?? {};
    if (state === 'active' && shown < number) wrongs.push(`change ${number} was acknowledged, and ${shown} is shown`);
  }
  for (const { id, userId } of outcomes.refused) {
    const { stores } = world.outside;
    const traces = [
      ...(await keysUnder(world.outside, 'BucketRaw', `raw/${userId}/${id}`)),
      await stores.uploads.get(id),
    ];
    if (traces.some((trace) => trace !== undefined)) wrongs.push(`upload ${id} was refused, and left something`);
  }
  await checkFiles(world, watch, outcomes, dead, wrongs);
  await checkTickets(world, watch, outcomes, dead, wrongs);
  for (const { queue, body } of outcomes.poisons) {
    // A message that can be read as a job ends as failed, for its reason.
    const isJob = (queue === 'jobs' || queue === 'bulk') && body.includes('"upload_id"');
    if (!isJob && !dead.includes(body)) wrongs.push(`poison ${body} is neither done nor put aside`);
  }
  return wrongs;
}

/**
 * Even without the sweep nothing is lost sight of: every public object is of a version that its user's record names, or
 * that a job still to come will show. Returns, in words, what is not.
 */
export async function leftBeforeSweep(
  { outside }: FaultWorld,
  watch: RecordWatch,
  { tickets }: Outcomes,
): Promise<string[]> {
  const wrongs: string[] = [];
  // The sweep would take their rows, and hide that the erasure had not.
  for (const { ticket } of tickets) {
    const isErased = watch.users.get(ticket.userId)?.record.state === 'erased';
    const isOver = isErased && (await outside.stores.users.get(ticket.userId)) === undefined;
    if (isOver && (await outside.stores.uploads.find(ticket.id))) wrongs.push(`the erasure left ticket ${ticket.id}`);
  }
  for (const [userId, { record }] of watch.users) {
    if (record.state === 'erased') continue;
    const known = [record.photo, ...record.history].flatMap((photo) => (photo ? [photo.version] : []));
    known.push(...record.evicted.map(({ version }) => version));
    for (const { id } of watch.uploads.values()) {
      if ((await outside.stores.uploads.get(id))?.state === 'queued') known.push(versionOf(id));
    }
    for (const key of await keysUnder(outside, 'BucketPhotos', `${userId}/`)) {
      if (!known.includes(key.split('/')[1] ?? '')) wrongs.push(`${key} is there, and nothing leads to it`);
    }
  }
  return wrongs;
}

/** The dead letters. Each queue that holds some must raise an alarm. */
async function deadLetters({ template, outside }: FaultWorld, wrongs: string[]): Promise<string[]> {
  const all: string[] = [];
  for (const queue of DEAD) {
    const { visible } = await depthOf(outside, queue);
    const bodies = await empty(outside, queue);
    all.push(...bodies);
    const isRaised = visible >= alarmDepth(template, queue);
    if (isRaised !== bodies.length > 0) wrongs.push(`${queue} holds ${bodies.length}, its alarm is ${isRaised}`);
  }
  return all;
}

async function checkUser(
  { outside }: FaultWorld,
  watch: RecordWatch,
  userId: string,
  { record }: WatchedUser,
  dead: string[],
  wrongs: string[],
): Promise<void> {
  const keys = await keysUnder(outside, 'BucketPhotos', `${userId}/`);
  const named = [record.photo, ...record.history].flatMap((photo) => (photo ? [photo.version] : []));
  const expected = named.flatMap((version) => {
    const upload = [...watch.uploads.values()].find(({ id }) => versionOf(id) === version);
    const picture = upload && watch.pictureOf.get(upload.id);
    return (picture === undefined ? [] : STORED[picture]).map((name) => `${userId}/${version}/${name}`);
  });
  for (const key of expected) if (!keys.includes(key)) wrongs.push(`${key} is named, and is not there`);
  // What the message of a dead letter has stored is kept for when the message is put back.
  const waiting = [...watch.uploads.values()].filter(({ id }) => dead.some((body) => body.includes(id)));
  const allowed = waiting.map(({ id }) => versionOf(id));
  if (record.evicted.length > 0)
    wrongs.push(`${record.evicted.map(({ version }) => version)} of ${userId} should have gone with the sweep`);
  for (const key of keys) {
    const [, version = ''] = key.split('/');
    if (!expected.includes(key) && !allowed.includes(version)) wrongs.push(`${key} is there, and nothing names it`);
  }
  for (const key of await keysUnder(outside, 'BucketRaw', `raw/${userId}/`)) {
    const id = uploadIdOf(key);
    if ((await outside.stores.uploads.get(id)) === undefined) wrongs.push(`${key} is there, and has no row`);
  }
}

/** What is left of an erased user, in words: only a tombstone may be. */
async function tracesOfErased(outside: Onlooker, watch: RecordWatch, user: User): Promise<string[]> {
  const { stores } = outside;
  const left: string[] = [
    ...(await keysUnder(outside, 'BucketPhotos', `${user.id}/`)),
    ...(await keysUnder(outside, 'BucketRaw', `raw/${user.id}/`)),
  ];
  for (const { id, userId } of watch.uploads.values()) {
    if (userId === user.id && (await stores.uploads.get(id)) !== undefined) left.push(`the row of upload ${id}`);
  }
  for (const digest of credentialsOf(user.id)) {
    if ((await stores.credentials.byDigest(digest)) !== undefined) left.push(`credential ${digest}`);
  }
  if (await stores.users.get(user.id)) left.push('the record');
  if (!(await stores.users.tombstone(user.id))) left.push('no tombstone');
  for (const claim of [
    { kind: 'screen_name', value: user.screenName },
    { kind: 'slack_id', value: user.slackId },
  ] as const) {
    if ((await stores.users.claimant(claim)) === user.id) left.push(`the claim on ${claim.value}`);
  }
  for await (const page of stores.batches.everything()) {
    for (const entry of page) if (entry.userId === user.id) left.push(`a row of batch ${entry.batch}`);
  }
  return left.map((one) => `of the erased user ${user.id} there is ${one}`);
}

/** An acknowledged upload has ended in an allowed state, for a true reason. */
async function checkUpload(
  { outside }: FaultWorld,
  watch: RecordWatch,
  id: string,
  userId: string,
  dead: string[],
  wrongs: string[],
): Promise<void> {
  const row = await outside.stores.uploads.get(id);
  const watched = watch.users.get(userId);
  if (watched?.record.state === 'erased') return;
  const isDead = dead.some((body) => body.includes(id));
  const picture = watch.pictureOf.get(id);
  if (row === undefined) return void wrongs.push(`upload ${id} was acknowledged, and has no row`);
  const isShown = watched?.shown.has(row.number) === true;
  const isOvertaken = (watched?.record.shown ?? 0) > row.number;
  const isTrue = {
    queued: isDead,
    published: isShown,
    superseded: isOvertaken,
    refused: picture === 'late-refused',
    failed: false,
  }[row.state];
  if (!isTrue)
    wrongs.push(`upload ${id}, change ${row.number}, a ${picture} picture, is ${row.state} (${row.reason ?? ''})`);
  if (picture === 'late-refused' && isShown) wrongs.push(`upload ${id} was shown, and must be refused`);
}

/**
 * A ticket waits until a file comes by it. Then it is the upload of one of those files, or refused for one that no
 * worker would take. No file stays where it came to. Of an erased user there is neither.
 */
async function checkTickets(
  world: FaultWorld,
  watch: RecordWatch,
  { tickets }: Outcomes,
  dead: string[],
  wrongs: string[],
): Promise<void> {
  for (const { ticket, sent } of tickets) {
    const { id, userId } = ticket;
    if (dead.some((body) => body.includes(directKey(ticket)))) continue;
    const row = await world.outside.stores.uploads.find(id);
    const files = await keysUnder(world.outside, 'BucketImports', directKey(ticket));
    if (files.length > 0) wrongs.push(`${files} is there, and S3 has told of it`);
    if (watch.users.get(userId)?.record.state === 'erased') {
      if (row !== undefined) wrongs.push(`the user of ticket ${id} was erased, and it has a row`);
      continue;
    }
    if (row === undefined) wrongs.push(`ticket ${id} was given out, and has no row`);
    else if (isAccepted(row)) {
      await checkUpload(world, watch, id, userId, dead, wrongs);
      const picture = watch.pictureOf.get(id);
      if (picture === undefined || !sent.includes(picture))
        wrongs.push(`upload ${id} is ${picture}, which was not sent`);
    } else {
      const isTrue = row.state === 'refused' ? sent.includes('broken') : sent.length === 0;
      if (!isTrue)
        wrongs.push(`ticket ${id} is ${row.state} (${row.refusal?.code}), and by it came ${sent.join(', ')}`);
    }
  }
}

/**
 * A file that was put for an import has a row with its outcome, or its message is a dead letter. Of an erased user
 * there is neither.
 */
async function checkFiles(
  world: FaultWorld,
  watch: RecordWatch,
  { files }: Outcomes,
  dead: string[],
  wrongs: string[],
): Promise<void> {
  for (const { userId, screenName, batch, key } of files) {
    const row = await world.outside.stores.batches.row({ batch, key, user: screenName });
    if (watch.users.get(userId)?.record.state === 'erased') {
      if (row !== undefined) wrongs.push(`the user of ${key} was erased, and it has a row`);
      if ((await keysUnder(world.outside, 'BucketImports', key)).length > 0) wrongs.push(`${key} is an erased user's`);
      continue;
    }
    const isDead = dead.some((body) => body.includes(key));
    if (row === undefined && !isDead) wrongs.push(`${key} was put, and nothing is known of it`);
    if (row?.state !== 'queued' || row.uploadId === undefined) continue;
    await checkUpload(world, watch, row.uploadId, userId, dead, wrongs);
  }
}
