import { existsSync } from 'node:fs';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import rxjs from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

export default defineConfig(
  // The samples of runners have imports that are not installed here.
  // The bench is linted where its packages are installed: it cannot be typed without them.
  {
    ignores: [
      'dist',
      'coverage',
      '**/.cache',
      'examples/testing',
      ...(existsSync('tools/bench/node_modules') ? [] : ['tools/bench']),
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  rxjs.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js', '.ci/*.mjs', 'tools/mutation/*.js'] } },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // User predicates take `(error: any)`, as RxJS's do.
      '@typescript-eslint/no-explicit-any': 'off',
      // A stream's error may be any value, and is handed on as it is.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // isolatedDeclarations wants the types of parameters with defaults.
      '@typescript-eslint/no-inferrable-types': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  // Typed arrays and lists whose places are known to be filled.
  { files: ['src/lab/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['**/*.cts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
