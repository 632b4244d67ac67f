import { survivors } from './survivors.js';

/**
 * Breaks one folder of the sources in every small way, and asks whether the suite notices: first its own specs, and then,
 * of what those let live, all specs and laws. The folder and the pass come from `main.js`.
 *
 * Mutants in what runs only while a file is loaded are left out: each would need a fresh process.
 */
const { MUTATE: folder = 'policy', MUTATE_PASS: pass = 'own' } = process.env;
const cache = `.cache/mutation/${folder}`;

export default {
  mutate: pass === 'own' ? [`src/${folder}/**/*.ts`] : survivors(folder),
  testRunner: 'vitest',
  vitest: { configFile: 'mutation/vitest.config.ts' },
  disableTypeChecks: 'src/**/*.ts',
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  // A mutant that never ends is one in ten.
  timeoutMS: 3000,
  tempDirName: `${cache}.sandbox`,
  ignorePatterns: ['**/.cache', 'coverage', 'dist', 'api', 'bench', 'consumers', 'examples'],
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: `${cache}.${pass}.json` },
};
