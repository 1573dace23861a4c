import { setTimeout as sleep } from 'node:timers/promises';
import { jpeg, photoLike } from '../test/pictures.ts';
import { testWorld, type World } from '../test/world.ts';
import { latencyRow, quantile, type Table } from './table.ts';

const UPLOADS = 50;
const POLL_MS = 2;

/**
 * How long until everybody sees a new photo: from the request, and from its answer, until `users.profile.get` names it and
 * its URL serves it. The answer does not wait (`Prefer: respond-async`), so that both can be told apart; polled by another
 * user over HTTP every 2 ms.
 */
export async function availability(): Promise<Table> {
  const world = await testWorld();
  try {
    const [user, reader] = [await world.newUser(), await world.newUser()];
    const files = await Promise.all([1, 2].map((seed) => jpeg({ picture: photoLike(1024, 1024, seed) })));
    const cold = await one(world, user.token, reader.token, user.slackId, files[0]);
    const warm: Times[] = [];
    for (let turn = 1; turn <= UPLOADS; turn++) {
      warm.push(await one(world, user.token, reader.token, user.slackId, files[turn % files.length]));
    }
    const fromRequest = warm.map(({ seenMs }) => seenMs);
    const fromAnswer = warm.map(({ seenMs, answeredMs }) => seenMs - answeredMs);
    return {
      name: 'availability',
      title: `A photo of 1024×1024 through Slack's API, ${UPLOADS} uploads one after another, milliseconds`,
      columns: ['', 'min', 'p50', 'p95', 'max'],
      rows: [
        latencyRow(
          'request → answer',
          warm.map(({ answeredMs }) => answeredMs),
        ),
        latencyRow('answer → shown', fromAnswer),
        latencyRow('request → shown', fromRequest),
        latencyRow('the first upload, all functions cold: request → shown', [cold.seenMs]),
      ],
      goals: [
        { what: 'answer → shown, p50', measured: Math.round(quantile(fromAnswer, 0.5)), atMost: 300, unit: 'ms' },
        { what: 'answer → shown, p95', measured: Math.round(quantile(fromAnswer, 0.95)), atMost: 1_000, unit: 'ms' },
        { what: 'request → shown, p50', measured: Math.round(quantile(fromRequest, 0.5)), atMost: 300, unit: 'ms' },
        { what: 'request → shown, p95', measured: Math.round(quantile(fromRequest, 0.95)), atMost: 1_000, unit: 'ms' },
      ],
    };
  } finally {
    await world.end();
  }
}

interface Times {
  answeredMs: number;
  seenMs: number;
}

async function one(
  world: World,
  token: string,
  readerToken: string,
  slackId: string,
  file: Buffer | undefined,
): Promise<Times> {
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(file ?? [])]));
  const startMs = performance.now();
  const headers = { authorization: `Bearer ${token}`, prefer: 'respond-async' };
  const response = await fetch(`${world.url}/api/users.setPhoto`, { method: 'POST', body, headers });
  const { profile } = (await response.json()) as { profile: { avatar_hash: string } };
  const answeredMs = performance.now() - startMs;
  for (;;) {
    const read = await fetch(`${world.url}/api/users.profile.get?user=${slackId}`, {
      headers: { authorization: `Bearer ${readerToken}` },
    });
    const shown = ((await read.json()) as { profile: { avatar_hash: string; image_192?: string } }).profile;
    if (shown.avatar_hash === profile.avatar_hash && shown.image_192 !== undefined) {
      const picture = await fetch(shown.image_192);
      await picture.arrayBuffer();
      if (picture.ok) return { answeredMs, seenMs: performance.now() - startMs };
    }
    await sleep(POLL_MS);
  }
}
