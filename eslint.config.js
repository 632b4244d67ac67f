import { existsSync } from 'node:fs';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import rxjs from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

export default defineConfig(
  // The imports of examples/testing are not installed here. The bench needs the packages of the tools for its types.
  {
    ignores: [
      'dist',
      'coverage',
      '**/.cache',
      'examples/testing',
      ...(existsSync('tools/node_modules') ? [] : ['tools/bench']),
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  rxjs.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js', 'tools/*.mjs', '.ci/*.mjs'] } },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Predicates of users take `(error: any)`, as in RxJS.
      '@typescript-eslint/no-explicit-any': 'off',
      // The error of a stream may be any value and is passed on unchanged.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // isolatedDeclarations needs the types of parameters with defaults.
      '@typescript-eslint/no-inferrable-types': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  // Reads of typed arrays and lists at indices that are known to exist.
  { files: ['src/lab/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['**/*.cts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
