/** Tests are TypeScript, turned into CommonJS by swc as jest loads them; nothing is written to disk. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/real/freeswitch/', '<rootDir>/tests/real/sqlserver/'],
  testTimeout: 30_000,
};
