import base from './jest.config.js';

// How long something takes on a server that others use as well is not what a test is about, unless it measures it.
process.env.BILLING_TEST_PATIENCE_SECONDS ??= '120';

/** The tests against a server that speaks TDS: `npm run test:sqlserver`. */
export default {
  ...base,
  roots: ['<rootDir>/tests/real/sqlserver'],
  globalSetup: '<rootDir>/tests/real/sqlserver/set-up.ts',
  globalTeardown: '<rootDir>/tests/real/sqlserver/tear-down.ts',
  testPathIgnorePatterns: ['/node_modules/'],
  // Where others use the server too, a schema takes two minutes.
  testTimeout: 300_000,
  maxWorkers: 1,
};
