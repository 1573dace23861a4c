import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { fetchedPackages } from '../fetched-packages.ts';
import {
  BLUE,
  differenceHash,
  GREEN,
  gif,
  hammingDistance,
  isNear,
  jpeg,
  photoLike,
  pixelAt,
  png,
  quadrants,
  RED,
  solid,
  YELLOW,
} from '../pictures.ts';
import { eventually, sharedWorld, type World } from '../world.ts';
import { stageOf } from './slack-wire.ts';

interface Answer {
  ok: boolean;
  profile?: Record<string, string>;
  user?: { profile: Record<string, string> };
}

/** As much of `@slack/web-api` as is called here. */
interface Client {
  users: {
    setPhoto(call: { image: Buffer; crop_x?: number; crop_y?: number; crop_w?: number }): Promise<Answer>;
    deletePhoto(call: object): Promise<Answer>;
    info(call: { user: string }): Promise<Answer>;
    profile: { get(call: { user?: string }): Promise<Answer> };
  };
  auth: { test(): Promise<Answer> };
  on(event: string, heard: (seconds: number) => void): void;
}

/** Unmodified `@slack/web-api` against the laptop run: what it sends is taken, and every URL of the answer has its bytes. */
let world: World;
let WebClient: new (token: string, options: Record<string, unknown>) => Client;
let slack: Client;
let user: Awaited<ReturnType<World['newUser']>>;

beforeAll(async () => {
  const load = await fetchedPackages(join(import.meta.dirname, '../strangers/slack'));
  ({ WebClient } = load('@slack/web-api') as { WebClient: typeof WebClient });
  world = await sharedWorld();
  user = await world.newUser();
  slack = new WebClient(user.token, { slackApiUrl: `${world.url}/api/`, retryConfig: { retries: 0 } });
}, 120_000);
afterAll(() => world?.end(), 30_000);

const BLACK = [0, 0, 0] as const;

const bytesAt = async (url: string) => {
  const response = await fetch(url);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    bytes: Buffer.from(await response.arrayBuffer()),
  };
};

const sizeAt = async (url: string) => {
  const { status, type, bytes } = await bytesAt(url);
  const { width, height, format, pages = 1 } = await sharp(bytes, { animated: true }).metadata();
  return { status, type, width, height, format, pages };
};

type Profile = Record<string, string>;

describe('users.setPhoto', () => {
  test('a JPEG of 1024 by 1024: nine fields, each URL its size', async () => {
    const file = await jpeg({ picture: photoLike(1024, 1024) });
    const answer = await slack.users.setPhoto({ image: file });
    expect(answer.ok).toBe(true);
    const profile = answer.profile as Profile;
    expect(Object.keys(profile).sort()).toEqual(
      ['24', '32', '48', '72', '192', '512', '1024', 'original']
        .map((size) => `image_${size}`)
        .concat('avatar_hash')
        .sort(),
    );
    for (const size of [24, 32, 48, 72, 192, 512, 1024]) {
      const url = profile[`image_${size}`] ?? '';
      expect(url).toMatch(new RegExp(`_${profile.avatar_hash}[0-9a-f]{8}_${size}\\.jpg$`));
      expect(await sizeAt(url)).toEqual({
        status: 200,
        type: 'image/jpeg',
        width: size,
        height: size,
        format: 'jpeg',
        pages: 1,
      });
      // The same picture, only smaller. Ten of 64 bits is the usual bound for "the same" of a difference hash.
      const distance = hammingDistance(await differenceHash((await bytesAt(url)).bytes), await differenceHash(file));
      expect(distance).toBeLessThanOrEqual(10);
    }
    expect(await sizeAt(profile.image_original ?? '')).toMatchObject({ status: 200, width: 1024, height: 1024 });
  });

  test('a crop box takes that square', async () => {
    // The bottom left quarter of 800 by 600 is blue and 400 by 300: the box lies inside it.
    const answer = await slack.users.setPhoto({
      image: await png({ picture: quadrants(800, 600) }),
      crop_x: 50,
      crop_y: 320,
      crop_w: 250,
    });
    const { image_192 = '', image_1024 = '', image_original = '' } = answer.profile as Profile;
    expect(await sizeAt(image_192)).toMatchObject({ format: 'png', width: 192, height: 192 });
    // Nothing is enlarged: the largest keys show the box itself.
    expect(image_1024).toMatch(/_250\.png$/);
    expect(await sizeAt(image_1024)).toMatchObject({ width: 250, height: 250 });
    expect(await sizeAt(image_original)).toMatchObject({ width: 250, height: 250 });
    for (const at of [5, 100, 186])
      expect(isNear(await pixelAt((await bytesAt(image_192)).bytes, at, at), BLUE)).toBe(true);
  });

  test('without one, a wide picture gets black bars above and below', async () => {
    const answer = await slack.users.setPhoto({ image: await jpeg({ picture: solid(1000, 600, YELLOW) }) });
    const { image_original = '' } = answer.profile as Profile;
    const { bytes } = await bytesAt(image_original);
    expect(await sizeAt(image_original)).toMatchObject({ width: 1000, height: 1000 });
    // Bars of (1000 - 600) / 2 = 200 rows.
    for (const [y, colour] of [
      [0, BLACK],
      [190, BLACK],
      [210, YELLOW],
      [790, YELLOW],
      [810, BLACK],
      [999, BLACK],
    ] as const) {
      expect([y, isNear(await pixelAt(bytes, 500, y), colour)]).toEqual([y, true]);
    }
  });

  test('a photo that is upright by EXIF only comes out upright', async () => {
    // Orientation 6: the file's pixels must be turned 90° clockwise to be upright. Its left column becomes the top row,
    // bottom first: a file of (red green / blue yellow) shows as (blue red / yellow green).
    const answer = await slack.users.setPhoto({ image: await jpeg({ picture: quadrants(600, 600), orientation: 6 }) });
    const { bytes } = await bytesAt((answer.profile as Profile).image_512 ?? '');
    for (const [x, y, colour] of [
      [100, 100, BLUE],
      [400, 100, RED],
      [100, 400, YELLOW],
      [400, 400, GREEN],
    ] as const) {
      expect([x, y, isNear(await pixelAt(bytes, x, y), colour)]).toEqual([x, y, true]);
    }
  });

  test('an animated GIF becomes a GIF of its first frame', async () => {
    const frames = [solid(512, 512, RED), solid(512, 512, GREEN)];
    const answer = await slack.users.setPhoto({ image: await gif({ frames }) });
    const { image_48 = '' } = answer.profile as Profile;
    expect(await sizeAt(image_48)).toEqual({
      status: 200,
      type: 'image/gif',
      width: 48,
      height: 48,
      format: 'gif',
      pages: 1,
    });
    expect(isNear(await pixelAt((await bytesAt(image_48)).bytes, 24, 24), RED)).toBe(true);
  });
});

describe('reading back', () => {
  test('users.profile.get and users.info show the new photo, to others of the team too', async () => {
    const { profile: set } = await slack.users.setPhoto({ image: await png({ picture: solid(600, 600, RED) }) });
    const other = new WebClient((await world.newUser()).token, {
      slackApiUrl: `${world.url}/api/`,
      retryConfig: { retries: 0 },
    });
    for (const client of [slack, other]) {
      const { profile } = await client.users.profile.get({ user: user.slackId });
      expect(profile).toMatchObject({
        ...set,
        is_custom_image: true,
        real_name: 'Ada L',
        display_name: user.screenName,
      });
      const info = await client.users.info({ user: user.slackId });
      expect(info.user).toMatchObject({
        id: user.slackId,
        team_id: 'T0HEADSHOT',
        name: user.screenName,
        deleted: false,
      });
      expect(info.user?.profile).toMatchObject(set as Profile);
    }
  });

  test('auth.test tells who the token speaks for', async () => {
    expect(await slack.auth.test()).toMatchObject({
      ok: true,
      user_id: user.slackId,
      user: user.screenName,
      team_id: 'T0HEADSHOT',
      url: `${world.url}/`,
    });
  });

  test('users.deletePhoto removes it, and its pictures at the origin, those in history too', async () => {
    const mine = await world.newUser();
    const client = new WebClient(mine.token, { slackApiUrl: `${world.url}/api/`, retryConfig: { retries: 0 } });
    const urls: string[] = [];
    for (const colour of [RED, GREEN]) {
      const { profile } = await client.users.setPhoto({ image: await png({ picture: solid(512, 512, colour) }) });
      urls.push((profile as Profile).image_192 ?? '');
    }
    // The replaced photo's URL still works.
    for (const url of urls) expect((await bytesAt(url)).status).toBe(200);
    expect(await client.users.deletePhoto({})).toMatchObject({ ok: true });
    // From the edge as well, which was asked to forget them.
    for (const url of urls) {
      const { status } = await eventually(
        () => bytesAt(url),
        (seen) => seen.status !== 200,
      );
      expect(status).toBe(403);
    }
    const { profile } = await client.users.profile.get({});
    expect(profile).not.toHaveProperty('is_custom_image');
    expect(await sizeAt(profile?.image_192 ?? '')).toMatchObject({
      status: 200,
      type: 'image/png',
      width: 192,
      height: 192,
    });
    expect(await world.traces(mine.id)).toMatchObject({
      photos: [],
      user: { history: [], evicted: [], seq: 3, shown: 3 },
    });
    // Again, with nothing there: fine.
    expect(await client.users.deletePhoto({})).toMatchObject({ ok: true });
  });
});

test('@slack/web-api waits as long as it is told and tries again by itself', async () => {
  const stage = await stageOf(world);
  const { teamId, token } = await stage.outsider();
  // One every 2 s.
  await stage.cli('teams', 'limits', teamId, '--tier2', '30', '--tier2-burst', '1');
  const slack = new WebClient(token, { slackApiUrl: `${world.url}/api/`, logLevel: 'error' });
  const waits: number[] = [];
  slack.on('rate_limited', (seconds: number) => waits.push(seconds));
  expect(await slack.users.setPhoto({ image: stage.file })).toMatchObject({ ok: true });
  const startMs = performance.now();
  expect(await slack.users.setPhoto({ image: stage.file })).toMatchObject({
    ok: true,
    profile: { image_512: expect.stringMatching(/_512\.png$/) },
  });
  expect(performance.now() - startMs).toBeGreaterThan(1_900);
  expect(waits).toEqual([2]);
}, 30_000);
