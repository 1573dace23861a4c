import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3Client } from '../lambdas/store/aws-clients.ts';
import { authorization } from '../test/signed.ts';
import { stepsOf, type TracedCall, type TracedWorld } from './call-trace.ts';

/** One way through the service, as it was measured. */
export interface Passage {
  calls: TracedCall[];
  startMs: number;
  answeredMs: number;
  /** Steps until the answer, of the function that answers. */
  answerSteps: number;
  /** When the record named the photo; absent for ways that change nothing. */
  shownMs?: number;
  /** Steps of the worker until then. */
  shownSteps?: number;
}

type World = TracedWorld;
export type Traveller = Awaited<ReturnType<World['newUser']>>;

/** What is sent, as by somebody's own client. */
interface Way {
  name: string;
  send: (world: World, user: Traveller, photo: Buffer) => Promise<Response | undefined>;
  goals: { answerSteps: number; shownSteps?: number };
  /** The first way through its function. */
  isFirst?: true;
  /**
   * Waits so long before. S3's times have whole seconds: a file of the same second in which its user was created, or
   * set a photo by hand, may count as older, and is then not taken.
   */
  waitMs?: number;
}

let sent = 0;

const slack =
  (path: string, token: string, body?: FormData, headers = {}) =>
  (base: string) =>
    fetch(`${base}/api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, prefer: 'respond-async', ...headers },
      ...(body && { body }),
    });

function form(photo: Buffer): FormData {
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(photo)]), 'me.jpg');
  return body;
}

const signed = (keys: Traveller['twitter'], verb: string, url: string) => ({
  authorization: authorization({ keys, verb, url }),
});

const v1 = (photo: Buffer, headers: Record<string, string>) => (base: string) =>
  fetch(`${base}/v1/photo`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', ...headers },
    body: new Uint8Array(photo),
  });

/** Every way that is counted. `test/end-to-end/critical-path.test.ts` tests the counts. */
export const WAYS: Way[] = [
  {
    name: "Slack's users.setPhoto",
    isFirst: true,
    send: (world, user, photo) => slack('users.setPhoto', user.token, form(photo))(world.url),
    goals: { answerSteps: 5, shownSteps: 3 },
  },
  {
    name: "Twitter's account/update_profile_image",
    send(world, user, photo) {
      const url = `${world.url}/1.1/account/update_profile_image.json`;
      return fetch(url, { method: 'POST', headers: signed(user.twitter, 'POST', url), body: form(photo) });
    },
    goals: { answerSteps: 6, shownSteps: 3 },
  },
  {
    name: 'POST /v1/photo',
    send: (world, user, photo) => v1(photo, { authorization: `Bearer ${user.token}` })(world.url),
    goals: { answerSteps: 6, shownSteps: 3 },
  },
  {
    name: 'POST /v1/photo with an Idempotency-Key',
    send: (world, user, photo) =>
      v1(photo, { authorization: `Bearer ${user.token}`, 'idempotency-key': `bench-${++sent}` })(world.url),
    goals: { answerSteps: 6, shownSteps: 3 },
  },
  {
    name: 'a ticket, and its file',
    isFirst: true,
    async send(world, user, photo) {
      const asked = await fetch(`${world.url}/v1/photo/uploads`, {
        method: 'POST',
        headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ media_type: 'image/jpeg', bytes: photo.length }),
      });
      const { url, fields } = (await asked.json()) as { url: string; fields: Record<string, string> };
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      body.append('file', new Blob([new Uint8Array(photo)]), 'me.jpg');
      return fetch(url, { method: 'POST', body });
    },
    // Four for the ticket, five until the job, and the deletion of the file.
    goals: { answerSteps: 10, shownSteps: 3 },
  },
  {
    name: 'an import of one file',
    isFirst: true,
    waitMs: 1_000,
    async send(world, user, photo) {
      const Key = `imports/bench-${++sent}/${user.screenName}.jpg`;
      const Bucket = world.laptop.running.outputs.BucketImports;
      await s3Client().send(new PutObjectCommand({ Bucket, Key, Body: photo }));
      return undefined;
    },
    goals: { answerSteps: 9, shownSteps: 3 },
  },
  {
    name: "Slack's users.profile.get, one's own",
    isFirst: true,
    send: (world, user) => slack('users.profile.get', user.token)(world.url),
    goals: { answerSteps: 2 },
  },
  {
    name: "Slack's users.profile.get, a colleague's",
    async send(world, user) {
      const { slackId } = await colleagueOf(world, user);
      return slack(`users.profile.get?user=${slackId}`, user.token)(world.url);
    },
    goals: { answerSteps: 3 },
  },
  {
    name: "Twitter's users/show, by user_id",
    send(world, user) {
      const url = `${world.url}/1.1/users/show.json?user_id=${user.id}`;
      return fetch(url, { headers: signed(user.twitter, 'GET', url) });
    },
    goals: { answerSteps: 3 },
  },
  {
    name: "Twitter's users/show, by screen_name",
    send(world, user) {
      const url = `${world.url}/1.1/users/show.json?screen_name=${user.screenName}`;
      return fetch(url, { headers: signed(user.twitter, 'GET', url) });
    },
    goals: { answerSteps: 3 },
  },
];

/** Somebody of the same team, always the same one. */
function colleagueOf(world: World, user: Traveller): Promise<Traveller> {
  const known = colleagues.get(world) ?? world.newUser(user.teamId);
  colleagues.set(world, known);
  return known;
}

const colleagues = new WeakMap<World, Promise<Traveller>>();

/** Goes a way once. @throws when it is refused, or no photo was shown where one should be */
export async function pass(world: World, way: Way, user: Traveller, photo: Buffer): Promise<Passage> {
  if (way.waitMs !== undefined) await sleep(way.waitMs);
  const startMs = performance.now();
  const answer = await way.send(world, user, photo);
  const body = await answer?.text();
  const answeredMs = performance.now() - startMs;
  if (answer !== undefined && (!answer.ok || /"ok":\s*false/.test(body ?? ''))) throw new Error(`${way.name}: ${body}`);
  // The worker's first write of a user's record is what shows the photo.
  const isPublishing = ({ functionId, what }: TracedCall) => functionId === 'OnJob' && what === 'UpdateItem Users';
  const isShown = way.goals.shownSteps !== undefined;
  const calls = await world.calls((seen) => !isShown || seen.some(isPublishing));
  const worker = calls.filter(({ functionId }) => functionId === 'OnJob');
  const others = calls.filter(({ functionId }) => functionId !== 'OnJob');
  const publishing = worker.find(isPublishing);
  if (publishing === undefined && isShown) throw new Error(`${way.name}: nothing was shown`);
  return {
    calls,
    startMs,
    answeredMs,
    answerSteps: stepsOf(others),
    ...(publishing && { shownMs: publishing.endMs - startMs, shownSteps: stepsOf(worker, publishing) }),
  };
}
