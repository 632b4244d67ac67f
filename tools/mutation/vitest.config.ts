import { mergeConfig } from 'vitest/config';
import config from '../../vitest.config.js';

/**
 * Left out: specs that read the text of the sources, which notice any mutant and none by what it does; those that take
 * long; and that of RxJS's own `retry`, which fills a stack to the size of the main thread's.
 */
const exclude = ['{api,docs,floors}', 'operators/{soak,storm,time}', 'operators/plainRetry'].map(
  (name) => `spec/${name}.spec.ts`,
);

const { MUTATE: folder = 'policy', MUTATE_PASS: pass = 'own' } = process.env;
/** Where a folder's own specs are; what an action is made of stands among the operators. */
const own = folder === 'operators' ? '{operators,action}' : folder;
const include = pass === 'own' ? [`spec/${own}/**/*.spec.ts`] : ['spec/**/*.spec.ts', 'spec/**/*.law.ts'];
const projects = [{ extends: true as const, test: { name: pass, include, exclude } }];

export default mergeConfig({ ...config, test: { ...config.test, projects: undefined } }, { test: { projects } });
