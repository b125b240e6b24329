import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'data/', 'coverage/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs', 'packages/*/*.cjs', 'tests/support/*.cjs'] },
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
  {
    // Readable in one sitting. The list of short codes is generated.
    files: ['src/**'],
    ignores: ['src/numbers/short-codes.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: false, skipComments: false, IIFEs: true }],
    },
  },
  {
    // A raw count would make 2 cases of the long suite's "twice as many".
    files: ['tests/**/*.ts'],
    ignores: ['tests/support/random.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "Literal[value='BILLING_TEST_RUNS']",
          message: 'It says how many times as many: runs() of tests/support/random.ts.',
        },
      ],
    },
  },
  {
    // What a command prints is cleaned in one place.
    files: ['src/cli/**'],
    ignores: ['src/cli/usage.ts', 'src/cli/progress.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.property.name='write']", message: 'Print by usage.ts: print, printJson …' },
        {
          selector: "CallExpression[callee.name='print'] CallExpression[callee.property.name='stringify']",
          message: 'JSON is printed by printJson (usage.ts).',
        },
        {
          selector: "CallExpression[callee.name='print'] > CallExpression[callee.property.name='join']",
          message: 'print takes an array: a line of each.',
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off', '@typescript-eslint/no-extraneous-class': 'off' },
  },
);
