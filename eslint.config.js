import tseslint from 'typescript-eslint';

/** Which folder may import what: `call`, `numbers`, `policy` and `rating` are pure, the adapters sit at the edge (DESIGN.md, "Layout"). */
const pure = {
  files: ['src/call/**', 'src/numbers/**', 'src/policy/**', 'src/rating/**'],
  ignores: ['src/call/session.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: ['**/freeswitch/**', '**/store/*', '**/cli/*', '**/web/*', '**/config/*', '**/simulator/*', 'node:*'],
            message: 'call, numbers, policy and rating are pure: no adapter and no I/O here.',
          },
        ],
      },
    ],
  },
};
/** Only the adapters know their libraries: modesl in src/freeswitch, mssql in src/store/sqlserver. */
const libraries = [
  { name: 'modesl', message: 'Only src/freeswitch imports modesl.' },
  { name: 'mssql', message: 'Only src/store/sqlserver imports mssql.' },
];
const without = (allowed, files) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { paths: libraries.filter(({ name }) => name !== allowed) }],
  },
});

export default tseslint.config(
  { ignores: ['node_modules/', 'data/', 'coverage/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
    },
  },
  pure,
  without(null, ['src/**']),
  without('modesl', ['src/freeswitch/**']),
  without('mssql', ['src/store/sqlserver/**']),
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
  },
);
