import { timed } from './measure.js';
import { report, type Effort } from './row.js';
import { isId, load } from './rows.js';

/*
 * A program of its own: measures one row, alone, so that no other row has warmed or spoilt what it runs. It prints the
 * report.
 */

const [, , id = '', effort = ''] = process.argv;
if (!isId(id)) throw new Error(`there is no row ${id}`);
const row = await load(id);
const told = JSON.parse(effort) as Effort;
const costs = 'subjects' in row ? await timed(await row.subjects(), told) : await row.measure(told);
console.log(JSON.stringify(report(row, costs)));
// Some peers keep timers.
process.exit();
