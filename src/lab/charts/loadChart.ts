import type { SimulationResult } from '../simulate.js';
import type { Outage } from '../model/outage.js';
import { digits, percent, time } from './format.js';
import { clockwise, scale, type Scale } from './scale.js';
import { area, box, drawing, key, line, text, type Point } from './svg.js';

/*
 * The storm: the load on the service over time, a panel for each policy, all on the same axes.
 */

/** A simulation and what it is called. */
export interface Storm {
  readonly name: string;
  readonly storm: SimulationResult;
}

const width = 900;
const [left, right] = [72, 700];
const panelHeight = 118;
const gap = 62;
const bandHeight = 12;
/** About. */
const letterWidth = 6.5;

/**
 * Draws storms one below the other on the same axes: first attempts and retries a second, what the service can do, the
 * outages shaded, and how long circuits were open.
 *
 * @param storms at least one; they should have the same duration
 * @param title what to write above them
 * @returns an SVG that stands alone, for light and dark pages
 *
 * @example
 * const storm = simulate({ clients: 10, duration: 60_000 });
 * loadChart([{ name: 'no retry', storm }], 'a quiet minute').startsWith('<svg') // => true
 */
export function loadChart(storms: readonly Storm[], title: string): string {
  const until = Math.max(1, ...storms.map(({ storm }) => storm.until));
  const peaks = storms.map(({ storm }) => Math.max(...storm.series.attempts.map((count) => perSecond(storm, count))));
  const capacities = storms.map(({ storm }) => storm.capacity ?? 0);
  const top = 104;
  const heightOf = panelHeight + gap;
  const bottom = top + heightOf * storms.length - gap;
  const x = scale(until, left, right, 9, clockwise);
  const most = Math.max(1, ...peaks, ...capacities);

  const panels = storms.flatMap(({ name, storm }, index) => {
    const from = top + heightOf * index;
    const y = scale(1.05 * most, from + panelHeight, from, 5);
    return [
      ...shown(storm.outages, until).map(({ from: begun, to }) =>
        box(x(begun), from, x(to) - x(begun), panelHeight, 'outage'),
      ),
      ...y.marks.flatMap((mark) => [
        line(left, y(mark), right, y(mark), mark === 0 ? 'axis' : 'grid'),
        text(left - 8, y(mark) + 4, digits(mark), 'quiet end'),
      ]),
      text(left, from - 12, name, 'title'),
      ...loads(storm, x, y),
      ...(storm.capacity === undefined ? [] : [line(left, y(storm.capacity), right, y(storm.capacity), 'limit')]),
      ...band(storm, x, from + panelHeight + 4),
      ...facts(storm, Number(peaks[index]), from),
    ];
  });
  const words = shown(storms[0]!.storm.outages, until).map((outage, index) => {
    const [begun, over, name] = [x(outage.from), x(outage.to), nameOf(outage)];
    // Who is too wide for its outage has a row of its own.
    const row = over - begun > letterWidth * name.length ? 0 : index % 7;
    return text((begun + over) / 2, top + 13 + 15 * row, name, 'quiet middle');
  });
  return drawing(width, bottom + 76, title, [
    ...legend(storms),
    ...panels,
    ...words,
    ...x.marks.map((mark) => text(x(mark), bottom + 36, time(mark), 'quiet middle')),
    text((left + right) / 2, bottom + 56, 'time', 'quiet middle'),
    `<g transform="translate(20 ${String((top + bottom) / 2)}) rotate(-90)">${text(0, 0, 'attempts that reach the service, a second', 'quiet middle')}</g>`,
  ]);
}

/** Those that began before the end, as far as they are seen. */
const shown = (outages: readonly Outage[], until: number): Outage[] =>
  outages.filter(({ from }) => from < until).map((outage) => ({ ...outage, to: Math.min(until, outage.to) }));

/** How many a second are so many in a slot. */
const perSecond = ({ slot }: SimulationResult, count: number): number => (1000 * count) / slot;

/** First attempts, and retries on top of them, in steps. */
function loads(storm: SimulationResult, x: Scale, y: Scale): string[] {
  const { attempts, retries } = storm.series;
  const steps = (height: (index: number) => number): Point[] =>
    attempts.flatMap((_, index): Point[] => {
      const level = y(perSecond(storm, height(index)));
      return [
        [x(index * storm.slot), level],
        [x(Math.min(storm.until, (index + 1) * storm.slot)), level],
      ];
    });
  const all = steps((index) => Number(attempts[index]));
  const firsts = steps((index) => Number(attempts[index]) - Number(retries[index]));
  const ground = y(0);
  return [
    area([...all, ...[...firsts].reverse()], 'f2'),
    area([[x(0), ground], ...firsts, [x(storm.until), ground]], 'f1'),
  ];
}

/** When circuits were open: stretches of slots that look the same. */
function band(storm: SimulationResult, x: Scale, y: number): string[] {
  const { open, halfOpen } = storm.series;
  if (storm.circuits === 0) return [];
  const parts: string[] = [box(x(0), y, x(storm.until) - x(0), bandHeight, 'f5')];
  const paint = (series: readonly number[], kind: string, below: readonly number[]): void => {
    series.forEach((share, index) => {
      if (share === 0) return;
      const height = bandHeight * Math.min(1, share);
      const from = y + bandHeight * Math.min(1, Number(below[index]));
      parts.push(box(x(index * storm.slot), from, x(storm.slot) - x(0) + 0.2, height, kind));
    });
  };
  paint(
    open,
    'f3',
    open.map(() => 0),
  );
  paint(halfOpen, 'f4', open);
  return [...parts, text(left - 8, y + 10, 'circuit', 'quiet end')];
}

/** What it came to, beside the panel. */
function facts({ totals, outages, series, slot }: SimulationResult, peak: number, top: number): string[] {
  const { calls, lost, amplification, recovery } = totals;
  const over = outages.at(-1)?.to ?? Infinity;
  const rest = series.attempts.length * slot > over;
  const lines = [
    `${digits(amplification, 2)} attempts per call`,
    `peak ${digits(peak)} a second`,
    `${percent(lost / Math.max(1, calls))} of calls lost`,
    ...(rest
      ? [
          recovery === undefined
            ? 'not recovered'
            : `recovered ${recovery === 0 ? 'at once' : `within ${time(recovery)}`}`,
        ]
      : []),
  ];
  return lines.map((each, index) => text(right + 16, top + 14 + 19 * index, each, index === 0 ? 'title' : ''));
}

function legend(storms: readonly Storm[]): string[] {
  const hasCircuit = storms.some(({ storm }) => storm.circuits > 0);
  return [
    key(left, 52, 'first attempts', 'f1'),
    key(left + 120, 52, 'retries', 'f2'),
    key(left + 198, 52, 'outage', 'outage'),
    line(left + 274, 47, left + 296, 47, 'limit'),
    text(left + 302, 52, 'what it can answer', 'quiet'),
    ...(hasCircuit
      ? [
          key(left + 440, 52, 'circuit closed', 'f5'),
          key(left + 556, 52, 'half-open', 'f4'),
          key(left + 644, 52, 'open', 'f3'),
        ]
      : []),
  ];
}

function nameOf(outage: Outage): string {
  switch (outage.kind) {
    case 'down':
      return 'down';
    case 'brown-out':
      return `${percent(outage.share)} fail`;
    case 'slow':
      return `${digits(outage.factor, 1)} times slower`;
    case 'limited':
      return `at most ${digits(outage.limit)} a second`;
  }
}
