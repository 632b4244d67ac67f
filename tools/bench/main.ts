import { readFileSync, writeFileSync } from 'node:fs';
import { apart } from './apart.js';
import { chart } from './chart.js';
import { keyOf, learn, limitOf } from './guard.js';
import { checkRxjs, machine, pathOf } from './machine.js';
import { isMissed, merged, type Report, type Result } from './row.js';
import { ids, isId, once, quick, type Id } from './rows.js';
import { printer, type Measured } from './table.js';
import { markdown, shown } from './markdown.js';
import { progress, say } from './terminal.js';

/*
 * `npm run bench` measures all rows, prints them and writes bench/RESULTS.md, bench/results.svg and the table of the
 * README; `npm run bench -- P8` only some. It fails if a target is missed.
 *
 * `--quick` measures the quick rows and fails if one has become dearer than it ever was, see guard.ts; `--learn` finds
 * out what that is.
 */

/** Each row is measured in so many processes, one after the other. */
const processes = 3;
const thorough = { rounds: 60, batch: 4 };
const brief = { rounds: 32, batch: 3 };

async function main(args: readonly string[]): Promise<number> {
  checkRxjs();
  const wanted = args.filter((arg) => !arg.startsWith('--')).map((arg) => arg.toUpperCase());
  const unknown = wanted.find((id) => !isId(id));
  if (unknown !== undefined) throw new Error(`there is no row ${unknown}; there are ${ids.join(' ')}`);
  const chosen = (from: readonly Id[]): readonly Id[] =>
    wanted.length === 0 ? from : ids.filter((id) => wanted.includes(id));

  if (args.includes('--learn')) return learn(() => measured(quick, brief));
  if (args.includes('--quick')) return guard(chosen(quick));

  say(machine());
  const rows = await measured(chosen(ids), thorough, printer());
  const missed = rows.flatMap(({ report }) => report.results).filter(isMissed).length;
  say(missed === 0 ? '\nall targets are met' : `\n${String(missed)} missed`);
  if (wanted.length === 0) {
    writeFileSync(pathOf('RESULTS.md'), markdown(rows));
    writeFileSync(pathOf('results.svg'), chart(rows));
    const readme = pathOf('../README.md');
    writeFileSync(readme, shown(readFileSync(readme, 'utf8'), rows));
    say('written to bench/RESULTS.md, bench/results.svg and the README');
  }
  return missed === 0 ? 0 : 1;
}

async function measured(
  chosen: readonly Id[],
  effort: typeof thorough,
  print: (row: Measured) => void = () => undefined,
): Promise<Measured[]> {
  const rows: Measured[] = [];
  for (const [index, id] of chosen.entries()) {
    const reports: Report[] = [];
    const passes = once.includes(id) ? 1 : processes;
    for (let pass = 1; pass <= passes; pass += 1) {
      progress(
        `${id}, ${String(index + 1)} of ${String(chosen.length)} rows, process ${String(pass)} of ${String(passes)}`,
      );
      reports.push(await apart<Report>('child.js', id, JSON.stringify(effort)));
    }
    const row = { id, report: merged(reports) };
    rows.push(row);
    print(row);
  }
  progress('');
  return rows;
}

/** What is too dear is measured once more: a noisy moment does not come twice. */
async function guard(chosen: readonly Id[]): Promise<number> {
  const isDear = (id: Id, result: Result): boolean => !(result.ratio <= limitOf(keyOf(id, result)));
  const dearOf = (rows: readonly Measured[]): string[] =>
    rows.flatMap(({ id, report }) => report.results.filter((each) => isDear(id, each)).map((each) => keyOf(id, each)));

  const withLimits = ({ id, report }: Measured): Measured => ({
    id,
    report: { ...report, results: report.results.map((each) => ({ ...each, atMost: limitOf(keyOf(id, each)) })) },
  });
  const print = printer('limit');
  const first = await measured(chosen, brief, (row) => {
    print(withLimits(row));
  });
  const before = dearOf(first);
  if (before.length === 0) return 0;
  say('\nonce more');
  const second = await measured(
    chosen.filter((id) => before.some((key) => key.startsWith(`${id}:`))),
    brief,
    (row) => {
      print(withLimits(row));
    },
  );
  const dear = dearOf(second).filter((key) => before.includes(key));
  if (dear.length > 0) say(`\ncost more than they used to:\n${dear.join('\n')}`);
  return dear.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
