import { startTests, type File, type VitestRunner } from '@vitest/runner';
import { getNames, getTests } from '@vitest/runner/utils';
import { setSafeTimers } from '@vitest/utils/timers';
import { expect } from 'vitest';

/*
 * Runs spec files of the suite in any runtime, with the runner, the expectations and the fake timers of vitest. Only its
 * workers, which need Node, are left out.
 */

/** How each spec file is loaded, by its path. */
export type SpecFiles = Readonly<Record<string, () => Promise<unknown>>>;

/** What the runner and the fake timers read. */
const config = {
  root: '/',
  setupFiles: [],
  tags: [],
  sequence: { hooks: 'stack', setupFiles: 'list' },
  maxConcurrency: 1,
  testTimeout: 30_000,
  hookTimeout: 30_000,
  fakeTimers: { loopLimit: 10_000, shouldClearNativeTimers: true },
};

/** Runs the files and prints the result. */
export async function printSpecs(names: RegExp, files: SpecFiles): Promise<void> {
  console.log(await runSpecs(names, files));
}

/** Runs the files on a page and sends the result to the server. */
export async function reportSpecs(names: RegExp, files: SpecFiles): Promise<void> {
  const report = (path: string, body: string): Promise<unknown> => fetch(path, { method: 'POST', body });
  await runSpecs(names, files).then(
    (result) => report('/ended', result),
    (error: unknown) => report('/failed', String(error)),
  );
}

/**
 * Loads the files one after the other, and runs the tests with these names. Resolves with the number of tests that passed.
 *
 * @throws Error with the name and the error of each test that failed, and of each file that could not be loaded
 */
async function runSpecs(names: RegExp, files: SpecFiles): Promise<string> {
  setSafeTimers();
  Object.assign(globalThis, { __vitest_worker__: { config } });
  const runner: VitestRunner = {
    config: { ...config, testNamePattern: names } as unknown as VitestRunner['config'],
    importFile: (path) => files[path]?.(),
    onBeforeTryTask: () => {
      expect.setState({ assertionCalls: 0, expectedAssertionsNumber: null });
    },
    onAfterTryTask: () => {
      const { assertionCalls, expectedAssertionsNumber = null } = expect.getState();
      if (expectedAssertionsNumber !== null) expect(assertionCalls).toBe(expectedAssertionsNumber);
    },
  };
  const ran: File[] = [];
  for (const path of Object.keys(files)) ran.push(...(await startTests([path], runner)));
  const tests = getTests(ran);
  const failures = [...ran, ...tests].flatMap((task) =>
    (task.result?.errors ?? []).map(({ message, stack = '' }) => `${getNames(task).join(' > ')}: ${message}\n${stack}`),
  );
  const passed = tests.filter(({ result }) => result?.state === 'pass').length;
  const skipped = tests.filter(({ mode }) => mode === 'skip').length;
  const counts = `${String(passed)} tests passed, ${String(skipped)} skipped`;
  if (failures.length > 0 || passed === 0) throw new Error([counts, ...failures].join('\n'));
  return counts;
}
