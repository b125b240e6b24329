import base from './jest.config.js';

/** The tests against a server that speaks TDS: `npm run test:sqlserver`. */
export default {
  ...base,
  roots: ['<rootDir>/tests/real/sqlserver'],
  globalSetup: '<rootDir>/tests/real/sqlserver/set-up.ts',
  globalTeardown: '<rootDir>/tests/real/sqlserver/tear-down.ts',
  testPathIgnorePatterns: ['/node_modules/'],
  // Where others use the server too, a schema takes two minutes.
  testTimeout: 180_000,
  maxWorkers: 1,
};
