import { readFileSync } from 'node:fs';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** @param {string} name */
const table = (name) => JSON.parse(readFileSync(new URL(`./build/${name}.json`, import.meta.url), 'utf8'));
const adapters = table('adapters');
const lengthExceptions = table('length-exceptions');

const CLOCK = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Read the clock through its adapter.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Read the clock through its adapter.' },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Read the clock through its adapter.',
  },
  {
    selector: 'MemberExpression[object.name="performance"][property.name="now"]',
    message: 'Read the clock through its adapter.',
  },
];
const RANDOM = [
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Randomness has a seed, or comes from the ids adapter.',
  },
  { selector: 'MemberExpression[property.name="randomUUID"]', message: 'Ids come from the ids adapter.' },
];
const DOUBLE_CAST = [
  { selector: 'TSAsExpression > TSAsExpression', message: 'Check the value instead of casting it twice.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: name what you export where it is written.' },
];
const NETWORK = [
  { name: 'fetch', message: 'The network is reached through its adapter.' },
  { name: 'XMLHttpRequest', message: 'The network is reached through its adapter.' },
];
const PROCESSES = ['child_process', 'node:child_process', 'execa'].map((name) => ({
  name,
  message: 'Processes are started through their adapter.',
}));

const PRODUCT = ['core/**', 'native/**', 'cli/**', 'electron/**', 'renderer/**'];
const SOURCES = ['**/*.ts', '**/*.tsx'];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'demo-out/**',
      'demo-project/**',
      'coverage/**',
      'node_modules/**',
      'tests/architecture/fixtures/**',
      // AssemblyScript.
      'native/kernels/assembly/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: SOURCES,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // `type` for data, `interface` for ports: the difference carries meaning here.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Ports are asynchronous where one implementation may be immediate.
      '@typescript-eslint/require-await': 'off',
      // A plug-in may leave parameters of its contract unused; tsc reports the rest.
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // Index signatures are read with brackets: tsc's noPropertyAccessFromIndexSignature decides.
      '@typescript-eslint/dot-notation': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      'no-restricted-syntax': ['error', ...RANDOM, ...DOUBLE_CAST],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: PRODUCT.map((room) => `${room}/*.{ts,tsx}`),
    rules: {
      'no-restricted-syntax': ['error', ...CLOCK, ...RANDOM, ...DOUBLE_CAST],
      'no-restricted-globals': ['error', ...NETWORK],
      'no-restricted-imports': ['error', { paths: PROCESSES }],
    },
  },
  {
    // A brand is given by a cast, and only core gives brands.
    files: ['core/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never', arrayLiteralTypeAssertions: 'never' },
      ],
      'no-restricted-globals': ['error', ...NETWORK, { name: 'Date', message: 'core has no clock.' }],
    },
  },
  {
    // electron.d.ts brings Node's types along; the sandboxed preload has none of it.
    files: ['electron/preload/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...NETWORK,
        ...['process', 'Buffer', 'require', '__dirname', '__filename', 'global', 'setImmediate'].map((name) => ({
          name,
          message: 'The preload is sandboxed: no Node.',
        })),
      ],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // Speaks of the React Compiler's memoisation, and nothing here is compiled.
      'react-hooks/incompatible-library': 'off',
    },
  },
  {
    // A describe block is a table of contents, not a function to understand.
    files: ['tests/**/*.{ts,tsx}'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  { files: ['cli/**/*.ts', 'build/**/*.ts', 'bench/**/*.ts', ...adapters.log], rules: { 'no-console': 'off' } },
  { files: adapters.clock, rules: { 'no-restricted-syntax': ['error', ...RANDOM, ...DOUBLE_CAST] } },
  { files: adapters.random, rules: { 'no-restricted-syntax': ['error', ...CLOCK, ...DOUBLE_CAST] } },
  { files: adapters.network, rules: { 'no-restricted-globals': 'off' } },
  { files: adapters.processes, rules: { 'no-restricted-imports': 'off' } },
  ...Object.entries(lengthExceptions).map(([file, max]) => ({
    files: [file],
    rules: { 'max-lines': ['error', { max, skipBlankLines: true, skipComments: true }] },
  })),
);
