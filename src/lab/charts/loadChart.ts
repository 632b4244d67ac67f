import type { SimulationResult } from '../results/result.js';
import type { Outage } from '../model/outage.js';
import { formatNumber, formatPercent, formatTime } from './format.js';
import { formatLoad, loadPanel, panelHeight, peakOf } from './loadPanel.js';
import { clockStep, scale, type Scale } from './scale.js';
import { leftEdge, legendEntry, line, svgDocument, text, verticalText } from './svg.js';

/*
 * The load on a service over time: one panel per policy, all with the same axes.
 */

/** A simulation and its name. */
export interface Storm {
  readonly name: string;
  readonly storm: SimulationResult;
}

const width = 900;
const right = 700;
const panelDistance = panelHeight + 62;
/** The approximate width of a letter. */
const letterWidth = 6.5;
const rowHeight = 15;

/**
 * Draws simulations one below the other with the same axes: first attempts and retries per second, the capacity of the
 * service, the outages (shaded), and when circuits were open.
 *
 * @param storms at least one; they should have the same duration
 * @param title the title above the chart
 * @returns a self-contained SVG, for light and dark mode
 *
 * @example
 * const storm = simulate({ clients: 10, duration: 60_000 });
 * loadChart([{ name: 'no retry', storm }], 'a quiet minute').startsWith('<svg') // => true
 */
export function loadChart(storms: readonly Storm[], title: string): string {
  const until = Math.max(1, ...storms.map(({ storm }) => storm.until));
  const most = Math.max(1, ...storms.map(({ storm }) => Math.max(peakOf(storm), storm.capacity ?? 0)));
  const verticalScale = (from: number): Scale => scale(1.05 * most, from + panelHeight, from, 5);
  const left = leftEdge(96, verticalScale(0).marks.map(formatLoad));
  const x = scale(until, left, right, 9, clockStep);
  const names = outageNames(clipOutages(storms[0]!.storm.outages, until), x);
  const top = 104 + rowHeight * Math.max(0, ...names.map(({ row }) => row + 1));
  const bottom = top + panelDistance * storms.length - (panelDistance - panelHeight);
  const panels = storms.flatMap(({ name, storm }, index) => {
    const from = top + panelDistance * index;
    const outages = clipOutages(storm.outages, until);
    return loadPanel({ name, storm, outages, left, right, top: from, x, y: verticalScale(from) });
  });
  return svgDocument(width, bottom + 76, title, [
    ...legend(storms, left),
    ...panels,
    ...names.map(({ name, at, row }) => text(at, 74 + rowHeight * row, name, 'quiet middle')),
    ...x.marks.map((mark) => text(x(mark), bottom + 36, formatTime(mark), 'quiet middle')),
    text((left + right) / 2, bottom + 56, 'time', 'quiet middle'),
    verticalText(18, (top + bottom) / 2, 'attempts that reach the service, per second'),
  ]);
}

/** The names of outages, above the first panel. A name that is wider than its outage gets a row of its own. */
function outageNames(outages: readonly Outage[], x: Scale): { name: string; at: number; row: number }[] {
  return outages.map((outage, index) => {
    const [from, to, name] = [x(outage.from), x(outage.to), nameOf(outage)];
    return { name, at: (from + to) / 2, row: to - from > letterWidth * name.length ? 0 : index % 7 };
  });
}

/** The outages that began before the end, cut off at the end. */
const clipOutages = (outages: readonly Outage[], until: number): Outage[] =>
  outages.filter(({ from }) => from < until).map((outage) => ({ ...outage, to: Math.min(until, outage.to) }));

function legend(storms: readonly Storm[], left: number): string[] {
  const hasCircuit = storms.some(({ storm }) => storm.circuits > 0);
  return [
    legendEntry(left, 52, 'first attempts', 'f1'),
    legendEntry(left + 120, 52, 'retries', 'f2'),
    legendEntry(left + 198, 52, 'outage', 'outage'),
    line(left + 274, 47, left + 296, 47, 'limit'),
    text(left + 302, 52, 'service capacity', 'quiet'),
    ...(hasCircuit
      ? [
          legendEntry(left + 440, 52, 'circuit closed', 'f5'),
          legendEntry(left + 556, 52, 'half-open', 'f4'),
          legendEntry(left + 644, 52, 'open', 'f3'),
        ]
      : []),
  ];
}

function nameOf(outage: Outage): string {
  switch (outage.kind) {
    case 'down':
      return 'down';
    case 'brown-out':
      return `${formatPercent(outage.share)} fail`;
    case 'slow':
      return `${formatNumber(outage.factor, 1)} times slower`;
    case 'reduced':
      return `capacity ${formatNumber(outage.capacity)} per second`;
    case 'limited':
      return `at most ${formatNumber(outage.limit)} per second`;
  }
}
