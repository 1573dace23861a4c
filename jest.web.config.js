import base from './jest.config.js';

/** `npm run test:web`: the page in a real browser. Apart from `npm test`, which needs none. */
export default {
  ...base,
  testTimeout: 60_000,
  // Each file has a laptop run and a browser of its own, and waits for them most of the time.
  maxWorkers: 2,
  testMatch: ['<rootDir>/test/web/**/*.browser.ts'],
};
