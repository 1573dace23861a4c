import base from './jest.config.js';

/** `npm run test:web`: the page in a real browser. Apart from `npm test`, which needs none. */
export default {
  ...base,
  testTimeout: 60_000,
  testMatch: ['<rootDir>/test/web/**/*.browser.ts'],
};
