/** Breaks the sources in every small way, and asks whether the suite notices. Run by `npm run mutate`. */
export default {
  mutate: ['src/{policy,circuit,load,operators,http}/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'mutation/vitest.config.ts' },
  disableTypeChecks: 'src/**/*.ts',
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: '.cache/mutation/incremental.json',
  tempDirName: '.cache/mutation/sandbox',
  ignorePatterns: ['**/.cache', 'coverage', 'dist', 'api', 'bench', 'consumers', 'examples'],
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  htmlReporter: { fileName: '.cache/mutation/report.html' },
  clearTextReporter: { logTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
