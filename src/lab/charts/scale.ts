/** From values to places, in a straight line. */
export interface Scale {
  (value: number): number;
  /** Round values at which to draw marks, the last at or below the end. */
  readonly marks: readonly number[];
}

/** A scale from 0 to `most`, drawn from one place to another, with about so many marks of a round step. */
export function scale(
  most: number,
  from: number,
  to: number,
  marks: number,
  steps: (least: number) => number = tenfold,
): Scale {
  const least = most / marks;
  const step = steps(least);
  const places = Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
  return Object.assign((value: number) => from + (value / most) * (to - from), { marks: places });
}

/** The next of 1, 2, 5, 10, 20, 50 .. */
export function tenfold(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((round) => round * power).find((value) => value >= least * (1 - 1e-9))!;
}

/** The next step in milliseconds that is round on a clock. */
export function clockwise(least: number): number {
  const round = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].find((seconds) => seconds * 1000 >= least);
  return least <= 500 ? tenfold(least) : round === undefined ? 3_600_000 * tenfold(least / 3_600_000) : round * 1000;
}
