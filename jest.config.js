import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

// Most of what a test with a database takes is the disk's confirmation of each write, which matters only where the power fails.
// Processes that are killed find in memory what they wrote, too.
const inMemory = '/dev/shm';
if (process.env.TMPDIR === undefined && freeBytes(inMemory) > 2 ** 30) process.env.TMPDIR = inMemory;

// The same random cases in every run, so that a change is judged by what it changes; `new` asks for others, whose seed a failure names.
const seed = process.env.BILLING_TEST_SEED ?? '1';
process.env.BILLING_TEST_SEED = seed === 'new' ? String(Date.now() % 1_000_000_000) : seed;

function freeBytes(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

// Packages that are ECMAScript modules alone, and those that these need; jest loads CommonJS.
const modulesOnly = 'jose|oauth4webapi|openid-client|qr';
const swc = { target: 'es2024' };
const commonJs = { module: { type: 'commonjs' } };

/** Tests are TypeScript, turned into CommonJS by swc as jest loads them; nothing is written to disk. */
export default {
  testEnvironment: 'node',
  // Jest leaves a core free, which on two cores is every suite after the other; many of them wait more than they reckon.
  maxWorkers: availableParallelism() + 1,
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, ...swc }, ...commonJs }],
    [`/node_modules/(?:${modulesOnly})/.+\\.js$`]: ['@swc/jest', { jsc: swc, ...commonJs }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${modulesOnly})/)`],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/tests/browser/',
    '<rootDir>/tests/real/freeswitch/',
    '<rootDir>/tests/real/sqlserver/',
    '<rootDir>/tests/real/tools/',
    // Those of jest.long.config.js, which runs them with more cases.
    '[.](long|property)[.]test[.]ts$',
    '<rootDir>/tests/dialogues/',
  ],
  moduleNameMapper: { '^fast-check$': '<rootDir>/tests/support/fast-check.cjs' },
  testTimeout: 30_000,
};
