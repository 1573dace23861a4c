import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, randomOf } from '../../fuzz/random.ts';
import { versionOf } from '../../lambdas/core/change.ts';
import { isNear, pixelAt } from '../pictures.ts';
import { asSlack, asTwitter, type Call, call, isFault, multipart, type Said } from './api-calls.ts';
import { BAD_INPUT } from './bad-input.ts';
import type { LoadPicture, LoadPictures } from './load-pictures.ts';
import type { LoadUser } from './load-users.ts';

/** Acts begun a second: what a laptop of two cores can do beside the emulators and the driver. */
export const ACTS_PER_SECOND = 6;
const BAD_SHARE = 0.05;
/** How often a client that is told of a fault tries again. */
const MAX_TRIES = 5;
const MAX_UNSEEN_MS = 30_000;
const POLL_MS = 25;

interface Acknowledged {
  user: LoadUser;
  uploadId: string;
}

export interface Tally {
  acts: number;
  requests: number;
  badInputs: number;
  /** Answers that said "our fault"; each was asked again. */
  faultsLogged: number;
  acknowledged: Acknowledged[];
  /** In words, each. */
  wrong: string[];
  /** From a request to the end of its answer, by kind of request. */
  answerMs: Record<string, number[]>;
  /** From an upload's answer until a reader sees it and its URL serves it, by source. */
  availableMs: Record<string, number[]>;
}

export const emptyTally = (): Tally => ({
  acts: 0,
  requests: 0,
  badInputs: 0,
  faultsLogged: 0,
  acknowledged: [],
  wrong: [],
  answerMs: {},
  availableMs: {},
});

export interface Traffic {
  base: string;
  users: LoadUser[];
  pictures: LoadPictures;
  tally: Tally;
}

/**
 * Begins so many acts a second until the time is over, and waits for the last. The seed decides what is done. No user
 * does two things at once, so that what each must see is known; when all are busy, the next act waits.
 */
export async function drive(traffic: Traffic, seed: number, milliseconds: number): Promise<void> {
  const random = randomOf(seed);
  const free = [...traffic.users];
  const running = new Set<Promise<void>>();
  const startMs = performance.now();
  for (let number = 0; number < (milliseconds / 1_000) * ACTS_PER_SECOND; number++) {
    await sleep(Math.max(0, startMs + (number * 1_000) / ACTS_PER_SECOND - performance.now()));
    while (free.length === 0) await Promise.race(running);
    const [user] = free.splice(random.below(free.length), 1);
    if (user === undefined) continue;
    const act = random.below(1_000) < BAD_SHARE * 1_000 ? badAct : random.pick(ACTS);
    traffic.tally.acts++;
    const one: Promise<void> = act(traffic, user, randomOf(random.below(2 ** 31)))
      .catch((error: Error) => void traffic.tally.wrong.push(`${act.name} by ${user.screenName}: ${error.message}`))
      .finally(() => {
        running.delete(one);
        free.push(user);
      });
    running.add(one);
  }
  await Promise.all(running);
}

type Act = (traffic: Traffic, user: LoadUser, random: Random) => Promise<void>;

/** Asks until the answer is not a fault. */
async function ask({ base, tally }: Traffic, what: string, make: () => Call): Promise<Said> {
  for (let tries = 1; ; tries++) {
    tally.requests++;
    const said = await call(base, make());
    note(tally.answerMs, what, said.tookMs);
    if (!isFault(said)) return said;
    tally.faultsLogged++;
    if (tries === MAX_TRIES) throw new Error(`${what}: a fault was told ${tries} times`);
    await sleep(100 * 2 ** tries);
  }
}

function note(durations: Record<string, number[]>, what: string, ms: number): void {
  const known = durations[what] ?? [];
  known.push(ms);
  durations[what] = known;
}

/** @throws in words, with the answer */
function must(holds: boolean, what: string, { status, body }: Said): void {
  if (!holds) throw new Error(`${what}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
}

async function slackUpload(traffic: Traffic, user: LoadUser, random: Random): Promise<void> {
  const picture = random.pick(traffic.pictures.slack);
  const headers: Record<string, string> = random.below(2) === 0 ? { prefer: 'respond-async' } : {};
  const said = await ask(traffic, 'Slack upload', () =>
    asSlack(user, { verb: 'POST', path: '/api/users.setPhoto', headers, body: multipart(picture.bytes) }),
  );
  const version = acknowledged(traffic, user, said);
  const { avatar_hash } = profileOf(said);
  must(said.body.ok === true && avatar_hash === version.slice(0, 12), 'users.setPhoto', said);
  await seen(traffic, 'Slack', picture, async () => {
    const read = await ask(traffic, 'Slack read', () => asSlack(user, { path: '/api/users.profile.get' }));
    const profile = profileOf(read);
    return profile.avatar_hash === version.slice(0, 12) ? String(profile.image_192) : undefined;
  });
}

async function twitterUpload(traffic: Traffic, user: LoadUser, random: Random): Promise<void> {
  const { base, pictures } = traffic;
  const picture = random.pick(pictures.twitter);
  const isText = random.below(2) === 0;
  const said = await ask(traffic, 'Twitter upload', () =>
    asTwitter(base, user, {
      verb: 'POST',
      path: '/1.1/account/update_profile_image.json',
      body: isText ? new URLSearchParams({ image: picture.bytes.toString('base64') }) : multipart(picture.bytes),
    }),
  );
  const version = acknowledged(traffic, user, said);
  must(said.status === 200 && said.body.id_str === user.id, 'update_profile_image', said);
  await seen(traffic, 'Twitter', picture, async () => {
    const url = String((await showOf(traffic, user, user)).body.profile_image_url_https);
    return url.includes(`_${version}`) ? url : undefined;
  });
}

/** What an upload's answer promises must be there in the end. */
function acknowledged({ tally }: Traffic, user: LoadUser, said: Said): string {
  const uploadId = said.headers.get('x-upload-id');
  must(uploadId !== null, 'an upload without an id', said);
  const id = uploadId ?? '';
  tally.acknowledged.push({ user, uploadId: id });
  user.version = versionOf(id);
  return user.version;
}

/** Waits until a reader gets the photo's URL, and the URL serves the photo. */
async function seen(
  { base, tally }: Traffic,
  api: string,
  picture: LoadPicture,
  urlShown: () => Promise<string | undefined>,
): Promise<void> {
  const startMs = performance.now();
  for (;;) {
    const url = await urlShown();
    if (url !== undefined) {
      const photo = await call(base, { path: url });
      tally.requests++;
      must(photo.status === 200, `${api}: ${url}`, photo);
      note(tally.availableMs, api, performance.now() - startMs);
      if (!isNear(await pixelAt(photo.bytes, 24, 24), picture.colour, 16)) throw new Error(`${url} is another picture`);
      return;
    }
    if (performance.now() - startMs > MAX_UNSEEN_MS) throw new Error(`${api}: not shown within ${MAX_UNSEEN_MS} ms`);
    await sleep(POLL_MS);
  }
}

async function slackRead(traffic: Traffic, user: LoadUser, random: Random): Promise<void> {
  const other = random.pick(traffic.users);
  const said = await ask(traffic, 'Slack read', () => asSlack(user, { path: `/api/users.info?user=${other.slackId}` }));
  const { id } = Object(said.body.user);
  must(said.body.ok === true && id === other.slackId, 'users.info', said);
  const v1 = await ask(traffic, 'Slack read', () => asSlack(user, { path: '/api/users.profile.get' }));
  must(v1.body.ok === true && isShown(user, String(profileOf(v1).image_192)), 'users.profile.get', v1);
}

async function twitterRead(traffic: Traffic, user: LoadUser, random: Random): Promise<void> {
  const other = random.pick(traffic.users);
  const said = await showOf(traffic, user, other);
  must(said.status === 200 && said.body.id_str === other.id, 'users/show', said);
  const v1 = await showOf(traffic, user, user);
  must(isShown(user, String(v1.body.profile_image_url_https)), 'users/show of oneself', v1);
}

const showOf = (traffic: Traffic, user: LoadUser, other: LoadUser): Promise<Said> =>
  ask(traffic, 'Twitter read', () =>
    asTwitter(traffic.base, user, { path: `/1.1/users/show.json?screen_name=${other.screenName}` }),
  );

/** Whether it is the URL of the user's photo; for a user without one, of no photo of theirs. */
const isShown = ({ id, version }: LoadUser, url: string): boolean =>
  version === undefined ? !url.includes(`/${id}_`) : url.includes(`/${id}_${version}`);

async function v1Read(traffic: Traffic, user: LoadUser): Promise<void> {
  const said = await ask(traffic, 'own read', () => asSlack(user, { path: '/v1/photo' }));
  const shown = said.body.photo === null ? undefined : Object(said.body.photo).version;
  must(said.status === 200 && shown === user.version, '/v1/photo', said);
}

async function deletion(traffic: Traffic, user: LoadUser): Promise<void> {
  const said = await ask(traffic, 'Slack delete', () =>
    asSlack(user, { verb: 'POST', path: '/api/users.deletePhoto' }),
  );
  must(said.body.ok === true, 'users.deletePhoto', said);
  delete user.version;
  await slackRead(traffic, user, randomOf(traffic.tally.acts));
}

/** Is refused in the right words, and changes nothing. */
async function badAct(traffic: Traffic, user: LoadUser, random: Random): Promise<void> {
  const bad = random.pick(BAD_INPUT);
  traffic.tally.badInputs++;
  const other = random.pick(traffic.users);
  const said = await ask(traffic, 'bad input', () => bad.call(traffic.base, user, other, traffic.pictures));
  const { status, body } = said;
  const [error] = Array.isArray(body.errors) ? body.errors : [];
  const code = Object(error).code ?? body.code ?? body.error;
  must(status === bad.status && code === bad.code, `${bad.name}, not ${bad.status} ${bad.code}`, said);
  await v1Read(traffic, user);
}

const profileOf = ({ body }: Said): Record<string, unknown> => ({ ...Object(body.profile) });

/** As often as they stand here: three of ten set a photo, and one of forty deletes it. */
const ACTS: readonly Act[] = [
  ...Array<Act>(6).fill(slackUpload),
  ...Array<Act>(6).fill(twitterUpload),
  ...Array<Act>(13).fill(slackRead),
  ...Array<Act>(10).fill(twitterRead),
  ...Array<Act>(4).fill(v1Read),
  deletion,
];
