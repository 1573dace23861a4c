import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/**
 * Where systems keep Chromium or Chrome. `CHROMIUM` names another place. The headless shell is the same engine without
 * a browser around it, and takes half the processor time.
 */
const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The system's browser; undefined when there is none. */
export const findBrowser = (): string | undefined =>
  PLACES.find((path) => path !== undefined && path !== '' && existsSync(path));

/** Quiet, and with a camera that shows a test picture. Nothing leaves the machine. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** @throws Error when there is no browser */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath, args: FLAGS });
}

export const NO_BROWSER =
  'test:web needs Chromium or Chrome and found none: install it (apt-get install chromium-headless-shell), or name it in CHROMIUM';
