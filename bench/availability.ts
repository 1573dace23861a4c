import { setTimeout as sleep } from 'node:timers/promises';
import { jpeg, photoLike } from '../test/pictures.ts';
import { type World, worldHere } from '../test/world.ts';
import { type Goal, latencyRow, quantile, type Table } from './table.ts';

const UPLOADS = 50;
const POLL_MS = 2;

type User = Awaited<ReturnType<World['newUser']>>;

/** How one API takes a photo, and how a reader of it sees that it is shown. */
interface Api {
  name: string;
  /** Returns the photo's version, from the answer. */
  send(user: User, file: Buffer): Promise<string>;
  /** What is shown by now, and its URL; undefined while there is nothing. */
  shown(user: User, reader: User): Promise<{ version: string; url: string | undefined } | undefined>;
}

/**
 * How long until everybody sees a new photo: from the request, and from its answer, until a reader is told of it and
 * its URL serves it. The answer does not wait, so that the two can be told apart. Polled over HTTP every 2 ms.
 */
export async function availability(): Promise<Table> {
  const world = await worldHere();
  try {
    const files = await Promise.all([1, 2].map((seed) => jpeg({ picture: photoLike(1024, 1024, seed) })));
    const rows: Table['rows'] = [];
    const goals: Goal[] = [];
    for (const api of apisOf(world)) {
      const [user, reader] = [await world.newUser(), await world.newUser()];
      const first = await one(api, user, reader, files[0] ?? Buffer.alloc(0));
      const warm: Times[] = [];
      for (let turn = 1; turn <= UPLOADS; turn++) {
        warm.push(await one(api, user, reader, files[turn % files.length] ?? Buffer.alloc(0)));
      }
      const answered = warm.map(({ answeredMs }) => answeredMs);
      const fromRequest = warm.map(({ seenMs }) => seenMs);
      const fromAnswer = warm.map(({ seenMs, answeredMs }) => seenMs - answeredMs);
      rows.push(
        latencyRow(`${api.name}: request → answer`, answered),
        latencyRow(`${api.name}: answer → shown`, fromAnswer),
        latencyRow(`${api.name}: request → shown`, fromRequest),
        latencyRow(`${api.name}: the first upload: request → shown`, [first.seenMs]),
      );
      for (const [what, times] of [
        ['answer → shown', fromAnswer],
        ['request → shown', fromRequest],
      ] as const) {
        const goal = (quantileOf: number, atMost: number): Goal => ({
          what: `${api.name}: ${what}, p${100 * quantileOf}`,
          measured: Math.round(quantile(times, quantileOf)),
          atMost,
          unit: 'ms',
        });
        goals.push(goal(0.5, 300), goal(0.95, 1_000));
      }
    }
    return {
      name: 'availability',
      title: `A photo of 1024×1024 by each API, ${UPLOADS} uploads one after another, milliseconds; the very first finds all functions cold`,
      columns: ['', 'min', 'p50', 'p95', 'max'],
      rows,
      goals,
    };
  } finally {
    await world.end();
  }
}

const bearer = ({ token }: User) => ({ authorization: `Bearer ${token}` });

const apisOf = ({ url }: World): Api[] => [
  {
    name: '/v1',
    async send(user, file) {
      const headers = { ...bearer(user), 'content-type': 'image/jpeg' };
      const response = await fetch(`${url}/v1/photo`, { method: 'POST', body: new Uint8Array(file), headers });
      return ((await response.json()) as { photo: { version: string } }).photo.version;
    },
    async shown(user) {
      const read = await fetch(`${url}/v1/photo`, { headers: bearer(user) });
      const { photo } = (await read.json()) as { photo: { version: string; urls: Record<string, string> } | null };
      return photo === null ? undefined : { version: photo.version, url: photo.urls['192'] };
    },
  },
  {
    name: "Slack's",
    async send(user, file) {
      const body = new FormData();
      body.append('image', new Blob([new Uint8Array(file)]));
      const headers = { ...bearer(user), prefer: 'respond-async' };
      const response = await fetch(`${url}/api/users.setPhoto`, { method: 'POST', body, headers });
      return ((await response.json()) as { profile: { avatar_hash: string } }).profile.avatar_hash;
    },
    async shown(user, reader) {
      const read = await fetch(`${url}/api/users.profile.get?user=${user.slackId}`, { headers: bearer(reader) });
      const { profile } = (await read.json()) as { profile: { avatar_hash: string; image_192?: string } };
      return { version: profile.avatar_hash, url: profile.image_192 };
    },
  },
];

interface Times {
  answeredMs: number;
  seenMs: number;
}

async function one(api: Api, user: User, reader: User, file: Buffer): Promise<Times> {
  const startMs = performance.now();
  const version = await api.send(user, file);
  const answeredMs = performance.now() - startMs;
  for (;;) {
    const shown = await api.shown(user, reader);
    if (shown?.version === version && shown.url !== undefined) {
      const picture = await fetch(shown.url);
      await picture.arrayBuffer();
      if (picture.ok) return { answeredMs, seenMs: performance.now() - startMs };
    }
    await sleep(POLL_MS);
  }
}
