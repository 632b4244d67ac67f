import type { Schedule } from '../schedule.js';
import type { SimulationResult } from '../simulate.js';
import { digits, percent, time } from '../charts/format.js';

/*
 * A storm in sentences. Each says a number that was measured, and none says what to think of it.
 */

/** What is read. */
export interface SummaryInput {
  readonly storm: SimulationResult;
  /** The policy's schedule, as far as it goes: looked at for more retries than a call made. */
  readonly schedule: Schedule;
  /** The same storm without the circuit, and without the budget, where there is one. */
  readonly withoutCircuit?: SimulationResult | undefined;
  readonly withoutBudget?: SimulationResult | undefined;
}

/**
 * Reads a storm: what it multiplied, whether retries came in herds, what the circuit and the budget saved and cost, whether
 * the cap and the last attempts were of use, and how the service recovered.
 *
 * @example
 * const policy = fixedRetry({ maxAttempts: 3, delay: 1000 });
 * const outages = [{ kind: 'down', from: 1000, to: 9000 }] as const;
 * const calls = { every: Infinity, bursts: [2000], burstSpread: 0 };
 * const storm = simulate({ clients: 100, policy, calls, service: { latency: 20, outages }, duration: 10_000 });
 * summarize({ storm, schedule: schedule(policy) })[1] // => 'Without jitter, 50 % of retries fall in the same 100 ms.'
 */
export function summarize(it: SummaryInput): string[] {
  return [load(it), herd(it), ...savings(it), ...cap(it), ...spare(it), ...losses(it), ...recovery(it)];
}

function load({ storm: { totals } }: SummaryInput): string {
  const { amplification, attempts, calls, failedAttempts } = totals;
  const failed = percent(failedAttempts / Math.max(1, attempts));
  return `${digits(calls)} calls made ${digits(attempts)} attempts, ${digits(amplification, 2)} for each; ${failed} of them failed.`;
}

/** Of fewer a share says nothing. */
const enough = 100;

function herd({ storm: { retries }, schedule: { isJittered: isSpread } }: SummaryInput): string {
  if (retries.total === 0) return 'Nothing was retried.';
  if (retries.total < enough) return `Only ${digits(retries.total)} attempts were retries.`;
  const share = percent(retries.busiest100ms / retries.total);
  return isSpread
    ? `With jitter, the busiest 100 ms hold ${share} of retries.`
    : `Without jitter, ${share} of retries fall in the same 100 ms.`;
}

function savings({ storm, withoutCircuit, withoutBudget }: SummaryInput): string[] {
  const saved = (name: string, without: SimulationResult | undefined): string[] => {
    if (without === undefined || without.totals.attempts === 0) return [];
    const share = 1 - storm.totals.attempts / without.totals.attempts;
    const what =
      share >= 0
        ? `The ${name} saved ${percent(share)} of the attempts (${digits(without.totals.attempts)} without it)`
        : `The ${name} made ${percent(-share)} more attempts (${digits(without.totals.attempts)} without it)`;
    const more = storm.totals.lost - without.totals.lost;
    if (more === 0) return [`${what}, and changed nothing about how many calls were lost.`];
    return [`${what}, and ${digits(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} calls were lost.`];
  };
  return [...saved('circuit', withoutCircuit), ...saved('budget', withoutBudget)];
}

/** The most retries that a call made which has ended. */
const deepest = ({ perCall }: SimulationResult): number => Math.max(0, perCall.attempts.length - 2);

function cap({ storm, schedule }: SummaryInput): string[] {
  if (storm.retries.total === 0) return [];
  const longest = time(storm.retries.longestWait);
  const waits = schedule.retries.map(({ wait }) => wait[1]);
  if (schedule.cap === undefined) {
    const grows = Number(waits.at(-1)) > Number(waits[0]);
    return grows ? [`No cap is reached: waits grow to the last, and the longest was ${longest}.`] : [];
  }
  const { wait, from } = schedule.cap;
  return deepest(storm) >= from
    ? [`The cap of ${time(wait)} is reached, from retry ${digits(from)} on; the longest wait was ${longest}.`]
    : [`The cap of ${time(wait)} is never reached: it begins with retry ${digits(from)}, and no call got there.`];
}

function spare({ storm, schedule }: SummaryInput): string[] {
  const most = schedule.retries.length;
  const used = deepest(storm);
  if (schedule.reason !== 'retries' || used >= most) return [];
  return [`No call made more than ${digits(used + 1)} of its ${digits(most + 1)} attempts.`];
}

function losses({ storm: { totals } }: SummaryInput): string[] {
  const { calls, lost, lossReasons } = totals;
  if (lost === 0) return ['No call was lost.'];
  const reasons = Object.entries(lossReasons).sort(([, one], [, other]) => other - one);
  const told = reasons.map(([reason, count]) => `${percent(count / lost)} to ${reason}`);
  return [`${percent(lost / calls)} of calls were lost: ${told.join(', ')}.`];
}

function recovery({ storm }: SummaryInput): string[] {
  const over = storm.outages.at(-1)?.to ?? Infinity;
  if (over >= storm.until) return [];
  const { recovery: ms } = storm.totals;
  if (ms === undefined) {
    return [`It had not recovered ${time(storm.until - over)} after the outage, when the simulation ended.`];
  }
  return [ms === 0 ? 'It recovered at once.' : `It recovered within ${time(ms)} after the outage.`];
}
