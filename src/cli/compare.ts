import { pointOf, withOutages, type AmplificationPoint } from '../lab/amplification.js';
import { amplificationChart, type AmplificationSeries } from '../lab/charts/amplificationChart.js';
import { report } from '../lab/charts/report.js';
import { formatNumber, formatPercent, formatTime } from '../lab/charts/format.js';
import type { LoadedModule } from './modules.js';
import type { ParsedArguments } from './options.js';
import { Player } from './player.js';
import { compareOptions } from './simulationOptions.js';
import { table, type Terminal } from './terminal.js';

/*
 * `rxjs-reprise compare`: how the load on a service grows with the length of an outage.
 */

/** Returns whether all simulations were played to the end. */
export async function compare(
  modules: readonly LoadedModule[],
  parsed: ParsedArguments,
  terminal: Terminal,
): Promise<boolean> {
  const { options, lengths } = compareOptions(parsed);
  const player = new Player(terminal, modules.length * lengths.length);
  const series: AmplificationSeries[] = [];
  try {
    for (const { name, policy, circuit, budget } of modules) {
      const points: AmplificationPoint[] = [];
      const base = { ...options, ...(policy && { policy }), ...(circuit && { circuit }), ...(budget && { budget }) };
      for (const each of withOutages('compare', base, lengths)) {
        const result = await player.play(each.options);
        if (!player.isStopped) points.push(pointOf(each.outage, result));
      }
      series.push({ name, points });
    }
  } finally {
    player.close();
  }
  const rows = rowsOf(series, lengths);
  if (parsed.values.html !== undefined) {
    const pictures = [amplificationChart(series, 'Load on a service while it is down')];
    const subtitle = `${formatNumber(options.clients)} clients`;
    terminal.write(parsed.values.html, report({ title: 'Comparison', subtitle, summaries: [], pictures, table: rows }));
  }
  terminal.out(parsed.values.json ? `${JSON.stringify(series, undefined, 2)}\n` : `${table(rows)}\n`);
  return !player.isStopped;
}

function rowsOf(series: readonly AmplificationSeries[], lengths: readonly number[]): string[][] {
  const row = (points: readonly AmplificationPoint[], format: (point: AmplificationPoint) => string): string[] =>
    lengths.map((_, index) => (points[index] === undefined ? '-' : format(points[index])));
  return [
    ['length of the outage', ...lengths.map(formatTime)],
    ...series.flatMap(({ name, points }) => [
      [`${name}: attempts per call`, ...row(points, ({ amplification }) => formatNumber(amplification, 2))],
      [`${name}: calls lost`, ...row(points, ({ lost }) => formatPercent(lost))],
    ]),
  ];
}
