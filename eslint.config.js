// What the page's scripts are held to, beside the types that `tsc` checks.
import js from '@eslint/js';
import globals from 'globals';

export default [
  js.configs.recommended,
  { ignores: ['output/', 'tests/', '.venv/', 'docs/'] },
  {
    files: ['src/frontiers_map/outputs/web/**/*.js', 'src/frontiers_map/serving/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: { ...globals.browser, L: 'readonly' } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-unused-vars': ['error', { args: 'after-used', ignoreRestSiblings: true }],
      'no-shadow': 'error',
      'no-implicit-globals': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-param-reassign': 'error',
      'no-restricted-properties': ['error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({ property, message: 'Text goes in as text.' }))],
      'max-depth': ['error', 4],
      'max-params': ['error', 9],
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 460, skipBlankLines: true, skipComments: true }],
      // Letters that steer a terminal or a printer are what these look for.
      'no-control-regex': 'off',
    },
  },
];
