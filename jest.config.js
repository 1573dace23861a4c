import { availableParallelism } from 'node:os';

export default {
  testEnvironment: '<rootDir>/test/test-environment.js',
  // Bounds hangs and nothing else: speed is measured by `npm run bench`.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // `npm run test:slow`.
  testPathIgnorePatterns: ['/node_modules/', '\\.slow\\.test\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  testSequencer: '<rootDir>/test/longest-first.js',
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  modulePathIgnorePatterns: [
    '<rootDir>/infra/sharp-layer-arm64',
    '<rootDir>/cdk.out',
    '<rootDir>/dist',
    '<rootDir>/.headshot',
  ],
  globalSetup: '<rootDir>/test/before-tests.js',
  globalTeardown: '<rootDir>/test/after-tests.js',
  // Much of what the tests do is waiting for other processes: three at once keep two cores at work, and take a sixth less time than two.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  reporters: ['default', '<rootDir>/test/summary-reporter.js'],
};
