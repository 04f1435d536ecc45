import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', 'node_modules/', '.local/', '.stryker/', 'clients/power-query/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Template literals may contain numbers (ports, seconds, counts).
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Behaviour is in closures: no method uses `this`, so it can be passed on.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['local/**/*.ts', 'bench/**/*.ts', 'test/support/**/*.ts'],
    // More than three parameters must be named, in an options object.
    rules: { '@typescript-eslint/max-params': ['error', { max: 3 }] },
  },
  {
    files: ['test/**/*.ts'],
    // Jest types its matchers as any, and tests use them as members of expected values.
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
