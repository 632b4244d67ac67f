import { isNoticed, mutants, range, reportOf, type Pass } from './mutants.js';

/**
 * Breaks one folder of the sources in every small way, and asks whether the suite notices: first its own specs, and then,
 * of what those let live, all specs and laws. The folder and the pass come from `main.ts`.
 *
 * Mutants in what runs only while a file is loaded are left out: each would need a fresh process.
 */
const { MUTATE: folder = 'policy' } = process.env;
const pass: Pass = process.env.MUTATE_PASS === 'all' ? 'all' : 'own';

/** Where the mutants stand that the folder's own specs let live. */
const survivors = (): string[] => [
  ...new Set(
    mutants(folder, 'own')
      .filter((mutant) => !isNoticed(mutant))
      .map(range),
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
  // A mutant that never ends is one in ten.
  timeoutMS: 3000,
  tempDirName: `.cache/mutation/${folder}.sandbox`,
  ignorePatterns: ['**/.cache', 'coverage', 'dist', 'api', 'bench', 'consumers', 'examples'],
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: reportOf(folder, pass) },
};
