import type { Preview } from '../../policy/preview.js';
import { formatMs, formatTable } from '../assertion/format.js';

/*
 * Compares expected delays with those of a policy.
 */

const isClose = (actual: number | undefined, expected: number): boolean =>
  actual !== undefined && Math.abs(actual - expected) <= 1e-9 * expected;

/** Whether two lists of delays are equal, apart from rounding. */
export const areClose = (actual: readonly number[], expected: readonly number[]): boolean =>
  expected.every((ms, index) => isClose(actual[index], ms)) && actual.length === expected.length;

/**
 * A table of expected and actual delays, one row per attempt, with a remark where they differ.
 *
 * @param noRetry the text for an attempt that is not expected
 * @param hint what to try if the policy gave up because of the error
 */
export function delayTable(
  expected: readonly number[],
  { delays, reason }: Preview,
  noRetry: string,
  hint: string,
): string {
  const end = reason === 'error' ? `${reason}${hint}` : reason;
  const rows = Array.from({ length: Math.max(expected.length, delays.length, 1) }, (_, index) => {
    const [wanted, got] = [expected[index], delays[index]];
    return [
      String(index + 2),
      wanted === undefined ? noRetry : formatMs(wanted),
      got === undefined ? 'no retry' : formatMs(got),
      remark(wanted, got, index === delays.length ? end : undefined),
    ];
  });
  return formatTable([['attempt', 'expected', 'got'], ...rows]);
}

function remark(wanted: number | undefined, got: number | undefined, end: string | undefined): string {
  if (got === undefined) return end === undefined ? '' : `<- gave up: ${end}`;
  if (wanted === undefined) return '<- one retry too many';
  if (isClose(got, wanted)) return '';
  return got > wanted ? `<- ${formatMs(got - wanted)} longer` : `<- ${formatMs(wanted - got)} shorter`;
}
