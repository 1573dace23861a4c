export default {
  testEnvironment: 'node',
  // Bounds hangs and nothing else: speed is measured by `npm run bench`.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // `npm run test:slow`.
  testPathIgnorePatterns: ['/node_modules/', '\\.slow\\.test\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  modulePathIgnorePatterns: [
    '<rootDir>/infra/sharp-layer-arm64',
    '<rootDir>/cdk.out',
    '<rootDir>/dist',
    '<rootDir>/.headshot',
  ],
  globalSetup: '<rootDir>/test/before-tests.js',
  globalTeardown: '<rootDir>/test/after-tests.js',
  // Half of what the tests do is waiting for other processes; Jest's own choice would be one worker on two cores.
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/test/summary-reporter.js'],
};
