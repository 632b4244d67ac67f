import type { AmplificationPoint } from '../amplification.js';
import { formatNumber, formatTime } from './format.js';
import { clockStep, scale } from './scale.js';
import { curve, dot, leftEdge, line, svgDocument, text, verticalText, type Point } from './svg.js';

/*
 * Amplification against the length of the outage: one curve per policy, with its name at the end.
 */

/** The result of {@link amplification} for one policy, and its name. */
export interface AmplificationSeries {
  readonly name: string;
  readonly points: readonly AmplificationPoint[];
}

const width = 900;
const [right, top, bottom] = [640, 56, 340];

/**
 * Draws how many attempts per call reach a service while it is down, against how long it is down.
 *
 * @param series at most five, because there are five colours
 * @param title the title above the chart
 * @returns a self-contained SVG, for light and dark mode
 *
 * @example
 * const points = amplification({ clients: 100, duration: 60_000 }, [1000, 10_000]);
 * amplificationChart([{ name: 'no retry', points }], 'amplification').startsWith('<svg') // => true
 */
export function amplificationChart(series: readonly AmplificationSeries[], title: string): string {
  const all = series.flatMap(({ points }) => points);
  const y = scale(1.08 * Math.max(1, ...all.map(({ amplification }) => amplification)), bottom, top, 6);
  const marks = y.marks.map((mark) => formatNumber(mark, 1));
  const left = leftEdge(72, marks);
  const x = scale(Math.max(1, ...all.map(({ outage }) => outage)), left, right, 8, clockStep);
  const labels = spreadLabels(series.map(({ points }) => y(points.at(-1)?.amplification ?? 0)));
  const curves = series.flatMap(({ name, points }, index) => {
    const colour = (index % 5) + 1;
    const path = points.map(({ outage, amplification }): Point => [x(outage), y(amplification)]);
    const [endX, endY] = path.at(-1) ?? [x(0), y(0)];
    const label = labels[index]!;
    return [
      curve(path, `curve s${String(colour)}`),
      ...path.map(([pointX, pointY]) => dot(pointX, pointY, 3.5, colour === 4 ? 'f6' : `f${String(colour)}`)),
      line(endX + 5, endY, right + 14, label, 'grid'),
      text(right + 18, label + 4, name, 'title'),
    ];
  });
  return svgDocument(width, bottom + 62, title, [
    ...y.marks.flatMap((mark, index) => [
      line(left, y(mark), right, y(mark), mark === 0 ? 'axis' : 'grid'),
      text(left - 8, y(mark) + 4, marks[index]!, 'quiet end'),
    ]),
    ...x.marks.map((mark) => text(x(mark), bottom + 20, formatTime(mark), 'quiet middle')),
    ...curves,
    text((left + right) / 2, bottom + 42, 'length of the outage', 'quiet middle'),
    verticalText(22, (top + bottom) / 2, 'attempts per call during the outage'),
  ]);
}

/** Moves labels up until none covers another. Returns their y coordinates in the given order. */
function spreadLabels(wanted: readonly number[]): number[] {
  const fromBottom = wanted.map((_, index) => index).sort((one, other) => Number(wanted[other]) - Number(wanted[one]));
  const moved = [...wanted];
  let above = Infinity;
  for (const index of fromBottom) {
    above = Math.min(Number(wanted[index]), above - 16);
    moved[index] = above;
  }
  return moved;
}
