import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page, Request } from 'playwright-core';
import sharp from 'sharp';
import { eventually, type WorldHere, worldHere } from '../world.ts';
import { openBrowser } from './browser.ts';
import { choose, dragPhoto, framed, type PhotoFile, signIn } from './gestures.ts';
import { portrait } from './portrait.ts';
import { useUpChanges } from './use-up.ts';
import { endClean, type Visit, visit } from './visit.ts';

/** What may go wrong between a person and their photo, each from a real state of service, network and browser. */
let world: WorldHere;
let browser: Browser;
let here: Visit;
let picture: PhotoFile;

beforeAll(async () => {
  [world, browser] = await Promise.all([worldHere(), openBrowser()]);
  picture = { name: 'me.jpg', mimeType: 'image/jpeg', buffer: await portrait(1) };
}, 90_000);
afterEach(() => endClean(here));
afterAll(async () => {
  await browser?.close();
  await world?.end();
}, 30_000);

async function start(teamId?: string) {
  const user = await world.newUser(teamId);
  here = await visit(browser, world.url);
  await signIn(here.page, world.url, user.token);
  return { page: here.page, user };
}

const pick = (page: Page, file = picture): Promise<void> => choose(page, file);

const isUpload = (request: Request) => request.method() === 'POST' && request.url().endsWith('/v1/photo');
const pressSend = (page: Page) => page.getByRole('button', { name: 'Set as my photo' }).click();
const sendProblem = (page: Page, words: string | RegExp) => page.locator('#send-problem', { hasText: words }).waitFor();
const isSet = (page: Page) => page.getByRole('heading', { name: 'Your new photo' }).waitFor();

const announced = (page: Page, words: string) => page.locator('#announcer', { hasText: words }).waitFor();

test("a refusal stands beside the button, in the service's own words, is read out, and goes when another photo comes", async () => {
  const { page, user } = await start();
  await pick(page);
  await world.stores.users.change(user.id, { photoLock: 'Badge photo: ask at the front desk.' });
  await pressSend(page);
  await sendProblem(page, 'An administrator has locked the photo: Badge photo: ask at the front desk.');
  await announced(page, 'An administrator has locked the photo: Badge photo: ask at the front desk.');
  await world.stores.users.change(user.id, { photoLock: null });
  expect(await page.locator('#send-problem').getAttribute('role')).toBe('alert');
  const words = await page.locator('#send-problem').boundingBox();
  expect((words?.y ?? Number.NaN) + (words?.height ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.height ?? 0);
  await pick(page);
  await page.locator('#send-problem').waitFor({ state: 'hidden' });
  await pressSend(page);
  await isSet(page);
});

test('a large photo that is refused when it has arrived is told of in the same place, with the reason, and is there to be framed', async () => {
  const { page } = await start();
  // 30 megapixels that a decoder must hold whole, twice: 6000 × 5000 × 3 × 2 = 180,000,000 bytes.
  const solid = { create: { width: 6000, height: 5000, channels: 3, background: '#a46' } } as const;
  const jpeg = await sharp(solid).jpeg({ progressive: true }).toBuffer();
  // Comments, to make it long.
  const comments = Array.from({ length: 80 }, () =>
    Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(65_533)]),
  );
  const buffer = Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
  expect(buffer.length).toBeGreaterThan(4_500_000);
  await pick(page, { name: 'large.jpg', mimeType: 'image/jpeg', buffer });
  await pressSend(page);
  await sendProblem(page, 'The service could not use this photo. The picture takes too much memory to decode.');
  await announced(page, 'The picture takes too much memory to decode.');
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await expectKept(page, DRAFT);
}, 60_000);

test('a rate limit is counted down, the button says no meanwhile, and afterwards sends', async () => {
  const { page, user } = await start();
  await pick(page);
  await useUpChanges(world, user.id, 6);
  let asked = 0;
  page.on('request', (request) => isUpload(request) && asked++);
  await pressSend(page);
  await sendProblem(page, /Try again in [2-6] seconds\./);
  const before = await secondsLeft(page);
  await eventually(
    () => secondsLeft(page),
    (left) => left < before,
  );
  expect(await secondsLeft(page)).toBeLessThan(before);
  await page.getByRole('button', { name: 'Set as my photo' }).click({ force: true });
  expect(asked).toBe(1);
  await page.locator('#announcer', { hasText: 'You can try again now.' }).waitFor();
  await page.locator('#send-problem').waitFor({ state: 'hidden' });
  await pressSend(page);
  await isSet(page);
});

test('a rate limit at the start is counted down, too; the editor is there meanwhile, and what was missing comes by itself', async () => {
  const team = await world.newTeam();
  // To read who one is is allowed once at once, which signing in uses; then once in 60 / 12 = 5 seconds.
  await world.stores.teams.setLimits(team, { tier4: { perMinute: 12, burst: 1 } });
  const { page } = await start(team);
  const problem = page.locator('#choose-problem');
  await problem.filter({ hasText: /The page tries again in [2-5] seconds\./ }).waitFor();
  expect(await page.locator('#account').isHidden()).toBe(true);
  const said = await problem.textContent();
  await eventually(
    () => problem.textContent(),
    (now) => now !== said,
  );
  expect(await problem.textContent()).toMatch(/The page tries again in [1-4] seconds?\./);
  await page.locator('#account-name', { hasText: 'Ada L' }).waitFor();
  expect(await problem.isHidden()).toBe(true);
  await pick(page);
  await pressSend(page);
  await isSet(page);
});

const secondsLeft = async (page: Page): Promise<number> =>
  Number(/\d+/.exec((await page.locator('#send-problem').textContent()) ?? '')?.[0] ?? 0);

test('offline: it says so, keeps the photo and its frame, and sends when asked again', async () => {
  const { page } = await start();
  await pick(page);
  await dragPhoto(page, 40, 0);
  const before = await framed(page);
  await page.context().setOffline(true);
  await page.getByText('You are offline.').first().waitFor();
  await pressSend(page);
  await sendProblem(page, 'Nothing is lost: try again when you are online.');
  expect(await framed(page)).toEqual(before);
  await page.context().setOffline(false);
  await page.locator('#offline').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await isSet(page);
});

test('the network goes after the photo is with the service: the page follows on when it is back', async () => {
  const { page } = await start();
  await pick(page);
  const acknowledged = page.waitForResponse((response) => isUpload(response.request()));
  await pressSend(page);
  await acknowledged;
  await page.context().setOffline(true);
  await page.locator('#offline').waitFor();
  await page.context().setOffline(false);
  await isSet(page);
});

test.each(['Crop', 'Fit whole'])('a reload before sending loses nothing: %s', async (mode) => {
  const { page } = await start();
  await pick(page);
  await page.locator('#framing-crop').press('+');
  await dragPhoto(page, 40, 25);
  await page.getByLabel(mode, { exact: true }).check();
  const before = await framed(page);
  await page.reload();
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await page.getByText('1500 × 1000 pixels').waitFor();
  const after = await framed(page);
  if (before === null) expect(after).toBeNull();
  else {
    for (const part of ['x', 'y', 'side'] as const) {
      // The screen rounds fractions of pixels on the way there and back.
      expect(Math.abs((after?.[part] ?? Number.NaN) - before[part])).toBeLessThanOrEqual(2);
    }
  }
  await pressSend(page);
  await isSet(page);
  await page.reload();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
});

test('a reload after sending follows the upload: nothing is sent twice, and no framing comes back', async () => {
  const { page, user } = await start();
  let sent = 0;
  page.on('request', (request) => isUpload(request) && sent++);
  await pick(page);
  await expectKept(page, DRAFT);

  // The requests for the upload's state get lost, so the page cannot know how it ended.
  await page.route('**/v1/uploads/*', (route) => route.abort());
  await pressSend(page);
  await page.locator('#progress-label', { hasText: 'Sent.' }).waitFor();
  await expectKept(page, UPLOAD);

  await page.reload();
  await page.getByRole('heading', { name: 'Setting your photo' }).waitFor();
  await page.getByText('Your photo is with the service.').waitFor();
  expect(await here.axe()).toEqual([]);
  await expectKept(page, UPLOAD);
  await page.unroute('**/v1/uploads/*');
  await isSet(page);
  await page.getByText('Shown to everybody.', { exact: true }).waitFor();
  const answer = await fetch(`${world.url}/v1/photo`, { headers: { authorization: `Bearer ${user.token}` } });
  const { photo } = (await answer.json()) as { photo: { urls: { original: string } } };
  expect(await page.locator('#published-picture').getAttribute('src')).toBe(photo.urls.original);
  await expectKept(page, { names: [], files: 0 });

  await page.reload();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
  expect(sent).toBe(1);
});

test('an upload that the service does not know is not followed again: the photo is a draft once more', async () => {
  const { page } = await start();
  await pick(page);
  await page.route('**/v1/uploads/*', (route) => route.continue({ url: `${world.url}/v1/uploads/of-nobody` }));
  await pressSend(page);
  await sendProblem(page, 'You have no such upload');
  await expectKept(page, DRAFT);
  await page.unroute('**/v1/uploads/*');
  await page.reload();
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await pressSend(page);
  await isSet(page);
});

const DRAFT = { names: ['headshot.draft', 'headshot.square'], files: 1 };
const UPLOAD = { names: ['headshot.upload'], files: 0 };

/** What this tab has kept beside the token: names in `sessionStorage`, and how many files. */
async function expectKept(page: Page, expected: typeof DRAFT): Promise<void> {
  const kept = async () => {
    const [names, files] = await page.evaluate<[string[], number]>(KEPT);
    return { names: names.filter((name) => name !== 'headshot.token').sort(), files };
  };
  expect(await eventually(kept, (seen) => JSON.stringify(seen) === JSON.stringify(expected))).toEqual(expected);
}

const KEPT = `new Promise((done) => {
  const opening = indexedDB.open('headshot', 1);
  opening.onsuccess = () => {
    const counting = opening.result.transaction('drafts').objectStore('drafts').count();
    counting.onsuccess = () => {
      opening.result.close();
      done([Object.keys(sessionStorage), counting.result]);
    };
  };
})`;

test('a token that is worth nothing any more is asked for again, and the framed photo is still there then', async () => {
  const { page, user } = await start();
  await pick(page);
  await world.stores.users.setState(user.id, 'deactivated');
  await pressSend(page);
  await page.locator('#token-problem', { hasText: 'not active' }).waitFor();
  await world.stores.users.setState(user.id, 'active');
  await page.getByLabel('Token').fill(user.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
  await pressSend(page);
  await isSet(page);
});

test("the token is kept for the tab's session and nowhere else, and signing out forgets it", async () => {
  const { page, user } = await start();
  const kept = await page.evaluate<string>(
    'JSON.stringify([location.href, document.cookie, { ...localStorage }, history.state])',
  );
  expect(kept).not.toContain(user.token);
  expect(await page.evaluate<string>('JSON.stringify({ ...sessionStorage })')).toContain(user.token);
  await page.reload();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();

  const other = await page.context().newPage();
  await other.goto(world.url);
  await other.getByLabel('Token').waitFor();
  await other.close();

  await pick(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
  expect(await page.evaluate('sessionStorage.length')).toBe(0);
});

test('a laptop run signs its demo user in', async () => {
  const user = await world.newUser();
  world.laptop.signInAs({ token: user.token, screen_name: user.screenName });
  here = await visit(browser, world.url);
  await here.page.goto(world.url);
  await here.page.getByRole('heading', { name: 'Set your photo' }).waitFor();
  await pick(here.page);
  await pressSend(here.page);
  await isSet(here.page);
});
