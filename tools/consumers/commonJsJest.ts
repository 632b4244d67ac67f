import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { createProject, install, run } from './project.js';

/** The settings of a new Nest 11 project. */
const compilerOptions = {
  ...{
    module: 'nodenext',
    moduleResolution: 'nodenext',
    target: 'es2023',
    esModuleInterop: true,
    isolatedModules: true,
  },
  ...{ emitDecoratorMetadata: true, experimentalDecorators: true, skipLibCheck: true, strictNullChecks: true },
};
const jestOptions = {
  moduleFileExtensions: ['js', 'json', 'ts'],
  testRegex: String.raw`.*\.spec\.ts$`,
  transform: { [String.raw`^.+\.(t|j)s$`]: 'ts-jest' },
  testEnvironment: 'node',
};

/** The line of docs/testing.md. */
const line = { transformIgnorePatterns: ['/node_modules/(?!rxjs-reprise/)'] };

const test = `
import { expect, test } from '@jest/globals';
import { defer, firstValueFrom, of, throwError } from 'rxjs';
import { fixedRetry, retryWithPolicy } from 'rxjs-reprise';
import { expectRetries } from 'rxjs-reprise/testing';

test('a retry', async () => {
  let calls = 0;
  const load$ = defer(() => ((calls += 1) < 2 ? throwError(() => new Error('busy')) : of('the answer')));
  const policy = fixedRetry({ maxAttempts: 2, delay: 5 });
  expect(await firstValueFrom(load$.pipe(retryWithPolicy(policy)))).toBe('the answer');
  expectRetries(policy).toWait([5]);
});
`;

/** Jest runs CommonJS. It loads the library, an ES module, if one line of its configuration lets ts-jest compile it. */
export const commonJsJest: Consumer = {
  name: 'runner jest 30.5.2 with ts-jest 29.4.15, CommonJS as in Nest 11',
  async check(tarball) {
    const folder = await createProject('runner jest CommonJS', tarball);
    for (const each of ['jest@30.5.2', 'typescript@5.9.3', 'ts-jest@29.4.15']) await install(each, folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    writeFileSync(join(folder, 'retry.spec.ts'), test);
    const jest = (options: object): Promise<string> =>
      run(process.execPath, ['node_modules/jest/bin/jest.js', '--config', JSON.stringify(options)], folder);
    await jest({ ...jestOptions, ...line });
    const output = await jest(jestOptions).then(
      () => 'the test passes',
      (error: unknown) => String(error),
    );
    return output.includes('Must use import to load ES Module')
      ? undefined
      : `the line is not needed any more: ${output}`;
  },
};
