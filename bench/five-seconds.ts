import { setTimeout as sleep } from 'node:timers/promises';
import { jpeg, photoLike } from '../test/pictures.ts';
import { authorization } from '../test/signed.ts';
import { type World, worldHere } from '../test/world.ts';
import { latencyRow, quantile, type Table } from './table.ts';

const COLD_STARTS = 3;
const WARM_UPLOADS = 30;
const POLL_MS = 5;

/**
 * Twitter's page says: ask for the new URL "at least 5 seconds after uploading the image". The time from the request
 * until `users/show` has the new URL, asked every 5 ms: once right after a start, when every function is cold, then
 * warm.
 */
export async function fiveSeconds(): Promise<Table> {
  const file = await jpeg({ picture: photoLike(1024, 1024, 3), quality: 80 });
  const cold: number[] = [];
  const warm: number[] = [];
  for (let start = 1; start <= COLD_STARTS; start++) {
    const world = await worldHere();
    try {
      const user = await world.newUser();
      cold.push(await untilNew(world, user, file));
      if (start === COLD_STARTS) while (warm.length < WARM_UPLOADS) warm.push(await untilNew(world, user, file));
    } finally {
      await world.end();
    }
  }
  return {
    name: 'five-seconds',
    title: "A photo of 1024×1024 through Twitter's API, request → new URL in users/show, milliseconds",
    columns: ['', 'min', 'p50', 'p95', 'max'],
    rows: [latencyRow(`cold, ${COLD_STARTS} fresh starts`, cold), latencyRow(`warm, ${WARM_UPLOADS} uploads`, warm)],
    goals: [
      { what: 'with a cold worker, max', measured: Math.round(Math.max(...cold)), atMost: 5_000, unit: 'ms' },
      { what: 'warm, p95', measured: Math.round(quantile(warm, 0.95)), atMost: 1_000, unit: 'ms' },
    ],
  };
}

type User = Awaited<ReturnType<World['newUser']>>;

async function untilNew(world: World, user: User, file: Buffer): Promise<number> {
  const show = `${world.url}/1.1/users/show.json?user_id=${user.id}`;
  const before = await urlIn(show, user);
  const image = `${world.url}/1.1/account/update_profile_image.json`;
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(file)]));
  const headers = { authorization: authorization({ keys: user.twitter, verb: 'POST', url: image }) };
  const startMs = performance.now();
  const response = await fetch(image, { method: 'POST', body, headers });
  if (!response.ok) throw new Error(`the upload was answered ${response.status}: ${await response.text()}`);
  while ((await urlIn(show, user)) === before) await sleep(POLL_MS);
  return performance.now() - startMs;
}

async function urlIn(show: string, user: User): Promise<string> {
  const headers = { authorization: authorization({ keys: user.twitter, verb: 'GET', url: show }) };
  const answer = (await (await fetch(show, { headers })).json()) as { profile_image_url_https: string };
  return answer.profile_image_url_https;
}
