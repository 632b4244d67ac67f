import { mergeConfig } from 'vitest/config';
import config from '../../vitest.config.js';

/**
 * Excluded specs:
 * - those that read the text of the sources: they fail for every mutant, whatever it does
 * - slow ones
 * - that of RxJS's own `retry`, which needs the stack size of the main thread
 */
const exclude = [
  '{api,docs,floors,links,prose,sizes}',
  'operators/crowds/{soak,storm}',
  'operators/retryWithPolicy/{08-platform,09-plainRetry}',
].map((name) => `spec/${name}.spec.ts`);

const { MUTATE: folder = 'policy', MUTATE_PASS: pass = 'own' } = process.env;
/** The folder with a folder's own specs. The engine is also covered by the specs of the operators. */
const own = folder === 'engine' ? '{engine,operators}' : folder;
const include = pass === 'own' ? [`spec/${own}/**/*.spec.ts`] : ['spec/**/*.spec.ts', 'spec/**/*.law.ts'];
const projects = [{ extends: true as const, test: { name: pass, include, exclude, isolate: true } }];

export default mergeConfig({ ...config, test: { ...config.test, projects: undefined } }, { test: { projects } });
