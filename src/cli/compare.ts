import { amplified, outages, type AmplificationPoint } from '../lab/amplification.js';
import { amplificationChart, type AmplificationSeries } from '../lab/charts/amplificationChart.js';
import { report } from '../lab/charts/report.js';
import { digits, percent, time } from '../lab/charts/format.js';
import { compareOptions, type Typed } from './options.js';
import { Player } from './player.js';
import type { LoadedModule } from './modules.js';
import { table, type Terminal } from './terminal.js';

/*
 * `rxjs-reprise compare`: how much more a service sees, the longer it is down.
 */

/** Answers whether it was played to the end. */
export async function compare(subjects: readonly LoadedModule[], typed: Typed, terminal: Terminal): Promise<boolean> {
  const { options, lengths } = compareOptions(typed);
  const player = new Player(terminal, subjects.length * lengths.length);
  const growths: AmplificationSeries[] = [];
  try {
    for (const { name, policy, circuit, budget } of subjects) {
      const points: AmplificationPoint[] = [];
      const given = { ...options, ...(policy && { policy }), ...(circuit && { circuit }), ...(budget && { budget }) };
      for (const { outage, played } of outages('compare', given, lengths)) {
        const storm = await player.play(played);
        if (!player.isStopped) points.push(amplified(outage, storm));
      }
      growths.push({ name, points });
    }
  } finally {
    player.close();
  }
  if (typed.values.html !== undefined) {
    const pictures = [amplificationChart(growths, 'What a service sees while it is down')];
    const parts = { title: 'A comparison', subtitle: `${digits(options.clients)} clients`, readings: [], pictures };
    terminal.write(typed.values.html, report({ ...parts, table: rows(growths, lengths) }));
  }
  terminal.out(typed.values.json ? `${JSON.stringify(growths, undefined, 2)}\n` : `${table(rows(growths, lengths))}\n`);
  return !player.isStopped;
}

function rows(growths: readonly AmplificationSeries[], lengths: readonly number[]): string[][] {
  const cells = (points: readonly AmplificationPoint[], tell: (point: AmplificationPoint) => string): string[] =>
    lengths.map((_, index) => (points[index] === undefined ? '-' : tell(points[index])));
  return [
    ['down for', ...lengths.map(time)],
    ...growths.flatMap(({ name, points }) => [
      [`${name}: attempts per call`, ...cells(points, ({ amplification }) => digits(amplification, 2))],
      [`${name}: calls lost`, ...cells(points, ({ lost }) => percent(lost))],
    ]),
  ];
}
