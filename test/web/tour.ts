import type { CDPSession, Page } from 'playwright-core';
import sharp from 'sharp';
import { setPhoto } from '../requests.ts';
import type { World } from '../world.ts';
import { choose, dragPhoto, limitUpload, signIn } from './gestures.ts';
import { portrait } from './portrait.ts';
import { useUpChanges } from './use-up.ts';

/** Every state of the page by name, in the order of a walk through it. */
export const STATES = [
  'sign-in',
  'empty',
  'framing',
  'whole',
  'offline',
  'refused',
  'sending',
  'published',
  'limited',
  'camera',
  'home',
  'delete',
] as const;

type State = (typeof STATES)[number];

/**
 * Walks through every state of the page, each a real one: with new users, one of them without changes left, and a slow
 * network to send over. `at` is called in each state, when the page has come to rest.
 */
export async function tour(
  page: Page,
  cdp: CDPSession,
  world: World,
  at: (state: State) => Promise<void>,
): Promise<void> {
  const buffer = await portrait(2);
  const picture = { name: 'me.jpg', mimeType: 'image/jpeg', buffer };
  const user = await world.newUser();
  const heading = (name: string) => page.getByRole('heading', { name }).waitFor();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const pick = () => choose(page, picture);

  await page.goto(world.url);
  await page.getByLabel('Token').fill('xoxp-wrong');
  await press('Sign in');
  await page.locator('#token-problem', { hasText: 'does not know' }).waitFor();
  await at('sign-in');

  await signIn(page, world.url, user.token);
  await page.getByText('No photo yet').waitFor();
  await at('empty');

  await pick();
  await page.getByRole('slider', { name: 'Zoom' }).fill('18');
  await dragPhoto(page, 60, -10);
  await at('framing');

  await page.getByLabel('Fit whole').check();
  await at('whole');
  await page.getByLabel('Crop', { exact: true }).check();

  await page.context().setOffline(true);
  await page.locator('#offline').waitFor();
  await press('Set as my photo');
  await page.locator('#send-problem', { hasText: 'cannot be reached' }).waitFor();
  await at('offline');
  await page.context().setOffline(false);
  await page.locator('#offline').waitFor({ state: 'hidden' });
  await press('Discard');

  await pick();
  await world.stores.users.change(user.id, { photoLock: 'Badge photo: ask at the front desk.' });
  await press('Set as my photo');
  await page.locator('#send-problem', { hasText: 'front desk' }).waitFor();
  await at('refused');
  await world.stores.users.change(user.id, { photoLock: null });
  await press('Discard');

  await pick();
  await page.getByRole('slider', { name: 'Zoom' }).fill('8');
  await dragPhoto(page, 60, 0);
  await limitUpload(cdp, 16_000);
  await press('Set as my photo');
  await page.locator('#progress-label', { hasText: /Sending, [2-9]\d%/ }).waitFor();
  await at('sending');
  await limitUpload(cdp, -1);
  await heading('Your new photo');
  await at('published');
  await press('Set another');

  const other = await world.newUser();
  await useUpChanges(world, other.id, 50);
  await becomes(page, other.token);
  await pick();
  await press('Set as my photo');
  await page.locator('#send-problem', { hasText: 'Try again in' }).waitFor();
  await at('limited');
  await press('Discard');
  await becomes(page, user.token);

  await press('Use the camera');
  await page.locator('#camera-take:not(:disabled)').waitFor();
  await page.evaluate(FRAMES_SHOWN);
  await at('camera');
  await press('Cancel');

  await setBefore(world.url, user.token, buffer);
  await page.reload();
  await heading('Before this one');
  await at('home');
  await press('Delete');
  await at('delete');
}

/** Resolves when the camera's pictures are on the screen: the first ones may be black, or not painted yet. */
const FRAMES_SHOWN = `new Promise((done) => {
  const video = document.getElementById('camera-video');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  let left = 5;
  const onFrame = () => {
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const isBlack = context.getImageData(0, 0, canvas.width, canvas.height).data.every((value, at) => at % 4 === 3 || value < 16);
    if (!isBlack) left--;
    if (left > 0) video.requestVideoFrameCallback(onFrame);
    else done();
  };
  video.requestVideoFrameCallback(onFrame);
})`;

/** From the next load on, the tab belongs to another person. */
async function becomes(page: Page, token: string): Promise<void> {
  await page.evaluate(`sessionStorage.setItem('headshot.token', '${token}')`);
  await page.reload();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
}

/** Sets some photos, so that there is a history. */
async function setBefore(url: string, token: string, file: Buffer): Promise<void> {
  for (const [left, top] of [
    [0, 0],
    [340, 60],
    [120, 40],
  ] as const) {
    const image = await sharp(file).resize(1024, 683).extract({ left, top, width: 600, height: 600 }).jpeg().toBuffer();
    const { body } = await setPhoto(url, token, image);
    if (body.ok !== true) throw new Error(`no photo before: ${body.error}`);
  }
}
