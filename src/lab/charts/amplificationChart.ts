import type { AmplificationPoint } from '../amplification.js';
import { digits, time } from './format.js';
import { clockwise, scale } from './scale.js';
import { curve, dot, drawing, line, text, type Point } from './svg.js';

/*
 * Amplification against the length of the outage: a curve for each policy, each with a name at its end.
 */

/** What {@link amplification} answered, and what it is called. */
export interface AmplificationSeries {
  readonly name: string;
  readonly points: readonly AmplificationPoint[];
}

const width = 900;
const [left, right, top, bottom] = [72, 640, 56, 340];

/**
 * Draws how many attempts a service sees for each call while it is down, against how long it is down.
 *
 * @param growths at most five can be told apart
 * @param title what to write above them
 * @returns an SVG that stands alone, for light and dark pages
 *
 * @example
 * const points = amplification({ clients: 100, duration: 60_000 }, [1000, 10_000]);
 * amplificationChart([{ name: 'no retry', points }], 'growth').startsWith('<svg') // => true
 */
export function amplificationChart(growths: readonly AmplificationSeries[], title: string): string {
  const all = growths.flatMap(({ points }) => points);
  const x = scale(Math.max(1, ...all.map(({ outage }) => outage)), left, right, 8, clockwise);
  const y = scale(1.08 * Math.max(1, ...all.map(({ amplification }) => amplification)), bottom, top, 6);
  const labels = apart(growths.map(({ points }) => y(points.at(-1)?.amplification ?? 0)));
  const curves = growths.flatMap(({ name, points }, index) => {
    const colour = (index % 5) + 1;
    const places = points.map(({ outage, amplification }): Point => [x(outage), y(amplification)]);
    const [endX, endY] = places.at(-1) ?? [x(0), y(0)];
    const label = labels[index]!;
    return [
      curve(places, `curve s${String(colour)}`),
      ...places.map(([placeX, placeY]) => dot(placeX, placeY, 3.5, colour === 4 ? 'f6' : `f${String(colour)}`)),
      line(endX + 5, endY, right + 14, label, 'grid'),
      text(right + 18, label + 4, name, 'title'),
    ];
  });
  return drawing(width, bottom + 62, title, [
    ...y.marks.flatMap((mark) => [
      line(left, y(mark), right, y(mark), mark === 0 ? 'axis' : 'grid'),
      text(left - 8, y(mark) + 4, digits(mark, 1), 'quiet end'),
    ]),
    ...x.marks.map((mark) => text(x(mark), bottom + 20, time(mark), 'quiet middle')),
    ...curves,
    text((left + right) / 2, bottom + 42, 'how long the service is down', 'quiet middle'),
    `<g transform="translate(22 ${String((top + bottom) / 2)}) rotate(-90)">${text(0, 0, 'attempts it sees for each call meanwhile', 'quiet middle')}</g>`,
  ]);
}

/** Places of labels that do not cover each other, in the order of the given ones. */
function apart(places: readonly number[]): number[] {
  const order = places.map((_, index) => index).sort((one, other) => Number(places[other]) - Number(places[one]));
  const moved = [...places];
  let above = Infinity;
  for (const index of order) {
    above = Math.min(Number(places[index]), above - 16);
    moved[index] = above;
  }
  return moved;
}
