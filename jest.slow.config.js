import base from './jest.config.js';

/** `npm run test:slow`: what takes long by its nature, and belongs to `npm run test:all`. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/**/*.slow.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Most of it is waiting: for visibility timeouts, for processes that were killed to come back.
  maxWorkers: 3,
};
