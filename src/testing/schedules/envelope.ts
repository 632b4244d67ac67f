import { whole } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import { preview } from '../../policy/preview.js';
import { seededRandom } from '../../policy/seededRandom.js';
import { formatMs } from '../assertion/format.js';

/** The earliest and the latest time of one retry. */
export interface RetryWindow {
  /** The number of the attempt; the first retry is attempt 2. */
  readonly attempt: number;
  /** Milliseconds after the first failure, if every draw is 0. */
  readonly earliest: number;
  /**
   * Milliseconds after the first failure, as every draw approaches 1: an upper bound that no run reaches. Infinity: with
   * high draws the retry does not happen.
   */
  readonly latest: number;
}

/**
 * The earliest and the latest time of each retry over all random draws, if every attempt fails at once.
 *
 * The result is exact if a higher draw never makes a retry earlier. That holds for all combinations of the policies of
 * this library, with two exceptions: `smoothExponential` with a cap, and `followedBy` if draws decide when its first part
 * ends. The function tries hundreds of fixed draws and throws if one of them breaks this condition.
 *
 * @param policy the policy that retries
 * @param n the maximum number of retries: a whole number, at least 1
 * @param options.error the error of each attempt, as in {@link preview}
 * @throws RangeError | TypeError naming the option and the value; RangeError if a higher draw makes a retry earlier
 *
 * @example
 * envelope(exponentialBackoff({ base: 100, maxAttempts: 3 }), 5)
 * // => [{ attempt: 2, earliest: 50, latest: 150 }, { attempt: 3, earliest: 150, latest: 450 }]
 */
export function envelope(policy: Policy, n: number, options: { readonly error?: unknown } = {}): RetryWindow[] {
  checkPolicy('envelope', 'policy', policy);
  whole('envelope', 'n', n, 1);
  readOptions('envelope', options, { error: [anything, undefined] });
  const retryTimes = (draws: readonly number[]): number[] => {
    const { delays } = preview(policy, { ...options, failures: n, random: draws });
    let at = 0;
    return Array.from({ length: n }, (_, index) => (at = Math.min(at + timeAt(delays, index), limitAt(delays, index))));
  };
  checkMonotone(retryTimes, n);
  const latest = retryTimes(Array<number>(n).fill(1));
  return retryTimes(Array<number>(n).fill(0)).flatMap((earliest, index) =>
    earliest === Infinity ? [] : [{ attempt: index + 2, earliest, latest: timeAt(latest, index) }],
  );
}

/** The time of a retry; Infinity if there is none. */
const timeAt = (times: readonly number[], index: number): number => times[index] ?? Infinity;

/** The greatest possible time of a retry: the sum of long delays must not overflow to Infinity, which means "no retry". */
const limitAt = (delays: readonly number[], index: number): number =>
  index < delays.length ? Number.MAX_VALUE : Infinity;

/** How many random lists of draws are tried. */
const trials = 64;

/** Raises one draw at a time, in random lists of draws that contain many zeros and ones. */
function checkMonotone(retryTimes: (draws: readonly number[]) => number[], n: number): void {
  const random = seededRandom(1);
  const drawOne = (): number => {
    const draw = random();
    return draw < 0.25 ? 0 : draw > 0.75 ? 1 : random();
  };
  for (let trial = 0; trial < trials; trial += 1) {
    const low = Array.from({ length: n }, drawOne);
    const before = retryTimes(low);
    for (let raised = 0; raised < Math.min(n, 32); raised += 1) {
      const high = low.map((draw, index) => (index === raised ? Math.max(draw, drawOne()) : draw));
      const after = retryTimes(high);
      const earlier = after.findIndex((at, index) => at < timeAt(before, index) * (1 - 1e-9));
      if (earlier >= 0) throw monotonyError(earlier, [low, before[earlier]], [high, after[earlier]]);
    }
  }
}

type Sample = readonly [draws: readonly number[], at: number | undefined];

function monotonyError(index: number, before: Sample, after: Sample): RangeError {
  const describe = ([draws, at = Infinity]: Sample): string => {
    const used = draws.slice(0, index + 1).map((draw) => draw.toFixed(3));
    return `${at === Infinity ? 'not at all' : `after ${formatMs(at)}`} with the draws [${used.join(', ')}]`;
  };
  return new RangeError(
    `envelope: policy must not retry earlier for a higher draw, got attempt ${String(index + 2)} ${describe(before)}, ` +
      `but ${describe(after)}. The lowest and highest draws do not give its envelope`,
  );
}
