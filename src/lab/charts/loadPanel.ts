import type { SimulationResult } from '../results/result.js';
import type { Outage } from '../model/outage.js';
import { formatNumber, formatPercent, formatTime } from './format.js';
import type { Scale } from './scale.js';
import { area, box, line, text, type Point } from './svg.js';

/*
 * One panel of a load chart: the load, the band of the circuits below it, and the results beside it.
 */

/** The height of a panel. */
export const panelHeight = 118;

const bandHeight = 12;

/** What a panel shows, and where. */
interface Panel {
  readonly name: string;
  readonly storm: SimulationResult;
  readonly outages: readonly Outage[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly x: Scale;
  readonly y: Scale;
}

export function loadPanel({ name, storm, outages, left, right, top, x, y }: Panel): string[] {
  return [
    ...outages.map(({ from, to }) => box(x(from), top, x(to) - x(from), panelHeight, 'outage')),
    ...y.marks.flatMap((mark) => [
      line(left, y(mark), right, y(mark), mark === 0 ? 'axis' : 'grid'),
      text(left - 8, y(mark) + 4, formatLoad(mark), 'quiet end'),
    ]),
    text(left, top - 12, name, 'title'),
    ...loadAreas(storm, x, y),
    ...(storm.capacity === undefined ? [] : [line(left, y(storm.capacity), right, y(storm.capacity), 'limit')]),
    ...(storm.circuits === 0 ? [] : circuitBand(storm, x, top + panelHeight + 8, left)),
    ...factsOf(storm).map((fact, index) => text(right + 16, top + 14 + 19 * index, fact, index === 0 ? 'title' : '')),
  ];
}

/** A mark of the load axis. Marks of a small load are not whole. */
export const formatLoad = (mark: number): string => formatNumber(mark, 1);

/** The most attempts per second. */
export const peakOf = (storm: SimulationResult): number => perSecond(storm, Math.max(...storm.series.attempts));

/** Converts a count per slot to a rate per second. */
const perSecond = ({ slot }: SimulationResult, count: number): number => (1000 * count) / slot;

/** First attempts, and retries on top of them, as steps. */
function loadAreas(storm: SimulationResult, x: Scale, y: Scale): string[] {
  const { attempts, retries } = storm.series;
  const stepsOf = (counts: readonly number[]): Point[] =>
    counts.flatMap((count, index): Point[] => {
      const height = y(perSecond(storm, count));
      return [
        [x(index * storm.slot), height],
        [x(Math.min(storm.until, (index + 1) * storm.slot)), height],
      ];
    });
  const all = stepsOf(attempts);
  const firstAttempts = stepsOf(attempts.map((count, index) => count - Number(retries[index])));
  return [
    area([...all, ...[...firstAttempts].reverse()], 'f2'),
    area([[x(0), y(0)], ...firstAttempts, [x(storm.until), y(0)]], 'f1'),
  ];
}

/** When circuits were open and half-open. In each slot the height of a colour is the share of circuits and time. */
function circuitBand(storm: SimulationResult, x: Scale, top: number, left: number): string[] {
  const { open, halfOpen } = storm.series;
  const boxes = (shares: readonly number[], sharesAbove: readonly number[], kind: string): string[] =>
    shares.flatMap((share, index) => {
      if (share === 0) return [];
      const from = top + bandHeight * Math.min(1, sharesAbove[index] ?? 0);
      return [box(x(index * storm.slot), from, x(storm.slot) - x(0) + 0.2, bandHeight * Math.min(1, share), kind)];
    });
  return [
    box(x(0), top, x(storm.until) - x(0), bandHeight, 'f5'),
    ...boxes(open, [], 'f3'),
    ...boxes(halfOpen, open, 'f4'),
    text(left - 8, top + 10, 'circuit', 'quiet end'),
  ];
}

/** The results of a simulation in a few words each. */
function factsOf(storm: SimulationResult): string[] {
  const { totals, outages, series, slot, waits } = storm;
  const { calls, lost, amplification } = totals;
  const outageEnd = outages.at(-1)?.to ?? Infinity;
  const isOutageOver = series.attempts.length * slot > outageEnd;
  return [
    `${formatNumber(amplification, 2)} attempts per call`,
    `peak ${formatNumber(peakOf(storm))} per second`,
    `${formatPercent(lost / Math.max(1, calls))} of calls lost`,
    ...(waits.total > 0 ? [`up to ${formatNumber(waits.most)} wait at gates`] : []),
    ...(isOutageOver ? [recoveryText(totals.recovery)] : []),
  ];
}

function recoveryText(recovery: number | undefined): string {
  if (recovery === undefined) return 'not recovered';
  return recovery === 0 ? 'recovered at once' : `recovered within ${formatTime(recovery)}`;
}
