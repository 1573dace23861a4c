import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type LaptopIdentityProvider, startIdentityProvider } from '../../local/identity-provider.ts';
import { worldWith } from '../identity/with-provider.ts';
import type { World } from '../world.ts';
import { openBrowser } from './browser.ts';
import { choose } from './gestures.ts';
import { portrait } from './portrait.ts';
import { endClean, formsUrl, type Visit, visit } from './visit.ts';

/** Signing in on the page, at a real provider. */
let provider: LaptopIdentityProvider;
let world: World;
let browser: Browser;
let here: Visit;
let photo: Buffer;
beforeAll(async () => {
  // Tokens that end within half a minute are renewed whenever one is used.
  provider = await startIdentityProvider(0, { tokenSeconds: 20 });
  [world, browser, photo] = await Promise.all([worldWith(provider, provider.settings), openBrowser(), portrait(1)]);
  await provider.serve(world.url);
}, 180_000);
afterEach(() => endClean(here));
afterAll(async () => {
  await browser?.close();
  await world?.end();
  provider?.close();
}, 30_000);

async function open(path = '/'): Promise<Page> {
  here = await visit(browser, world.url, {}, [provider.issuer]);
  await here.page.goto(world.url + path);
  return here.page;
}

async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name }).click();
  await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
  await page.locator('#account-name', { hasText: name.split(',')[0] }).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  // The provider asks again, on its own page.
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

const frame = (page: Page): Promise<void> => choose(page, { name: 'me.jpg', mimeType: 'image/jpeg', buffer: photo });

const kept = (page: Page): Promise<Record<string, string>> =>
  page.evaluate<Record<string, string>>('({ ...sessionStorage })');

test('sign in, set a photo, sign out, sign in as another: nothing of the first is there', async () => {
  const page = await open();
  expect(await page.locator('#token').isVisible()).toBe(false);
  await signInAs(page, 'Ada Lovelace');
  expect(new URL(page.url()).search).toBe('');
  await frame(page);
  await page.getByRole('button', { name: 'Set as my photo' }).click();
  await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
  const adas = await page.locator('#published-picture').getAttribute('src');
  await signOut(page);
  expect(await kept(page)).toEqual({});

  // The provider asks for the account again: they were signed out there, too.
  await signInAs(page, 'Bob Stone');
  await page.getByText('No photo yet').waitFor();
  expect(await page.content()).not.toContain('Ada');
  expect(await page.content()).not.toContain(new URL(adas ?? '').pathname.slice(0, 20));
  await signOut(page);
  await signInAs(page, 'Ada Lovelace');
  await page.locator('#current-picture:visible').waitFor();
});

test('an administrator signs in as anybody does', async () => {
  const page = await open();
  await signInAs(page, 'Grace Hopper, administrator');
  const { token } = JSON.parse((await kept(page))['headshot.signed-in'] ?? '{}');
  const answer = await fetch(`${world.url}/v1/users?subject=grace`, { headers: { authorization: `Bearer ${token}` } });
  expect([answer.status, Object(await answer.json()).users.length]).toEqual([200, 1]);
});

describe('a token that ends', () => {
  test('is renewed, and nobody notices', async () => {
    const page = await open();
    await signInAs(page, 'Ada Lovelace');
    const before = (await kept(page))['headshot.signed-in'];
    await page.reload();
    await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
    await page.locator('#account-name', { hasText: 'Ada' }).waitFor();
    const after = (await kept(page))['headshot.signed-in'];
    expect(JSON.parse(after ?? '{}').token).not.toBe(JSON.parse(before ?? '{}').token);
  });

  test('and is not renewed: sign in again, and what was framed is still there', async () => {
    const page = await open();
    await signInAs(page, 'Ada Lovelace');
    await frame(page);
    await page.evaluate(`(() => {
      const { refreshToken, ...rest } = JSON.parse(sessionStorage.getItem('headshot.signed-in'));
      sessionStorage.setItem('headshot.signed-in', JSON.stringify({ ...rest, endsAtMs: Date.now() - 1 }));
    })()`);
    await page.getByRole('button', { name: 'Set as my photo' }).click();
    await page.getByText('Your sign-in is over. Sign in again: what you framed is kept.').waitFor();
    // The provider still knows them, and sends them right back.
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Frame your photo' }).waitFor();
    await page.getByRole('button', { name: 'Set as my photo' }).click();
    await page.getByRole('heading', { name: 'Your new photo' }).waitFor();
  });
});

describe('a way back that was not begun here', () => {
  test.each([
    ["somebody else's code", () => `/?code=stolen&state=theirs&iss=${encodeURIComponent(provider.issuer)}`],
    ['an error that nobody asked for', () => '/?error=access_denied&state=theirs'],
  ])('%s signs nobody in, and leaves no trace in the address', async (_what, path) => {
    const page = await open(path());
    await page.getByText('The sign-in did not come to its end. Sign in again.').waitFor();
    expect(page.url()).toBe(`${world.url}/`);
    expect(await kept(page)).toEqual({});
  });

  test('with another state than this tab sent, or from another issuer: the code is not even shown to the provider', async () => {
    const ways: [asksForTokens: boolean, query: (state: string) => Record<string, string>][] = [
      [false, () => ({ state: 'theirs', iss: provider.issuer })],
      [false, (state) => ({ state, iss: 'http://127.0.0.1:1' })],
      // Only the code is wrong, which the provider finds out.
      [true, (state) => ({ state, iss: provider.issuer })],
    ];
    for (const [asksForTokens, query] of ways) {
      const page = await open();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
      // Of the page's own origin, and without its script.
      await page.goto(`${world.url}/v1/health`);
      const begun: { state?: string } = JSON.parse((await kept(page))['headshot.sign-in-begun'] ?? '{}');
      const callback = new URLSearchParams({ code: 'stolen', ...query(begun.state ?? '') });
      await page.goto(`${world.url}/?${callback}`);
      await page.getByText('The sign-in did not come to its end. Sign in again.').waitFor();
      expect(await kept(page)).toEqual({});
      expect(asked.includes(`${provider.issuer}/token`)).toBe(asksForTokens);
      await endClean(here);
    }
    here = await visit(browser, world.url);
  });

  test('no address of the page leads anywhere else', async () => {
    const page = await open('/?redirect_uri=https://evil.example/&return_to=//evil.example&next=https://evil.example');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
    await page.getByRole('button', { name: 'Bob Stone' }).click();
    await page.getByRole('heading', { name: 'Set your photo' }).waitFor();
    expect(page.url()).toBe(`${world.url}/`);
  });
});

test('the page may talk to its own host and to the provider, and to nobody else; the token box is for others', async () => {
  const page = await open();
  const answer = await fetch(world.url);
  expect(answer.headers.get('content-security-policy')).toContain(
    `connect-src 'self' ${await formsUrl(world.url)} ${provider.issuer};`,
  );
  expect(await page.evaluate<string[]>("[...document.querySelectorAll('iframe')].map(({ src }) => src)")).toEqual([]);
  expect(await here.axe()).toEqual([]);
  expect(readFileSync(join(world.laptop.dataDir, 'running.json'), 'utf8')).not.toContain('eyJ');
});
