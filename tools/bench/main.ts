import { readFileSync, writeFileSync } from 'node:fs';
import { chart } from './chart.js';
import { keyOf, learn, limitOf } from './guard.js';
import { checkRxjs, machine, pathOf } from './machine.js';
import { createPrinter, type MeasuredRow } from './printer.js';
import { report, withTable } from './report.js';
import { isMissed, merge, type Effort, type RowResults } from './row.js';
import { ids, isId, quick, singlePass, type Id } from './rows.js';
import { runProgram } from './runProgram.js';
import { print, showProgress } from './terminal.js';

/*
 * `npm run bench` measures all rows, prints them, and writes tools/bench/RESULTS.md, tools/bench/results.svg and the table
 * in docs/performance.md. `npm run bench -- P8` measures some rows and writes nothing. Both fail if a target is missed.
 *
 * `--quick` measures the quick rows and fails if a line has become more expensive (guard.ts). `--learn` measures the limits
 * of `--quick`. Row P11 measures sizes and records nothing: `npm run sizes` does (sizes/record.ts).
 */

/** The number of processes in which a row is measured, one after the other. */
const processes = 3;
const fullEffort = { rounds: 60, batch: 4 };
const quickEffort = { rounds: 32, batch: 3 };

async function main(args: readonly string[]): Promise<number> {
  checkRxjs();
  const wanted = args.filter((arg) => !arg.startsWith('--')).map((arg) => arg.toUpperCase());
  const unknown = wanted.find((id) => !isId(id));
  if (unknown !== undefined) throw new Error(`there is no row ${unknown}; the rows are ${ids.join(' ')}`);
  const select = (from: readonly Id[]): readonly Id[] =>
    wanted.length === 0 ? from : ids.filter((id) => wanted.includes(id));

  if (args.includes('--learn')) return learn(select(quick), () => measureRows(select(quick), quickEffort));
  if (args.includes('--quick')) return guard(select(quick));

  print(machine());
  const rows = await measureRows(select(ids), fullEffort, createPrinter());
  const missed = rows.flatMap(({ results }) => results).filter(isMissed).length;
  print(missed === 0 ? '\nall targets are met' : `\n${String(missed)} targets are missed`);
  if (wanted.length === 0) write(rows);
  return missed === 0 ? 0 : 1;
}

function write(rows: readonly MeasuredRow[]): void {
  writeFileSync(pathOf('RESULTS.md'), report(rows));
  writeFileSync(pathOf('results.svg'), chart(rows));
  const page = pathOf('../../docs/performance.md');
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), rows));
  print('wrote tools/bench/RESULTS.md, tools/bench/results.svg and docs/performance.md');
}

async function measureRows(
  chosen: readonly Id[],
  effort: Effort,
  onRow: (row: MeasuredRow) => void = () => undefined,
): Promise<MeasuredRow[]> {
  const rows: MeasuredRow[] = [];
  for (const [index, id] of chosen.entries()) {
    const passes = singlePass.includes(id) ? 1 : processes;
    const measured: RowResults[] = [];
    for (let pass = 1; pass <= passes; pass += 1) {
      const row = `row ${String(index + 1)} of ${String(chosen.length)}`;
      showProgress(`${id}, ${row}, process ${String(pass)} of ${String(passes)}`);
      measured.push(await runProgram<RowResults>('measureRow', id, JSON.stringify(effort)));
    }
    const row = { id, ...merge(measured) };
    rows.push(row);
    onRow(row);
  }
  showProgress('');
  return rows;
}

/** Fails if a line is above its limit twice. The second measurement excludes a noisy moment of the machine. */
async function guard(chosen: readonly Id[]): Promise<number> {
  const printRow = createPrinter('limit');
  const measureAgainstLimits = async (some: readonly Id[]): Promise<string[]> => {
    const withLimits = ({ id, title, results }: MeasuredRow): MeasuredRow => ({
      id,
      title,
      results: results.map((result) => ({ ...result, atMost: limitOf(keyOf(id, result)) })),
    });
    const rows = await measureRows(some, quickEffort, (row) => {
      printRow(withLimits(row));
    });
    return rows
      .map(withLimits)
      .flatMap(({ id, results }) => results.filter(isMissed).map((result) => keyOf(id, result)));
  };

  const first = await measureAgainstLimits(chosen);
  if (first.length === 0) return 0;
  print('\nmeasuring again what is above its limit');
  const again = chosen.filter((id) => first.some((key) => key.startsWith(`${id}:`)));
  const both = (await measureAgainstLimits(again)).filter((key) => first.includes(key));
  if (both.length > 0) print(`\nmore expensive than before:\n${both.join('\n')}`);
  return both.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
