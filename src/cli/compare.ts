import { pointOf, withOutages, type AmplificationPoint } from '../lab/amplification.js';
import { amplificationChart, type AmplificationSeries } from '../lab/charts/amplificationChart.js';
import { report } from '../lab/charts/report.js';
import { formatNumber, formatPercent, formatTime } from '../lab/charts/format.js';
import type { LoadedModule } from './modules.js';
import type { ParsedArguments } from './options.js';
import { Player } from './player.js';
import { describeSettings, describeUnits } from './settings.js';
import { compareOptions, describeSimulation } from './simulationOptions.js';
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
  const series: ComparedSeries[] = [];
  try {
    for (const { name, policy, circuit, budget, gates, guard } of modules) {
      const points: AmplificationPoint[] = [];
      const reasons: string[] = [];
      const base = {
        ...options,
        gates,
        ...(policy && { policy }),
        ...(circuit && { circuit }),
        ...(budget && { budget }),
        ...(guard && { guard }),
      };
      for (const each of withOutages('compare', base, lengths)) {
        const result = await player.play(each.options);
        if (player.isStopped) continue;
        points.push(pointOf(each.outage, result));
        reasons.push(mainReason(result.totals.lossReasons));
      }
      series.push({ name, points, reasons });
    }
  } finally {
    player.close();
  }
  const rows = rowsOf(series, lengths, options.duration);
  if (parsed.values.html !== undefined) {
    const pictures = [amplificationChart(series, 'Load on a service while it is down')];
    const subtitle = describeSimulation(options);
    const summaries = modules.map((each) => ({
      name: each.name,
      sentences: [...describeSettings(each), ...describeUnits(each)],
    }));
    terminal.write(parsed.values.html, report({ title: 'Comparison', subtitle, summaries, pictures, table: rows }));
  }
  const notes = modules.flatMap((each) => describeUnits(each).map((sentence) => `${each.name}: ${sentence}\n`));
  terminal.out(parsed.values.json ? `${JSON.stringify(series, undefined, 2)}\n` : `${table(rows)}\n${notes.join('')}`);
  return !player.isStopped;
}

interface ComparedSeries extends AmplificationSeries {
  /** Why most of the lost calls were lost, one for each point. */
  readonly reasons: readonly string[];
}

/** The reason of most losses. */
function mainReason(lossReasons: Readonly<Record<string, number>>): string {
  const [[reason] = ['-']] = Object.entries(lossReasons).sort(([, one], [, other]) => other - one);
  return reason;
}

function rowsOf(series: readonly ComparedSeries[], lengths: readonly number[], duration: number): string[][] {
  const row = (points: readonly AmplificationPoint[], format: (point: AmplificationPoint) => string): string[] =>
    lengths.map((_, index) => (points[index] === undefined ? '-' : format(points[index])));
  return [
    ['length of the outage', ...lengths.map(formatTime)],
    ...series.flatMap(({ name, points, reasons }) => [
      [`${name}: attempts per call`, ...row(points, ({ amplification }) => formatNumber(amplification, 2))],
      [`${name}: lost of all calls in ${formatTime(duration)}`, ...row(points, ({ lost }) => formatPercent(lost))],
      [`${name}: most of them by`, ...lengths.map((_, index) => reasons[index] ?? '-')],
    ]),
  ];
}
