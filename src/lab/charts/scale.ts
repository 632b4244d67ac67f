/** Maps values to coordinates, linearly. */
export interface Scale {
  (value: number): number;
  /** Round values at which to draw marks. The last one is at most the end of the scale. */
  readonly marks: readonly number[];
}

/**
 * A scale for values from 0 to `most`, drawn from one coordinate to another, with about `marks` marks.
 *
 * @param nextStep finds the smallest round step between marks that is at least its argument
 */
export function scale(
  most: number,
  from: number,
  to: number,
  marks: number,
  nextStep: (least: number) => number = decimalStep,
): Scale {
  const step = nextStep(most / marks);
  const values = Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
  return Object.assign((value: number) => from + (value / most) * (to - from), { marks: values });
}

/** The smallest of 1, 2, 5, 10, 20, 50 .. that is at least `least`. */
export function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((round) => round * power).find((value) => value >= least * (1 - 1e-9))!;
}

/** The smallest step in milliseconds that is round on a clock and at least `least`. */
export function clockStep(least: number): number {
  const round = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].find((seconds) => seconds * 1000 >= least);
  return least <= 500
    ? decimalStep(least)
    : round === undefined
      ? 3_600_000 * decimalStep(least / 3_600_000)
      : round * 1000;
}
