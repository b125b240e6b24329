import base from './jest.config.js';

/** The tests against a server that speaks TDS: `npm run test:sqlserver`. */
export default {
  ...base,
  roots: ['<rootDir>/tests/real/sqlserver'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
