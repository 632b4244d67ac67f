import { machine, versions } from './machine.js';
import { isMissed, type Result } from './row.js';
import type { Measured } from './table.js';
import { cost, ratio, target, verdict } from './words.js';

/** The table as Markdown, with what was measured and on what. */
export function markdown(rows: readonly Measured[]): string {
  const titles = rows.map(({ id, report }) => [id, report.title]);
  const asked = versions().map(({ name, version, asks }) => [name, version, asks]);
  return `# Results

Written by \`npm run bench\`. Below 1 ours is the cheaper one. Costs are processor time for one operation of the row, or bytes.
A ratio is the median of the ratios of paired rounds: ours and the peer took turns in the same process, in shuffled order,
and what is divided was measured in the same round. In P4 and P12 each has a process of its own, one after the other; the
dearest and the cheapest of some are compared by their medians. Lines without a target are shown for comparison.

Measured on ${machine()}.

${table(['', 'case'], titles)}

${results(rows, () => true)}

${table(['package', 'version', 'Node it asks for'], asked)}
`;
}

/** The README with what was measured of the lines that have a target. */
export function shown(readme: string, rows: readonly Measured[]): string {
  const hasTarget = ({ atMost }: Result): boolean => atMost !== undefined;
  const targets = rows.flatMap(({ report }) => report.results).filter(hasTarget);
  const met = targets.filter((result) => !isMissed(result)).length;
  const summary = `The table: ${String(met)} of ${String(targets.length)} targets are met`;
  const details = `<details>\n<summary>${summary}</summary>\n\n${results(rows, hasTarget)}\n\n</details>`;
  return readme.replace(/<details>\n<summary>The table: [^]*?<\/details>/, () => details);
}

function results(rows: readonly Measured[], isShown: (result: Result) => boolean): string {
  const lines = rows.flatMap(({ id, report }) =>
    report.results
      .filter(isShown)
      .map((result) => [
        id,
        `${result.ours}: ${cost(result.oursCost, result.unit)}`,
        `${result.peer}: ${cost(result.peerCost, result.unit)}`,
        ratio(result.ratio),
        target(result),
        verdict(result),
      ]),
  );
  return table(['', 'ours', 'in place of it', 'ratio', 'target', ''], lines);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [top = [], ...body] = all;
  return [line(top), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
