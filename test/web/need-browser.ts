import { findBrowser, NO_BROWSER } from './browser.ts';

/** One line and exit code 1 where there is no browser, instead of a failure of every test. */
if (findBrowser() === undefined) {
  console.error(NO_BROWSER);
  process.exitCode = 1;
}
