import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

/*
 * Prints how many tests passed and failed, from the JSON report that vitest wrote to the file VITEST_JSON. A missing report
 * counts as one failed test.
 */

const file = process.env.VITEST_JSON ?? '';
/** @type {unknown} */
const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { numPassedTests: 0, numFailedTests: 1 };
const { numPassedTests, numFailedTests } = /** @type {{ numPassedTests: number, numFailedTests: number }} */ (report);
process.stdout.write(`${String(numPassedTests)} passed, ${String(numFailedTests)} failed\n`);
if (numFailedTests > 0) process.exitCode = 1;
