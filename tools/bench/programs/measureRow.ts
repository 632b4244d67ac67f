import { measure } from '../measure.js';
import { resultsOf, type Effort } from '../row.js';
import { isId, load } from '../rows.js';

/*
 * Measures one row in its own process, so that no other row affects the compiled code. Prints the results as JSON.
 */

const [, , id = '', json = ''] = process.argv;
if (!isId(id)) throw new Error(`there is no row ${id}`);
const row = await load(id);
const effort = JSON.parse(json) as Effort;
const costs = 'subjects' in row ? await measure(await row.subjects(), effort) : await row.measure(effort);
console.log(JSON.stringify(resultsOf(row, costs)));
// Some peers leave timers running.
process.exit();
