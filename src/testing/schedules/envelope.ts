import { record, whole } from '../../options.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import { preview } from '../../policy/preview.js';
import { seededRandom } from '../../policy/seededRandom.js';
import { inMs } from '../report/text.js';

/** When a retry may happen. */
export interface RetryWindow {
  /** The attempt that it is; the first retry is attempt 2. */
  readonly attempt: number;
  /** Milliseconds after the first failure, with the lowest draws. */
  readonly earliest: number;
  /** The same for draws that go to 1: a limit that no run reaches. Infinity: with late draws it does not happen at all. */
  readonly latest: number;
}

/**
 * The earliest and the latest instant of each retry, whatever chance does, if every attempt fails at once.
 *
 * Exact wherever each instant grows with each draw: in all expressions without `followedBy` and
 * `smoothExponential`; in the latter too without a cap; and in the former where chance cannot decide when its first
 * part ends. A policy is a closed box, so monotony is tried with hundreds of draws, always the same ones: one that is
 * seen to break it is rejected, with the draws, because its envelope cannot be told from its corners.
 *
 * @param policy whose retries
 * @param n how many retries at most: a whole number, at least 1
 * @param options.error what each attempt fails with, as in {@link preview}
 * @throws RangeError | TypeError naming the option and the value; RangeError for a policy with an instant that falls when
 * a draw rises
 *
 * @example
 * envelope(exponentialBackoff({ base: 100, maxAttempts: 3 }), 5)
 * // => [{ attempt: 2, earliest: 50, latest: 150 }, { attempt: 3, earliest: 150, latest: 450 }]
 */
export function envelope(policy: Policy, n: number, options: { readonly error?: unknown } = {}): RetryWindow[] {
  checkPolicy('envelope', 'policy', policy);
  whole('envelope', 'n', n, 1);
  record('envelope', options);
  const instants = (draws: readonly number[]): number[] => {
    const { delays } = preview(policy, { ...options, failures: n, random: draws });
    let at = 0;
    return Array.from({ length: n }, (_, index) => (at = Math.min(at + timeIn(delays, index), last(delays, index))));
  };
  refuseUnlessMonotone(instants, n);
  const latest = instants(Array<number>(n).fill(1));
  return instants(Array<number>(n).fill(0)).flatMap((earliest, index) =>
    earliest === Infinity ? [] : [{ attempt: index + 2, earliest, latest: timeIn(latest, index) }],
  );
}

/** Infinity of a retry that there is not. */
const timeIn = (times: readonly number[], index: number): number => times[index] ?? Infinity;

/** The greatest instant of a retry that happens: a sum that overflows is not a no. */
const last = (delays: readonly number[], index: number): number =>
  index < delays.length ? Number.MAX_VALUE : Infinity;

const schedules = 64;

/** Raises one draw at a time, from corners and from anywhere. */
function refuseUnlessMonotone(instants: (draws: readonly number[]) => number[], n: number): void {
  const random = seededRandom(1);
  const anywhere = (): number => {
    const draw = random();
    return draw < 0.25 ? 0 : draw > 0.75 ? 1 : random();
  };
  for (let schedule = 0; schedule < schedules; schedule += 1) {
    const low = Array.from({ length: n }, anywhere);
    const before = instants(low);
    for (let raised = 0; raised < Math.min(n, 32); raised += 1) {
      const high = low.map((draw, index) => (index === raised ? Math.max(draw, anywhere()) : draw));
      const after = instants(high);
      const fallen = after.findIndex((at, index) => at < timeIn(before, index) * (1 - 1e-9));
      if (fallen >= 0) complain(fallen, [low, before[fallen]], [high, after[fallen]]);
    }
  }
}

type Seen = readonly [draws: readonly number[], at: number | undefined];

function complain(fallen: number, before: Seen, after: Seen): never {
  const told = ([draws, at = Infinity]: Seen): string => {
    const heard = draws.slice(0, fallen + 1).map((draw) => draw.toFixed(3));
    return `${at === Infinity ? 'not at all' : `after ${inMs(at)}`} with the draws [${heard.join(', ')}]`;
  };
  throw new RangeError(
    `envelope: policy must retry no earlier for a higher draw, got attempt ${String(fallen + 2)} ${told(before)}, ` +
      `but ${told(after)}; its envelope is not that of its lowest and highest draws`,
  );
}
