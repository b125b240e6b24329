import base from './jest.config.js';

/** The tests against a real FreeSWITCH: `npm run test:freeswitch`. */
export default {
  ...base,
  roots: ['<rootDir>/tests/real/freeswitch'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
  // Every case by its name, and the seed of the random ones.
  verbose: true,
  // One FreeSWITCH at a time: the suites share its ports.
  maxWorkers: 1,
};
