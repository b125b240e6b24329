import base from './jest.config.js';

// Read by tests/support/random.ts in every worker.
process.env.BILLING_TEST_RUNS ??= '1';

/** What takes minutes: chaos, deaths at every kind of write, and random cases by the thousand: `npm run test:long`. */
export default {
  ...base,
  testMatch: [
    '**/*.long.test.ts',
    '**/*.property.test.ts',
    '**/tests/dialogues/*.test.ts',
    '**/tests/rating/{rate,price}.test.ts',
    '**/tests/freeswitch/outbound/hostile.test.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
  // Every case by its name, and the seeds that some have in it.
  verbose: true,
};
