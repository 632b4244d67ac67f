import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { defineConfig, type Plugin } from 'vitest/config';

const src = (file: string): string => fileURLToPath(new URL(`src/${file}`, import.meta.url));

/** Compiles standard decorators, which neither vite nor the oldest Node can read. */
const decorators: Plugin = {
  name: 'decorators',
  enforce: 'pre',
  transform: (code, id) => {
    if (!id.endsWith('.decorators.spec.ts')) return undefined;
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, inlineSourceMap: true };
    return ts.transpileModule(code, { fileName: id, compilerOptions }).outputText;
  },
};

/** Specs that patch globals, need them unpatched, measure the heap, or call a real server run in their own process. */
const patching = [
  'action/interop',
  'http/loopback',
  'live/retryNow',
  'live/zone',
  'operators/crowds/keys',
  'operators/crowds/million',
  'operators/crowds/waiting',
  'lab/realServer',
  'recipes/http',
  'recipes/polling',
  'recipes/queue',
  'testing/marbles/marbles',
  'testing/streams/timeline',
].map((name) => `spec/${name}.spec.ts`);

export default defineConfig({
  plugins: [decorators],
  resolve: {
    alias: {
      'rxjs-reprise/core': src('core.ts'),
      'rxjs-reprise/http': src('http.ts'),
      'rxjs-reprise/testing': src('testing.ts'),
      'rxjs-reprise/lab': src('lab.ts'),
      'rxjs-reprise': src('index.ts'),
    },
  },
  test: {
    reporters: process.env.VITEST_JSON ? ['default', ['json', { outputFile: process.env.VITEST_JSON }]] : ['default'],
    maxWorkers: '100%',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'spec', include: ['spec/**/*.spec.ts'], exclude: patching } },
      { extends: true, test: { name: 'isolated', include: patching, isolate: true } },
      { extends: true, test: { name: 'law', include: ['spec/**/*.law.ts'] } },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
});
