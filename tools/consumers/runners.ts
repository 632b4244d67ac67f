import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { createProject, install, root, run } from './project.js';

interface Runner {
  readonly name: string;
  /** What is installed; node:test needs nothing. */
  readonly packages: readonly string[];
  /** The line that brings `test` into scope. It replaces the first line of the example. */
  readonly header: string;
  /** Arguments for Node that run the test file. */
  readonly args: readonly string[];
}

const testFile = 'retries.test.js';

const testRunners: readonly Runner[] = [
  {
    name: 'vitest 4.1.12',
    packages: ['vitest@4.1.12'],
    header: "import { test } from 'vitest';",
    args: ['node_modules/vitest/vitest.mjs', 'run'],
  },
  {
    name: 'jest 30.5.2',
    packages: ['jest@30.5.2'],
    header: "import { test } from '@jest/globals';",
    args: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'],
  },
  {
    name: 'mocha 12.0.3',
    packages: ['mocha@12.0.3'],
    header: "import { it as test } from 'mocha';",
    args: ['node_modules/mocha/bin/mocha.js', testFile],
  },
  {
    name: 'jasmine 7.0.0',
    packages: ['jasmine@7.0.0'],
    header: 'const test = it;',
    args: ['node_modules/jasmine/bin/jasmine.js', testFile],
  },
  {
    name: 'node:test',
    packages: [],
    header: "import { test } from 'node:test';",
    args: ['--test', testFile],
  },
];

/** The row that a runner must print for a test that expects 500 ms where the policy waits 400 ms. */
const explanation = /4 +500 ms +400 ms +<- 100 ms shorter/;

/** The example passes in each test runner, and the runner prints the table of a failed expectation. */
export const runners: readonly Consumer[] = testRunners.map(({ name, packages, header, args }) => ({
  name: `runner ${name}, the example passes and a wrong expectation is explained`,
  async check(tarball) {
    const folder = await createProject(`runner ${name}`, tarball);
    for (const each of packages) await install(each, folder);

    const example = readFileSync(join(root, 'examples/testing', testFile), 'utf8').replace(/^.*/, header);
    writeFileSync(join(folder, testFile), example);
    await run(process.execPath, args, folder);

    writeFileSync(join(folder, testFile), example.replace('[100, 200, 400]', '[100, 200, 500]'));
    const output = await run(process.execPath, args, folder).then(
      () => 'the test passes with a wrong expectation',
      (error: unknown) => String(error),
    );
    if (!explanation.test(output)) throw new Error(`the table is not printed: ${output}`);
    return undefined;
  },
}));
