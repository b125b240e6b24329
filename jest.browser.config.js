import base from './jest.config.js';

/** The web console in real Chromium: `npm run test:browser`. */
export default {
  ...base,
  roots: ['<rootDir>/tests/browser'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  verbose: true,
  maxWorkers: 1,
};
