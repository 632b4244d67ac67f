import { readFileSync, writeFileSync } from 'node:fs';
import { pathOf } from '../machine.js';
import { print } from '../terminal.js';
import { measureSizes } from './measureSizes.js';
import { filesIn, withSizes } from './recorded.js';

/*
 * `npm run sizes` measures the size of every use, and writes sizes.json and the table in docs/performance.md.
 */

const root = pathOf('../..');
const { json, page } = filesIn(root);
const sizes = await measureSizes(root);
writeFileSync(json, `${JSON.stringify(sizes, null, 2)}\n`);
writeFileSync(page, withSizes(readFileSync(page, 'utf8'), sizes));
print('wrote tools/bench/sizes.json and docs/performance.md');
