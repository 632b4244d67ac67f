import { machine, versions } from './machine.js';
import type { Measured } from './table.js';
import { cost, ratio, target, verdict } from './words.js';

/** The table as Markdown, with what was measured and on what. */
export function markdown(rows: readonly Measured[]): string {
  const lines = rows.flatMap(({ id, report }) =>
    report.results.map((result) => [
      id,
      `${result.ours}: ${cost(result.oursCost, result.unit)}`,
      `${result.peer}: ${cost(result.peerCost, result.unit)}`,
      ratio(result.ratio),
      target(result),
      verdict(result),
    ]),
  );
  const titles = rows.map(({ id, report }) => [id, report.title]);
  const asked = versions().map(({ name, version, asks }) => [name, version, asks]);
  return `# Results

Written by \`npm run bench\`. A ratio is the median of the ratios of paired rounds: ours and the peer took turns in the same
process, in shuffled order, and what is divided was measured in the same round. Below 1 ours is the cheaper one. Costs are
processor time for one operation of the row. Lines without a target are shown for comparison.

Measured on ${machine()}.

${table(['', 'case'], titles)}

${table(['', 'ours', 'peer', 'ratio', 'target', ''], lines)}

${table(['package', 'version', 'Node it asks for'], asked)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [top = [], ...body] = all;
  return [line(top), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
