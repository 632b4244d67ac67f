import { formatCost, formatRatio, formatTarget, formatVerdict } from './format.js';
import { machine, versions } from './machine.js';
import { table, withPart } from './markdown.js';
import type { MeasuredRow } from './printer.js';
import { isMissed, type Result } from './row.js';

/*
 * The results as Markdown.
 */

/** The text of RESULTS.md: all lines, with the machine and the versions of the packages. */
export function report(rows: readonly MeasuredRow[]): string {
  const titles = rows.map(({ id, title }) => [id, title]);
  const packages = versions().map(({ name, version, node }) => [name, version, node]);
  return `# Results

\`npm run bench\` writes this file.

- A cost is the processor time of one operation, or a number of bytes.
- A ratio below 1 means that ours is cheaper.
- Ours and the peer take turns in the same process, in shuffled order. Each round gives one ratio, and the table shows the
  median of these ratios.
- In P4, P12, P13 and the first lines of P14 each subject has its own process. The last line of P9 that has a target
  compares medians.
- Lines without a target are shown for comparison.

Measured on ${machine()}.

${table(['', 'case'], titles)}

${resultTable(rows, () => true)}

${table(['package', 'version', 'supported Node'], packages)}
`;
}

/** The text of a page with a new table, of the lines that have a target, between its two bench markers. */
export function withTable(page: string, rows: readonly MeasuredRow[]): string {
  const hasTarget = ({ atMost }: Result): boolean => atMost !== undefined;
  const targets = rows.flatMap(({ results }) => results).filter(hasTarget);
  const met = targets.filter((result) => !isMissed(result)).length;
  const summary = `${String(met)} of ${String(targets.length)} targets are met.`;
  return withPart(page, 'bench', `${summary}\n\n${resultTable(rows, hasTarget)}`);
}

function resultTable(rows: readonly MeasuredRow[], isShown: (result: Result) => boolean): string {
  const lines = rows.flatMap(({ id, results }) =>
    results
      .filter(isShown)
      .map((result) => [
        id,
        `${result.ours}: ${formatCost(result.oursCost, result.unit)}`,
        `${result.peer}: ${formatCost(result.peerCost, result.unit)}`,
        formatRatio(result.ratio),
        formatTarget(result),
        formatVerdict(result),
      ]),
  );
  return table(['', 'ours', 'peer', 'ratio', 'target', ''], lines);
}
