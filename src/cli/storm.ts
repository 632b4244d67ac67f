import { formatNumber, formatPercent, formatTime } from '../lab/charts/format.js';
import { loadChart } from '../lab/charts/loadChart.js';
import { peakOf } from '../lab/charts/loadPanel.js';
import { report } from '../lab/charts/report.js';
import type { SimulationResult } from '../lab/results/result.js';
import type { LoadedModule } from './modules.js';
import type { ParsedArguments } from './options.js';
import { play, variantsOf, type NamedResult } from './playModule.js';
import { Player } from './player.js';
import { describeSimulation, stormOptions, type StormOptions } from './simulationOptions.js';
import { downsample, paint, sparkline, table, type Terminal } from './terminal.js';

/*
 * `rxjs-reprise storm`: what many clients do to a service that goes down.
 */

/** The width of the load chart in characters. */
const chartWidth = 72;

/** Returns whether all simulations were played to the end. */
export async function storm(
  modules: readonly LoadedModule[],
  parsed: ParsedArguments,
  terminal: Terminal,
): Promise<boolean> {
  const options = stormOptions(parsed);
  const count = modules.reduce((sum, module) => sum + 1 + variantsOf(module), 0);
  const player = new Player(terminal, count);
  const results: NamedResult[] = [];
  try {
    for (const module of modules)
      if (results.length === 0 || !player.isStopped) results.push(await play(module, options, player));
  } finally {
    player.close();
  }
  const { isStopped } = player;
  if (parsed.values.html !== undefined) terminal.write(parsed.values.html, page(results, options));
  if (parsed.values.json) {
    const data = results.map(({ name, storm, sentences }) => ({ name, storm, sentences, isStopped }));
    terminal.out(`${JSON.stringify(data, undefinedAsNull, 2)}\n`);
  } else {
    show(results, options, terminal);
    if (isStopped) terminal.out('stopped: simulations that did not finish are left out of the comparison\n');
  }
  return !isStopped;
}

/** JSON would leave out fields that are undefined. */
const undefinedAsNull = (_: string, value: unknown): unknown => value ?? null;

const headings = [
  '',
  'attempts per call',
  'calls lost',
  'peak per second',
  'recovery',
  'median time to success',
  '99th percentile',
];

const rowOf = ({ name, storm: result }: NamedResult): string[] => {
  const { totals, perCall } = result;
  return [
    name,
    formatNumber(totals.amplification, 2),
    formatPercent(totals.lost / Math.max(1, totals.calls)),
    formatNumber(Math.max(0, peakOf(result))),
    totals.recovery === undefined ? '-' : formatTime(totals.recovery),
    formatTime(perCall.timeToSuccess.p50),
    formatTime(perCall.timeToSuccess.p99),
  ];
};

function show(results: readonly NamedResult[], options: StormOptions, terminal: Terminal): void {
  terminal.out(`${describeSimulation(options)}\n\n`);
  const { duration } = options;
  const loadOf = ({ series, until }: SimulationResult): number[] =>
    downsample(series.attempts, Math.max(1, Math.round((chartWidth * until) / duration)));
  const most = Math.max(1, ...results.flatMap(({ storm: result }) => loadOf(result)));
  for (const { name, storm: result, sentences } of results) {
    terminal.out(`${paint(terminal, 'bold', name)}\n`);
    terminal.out(`${paint(terminal, 'cyan', sparkline(loadOf(result), most))}\n`);
    terminal.out(`${paint(terminal, 'dim', outageLine(result, duration))}\n`);
    if (result.until < duration) {
      terminal.out(`stopped after ${formatTime(result.until)} of ${formatTime(duration)}: this is the result so far\n`);
    }
    terminal.out(`${sentences.map((sentence) => `- ${sentence}`).join('\n')}\n\n`);
  }
  terminal.out(`${table([headings, ...results.map(rowOf)])}\n`);
}

/** A line below the load that marks the outages. */
function outageLine({ outages }: SimulationResult, duration: number): string {
  const isOn = (index: number): boolean => {
    const at = ((index + 0.5) * duration) / chartWidth;
    return outages.some(({ from, to }) => from <= at && at < to);
  };
  const line = Array.from({ length: chartWidth }, (_, index) => (isOn(index) ? '▔' : ' ')).join('');
  return `${line.trimEnd()} outage`;
}

const page = (results: readonly NamedResult[], options: StormOptions): string =>
  report({
    title: 'Storm',
    subtitle: describeSimulation(options),
    summaries: results.map(({ name, settings, sentences }) => ({ name, sentences: [...settings, ...sentences] })),
    pictures: [loadChart(results, 'Load on the service')],
    table: transpose([headings, ...results.map(rowOf)]),
  });

/** A narrow window has more room for long headings in a column than in a row. */
const transpose = (rows: readonly (readonly string[])[]): string[][] =>
  headings.map((_, column) => rows.map((row) => String(row[column])));
