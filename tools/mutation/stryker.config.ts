import { isKilled, mutantsOf, rangeOf, reportOf, type Pass } from './mutants.js';

/**
 * Mutates one folder of src. `main.ts` sets the folder and the pass.
 *
 * Mutants in code that runs only while a module loads are ignored: each would need a fresh process.
 */
const { MUTATE: folder = 'policy' } = process.env;
const pass: Pass = process.env.MUTATE_PASS === 'all' ? 'all' : 'own';

/** The locations of the mutants that survived the folder's own specs. */
const survivors = (): string[] => [
  ...new Set(
    mutantsOf(folder, 'own')
      .filter((mutant) => !isKilled(mutant))
      .map(rangeOf),
  ),
];

export default {
  mutate: pass === 'own' ? [`src/${folder}/**/*.ts`] : survivors(),
  testRunner: 'vitest',
  vitest: { configFile: 'tools/mutation/vitest.config.ts' },
  disableTypeChecks: 'src/**/*.ts',
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  // About one mutant in ten never ends, so the timeout is short.
  timeoutMS: 3000,
  tempDirName: `.cache/mutation/${folder}.sandbox`,
  ignorePatterns: ['**/.cache', 'coverage', 'dist', 'tools/bench', 'tools/consumers', 'tools/pictures'],
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: reportOf(folder, pass) },
};
