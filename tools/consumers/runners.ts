import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { run, sample } from './project.js';

const names = ['vitest', 'jest', 'node-test', 'mocha', 'jasmine'];

/** What a runner has to tell of a test that expects 500 ms where 400 come. */
const complaint = /4 +500 ms +400 ms +<- 100 ms shorter/;

/** The samples of `rxjs-reprise/testing` pass in each runner, and what is wrong in them is told readably. */
export const runners: readonly Consumer[] = names.map((name) => ({
  name: `runner ${name}, a sample passes and a wrong one is explained`,
  async try(tarball) {
    const place = await sample(join('testing', name), tarball);
    await run('npm', ['test'], place);
    const file = join(place, 'retries.test.js');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('[100, 200, 400]', '[100, 200, 500]'));
    const told = await run('npm', ['test'], place).then(
      () => 'it passes although it is wrong',
      (error: unknown) => String(error),
    );
    if (!complaint.test(told)) throw new Error(`the table is not shown: ${told}`);
    return undefined;
  },
}));
