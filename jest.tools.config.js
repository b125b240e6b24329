import base from './jest.config.js';

/** Tests that need tools which not every machine has: promtool, systemd-analyze, shellcheck, npm, poppler-utils, LibreOffice. `npm run test:tools`. */
export default {
  ...base,
  roots: ['<rootDir>/tests/real/tools'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
  maxWorkers: 1,
  verbose: true,
};
