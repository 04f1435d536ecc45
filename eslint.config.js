import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', 'node_modules/', '.local/', 'clients/power-query/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages are ports, seconds and counts: a template literal says them well.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Behaviour comes from closures here: no object has a `this` that could be lost.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['local/**/*.ts', 'bench/**/*.ts', 'test/support/**/*.ts'],
    // More than three are told apart by name.
    rules: { '@typescript-eslint/max-params': ['error', { max: 3 }] },
  },
  {
    files: ['test/**/*.ts'],
    // Jest types its matchers as any, and they stand for members of whole expected values.
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
