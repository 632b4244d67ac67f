import type { CircuitBreaker } from '../../gates/circuit/circuitBreaker.js';
import type { Schedule } from '../schedule.js';
import type { SimulationResult } from './result.js';
import { formatNumber, formatPercent, formatTime } from '../charts/format.js';
import { describeShortTimes } from './shortTimes.js';

/*
 * A simulation in sentences. Each sentence states a measured number. None of them judges it.
 */

/** What {@link summarize} describes. */
export interface SummaryInput {
  readonly storm: SimulationResult;
  /** The schedule of the policy. It should have more retries than any call made. */
  readonly schedule: Schedule;
  /** The circuit, to check its times. */
  readonly circuit?: CircuitBreaker | undefined;
  /** The same simulation without the circuit, and without the budget, if it has one. */
  readonly withoutCircuit?: SimulationResult | undefined;
  readonly withoutBudget?: SimulationResult | undefined;
  /** The same without the gates that make calls wait. */
  readonly withoutGates?: SimulationResult | undefined;
}

/**
 * Describes a simulation in sentences: how many attempts calls made, whether retries came at the same time, what the circuit,
 * the budget and the gates saved and cost, how long attempts waited for gates, whether the cap and the last attempts were used, how the service recovered, and whether a
 * time is so short that it may be seconds by mistake.
 *
 * @example
 * const policy = fixedRetry({ maxAttempts: 3, delay: 1000 });
 * const outages = [{ kind: 'down', from: 1000, to: 9000 }] as const;
 * const calls = { every: Infinity, bursts: [2000], burstSpread: 0 };
 * const storm = simulate({ clients: 100, policy, calls, service: { latency: 20, outages }, duration: 10_000 });
 * summarize({ storm, schedule: schedule(policy) })[1] // => 'Without jitter, 50 % of the retries fell in the same 100 ms.'
 */
export function summarize(input: SummaryInput): string[] {
  return [
    describeLoad(input),
    describeBusiestMoment(input),
    ...describeSavings('circuit', input.storm, input.withoutCircuit),
    ...describeSavings('budget', input.storm, input.withoutBudget),
    ...describeSavings('gates', input.storm, input.withoutGates),
    ...describeWaits(input),
    ...describeCap(input),
    ...describeUnusedAttempts(input),
    ...describeLosses(input),
    ...describeRecovery(input),
    ...describeShortTimes(input.schedule, input.circuit),
  ];
}

function describeLoad({ storm: { totals } }: SummaryInput): string {
  const { amplification, attempts, calls, failedAttempts } = totals;
  const failed = formatPercent(failedAttempts / Math.max(1, attempts));
  return `${formatNumber(calls)} calls made ${formatNumber(attempts)} attempts (${formatNumber(amplification, 2)} per call), and ${failed} of the attempts failed.`;
}

/** A share of fewer retries means little. */
const minRetries = 100;

function describeBusiestMoment({ storm: { retries }, schedule: { isJittered } }: SummaryInput): string {
  if (retries.total === 0) return 'There were no retries.';
  if (retries.total === 1) return 'Only 1 attempt was a retry.';
  if (retries.total < minRetries) return `Only ${formatNumber(retries.total)} attempts were retries.`;
  const share = formatPercent(retries.busiest100ms / retries.total);
  return isJittered
    ? `With jitter, the busiest 100 ms had ${share} of the retries.`
    : `Without jitter, ${share} of the retries fell in the same 100 ms.`;
}

function describeSavings(
  name: 'circuit' | 'budget' | 'gates',
  storm: SimulationResult,
  without: SimulationResult | undefined,
): string[] {
  if (without === undefined || without.totals.attempts === 0) return [];
  const saved = 1 - storm.totals.attempts / without.totals.attempts;
  const before = formatNumber(without.totals.attempts);
  const it = name === 'gates' ? 'them' : 'it';
  const attempts =
    saved >= 0
      ? `The ${name} saved ${formatPercent(saved)} of the ${before} attempts made without ${it}`
      : `With the ${name} there were ${formatPercent(-saved)} more attempts than the ${before} without ${it}`;
  const moreLost = storm.totals.lost - without.totals.lost;
  if (moreLost === 0) return [`${attempts}, and as many calls were lost.`];
  return [`${attempts}, and ${formatNumber(Math.abs(moreLost))} ${moreLost > 0 ? 'more' : 'fewer'} calls were lost.`];
}

function describeWaits({ storm: { waits } }: SummaryInput): string[] {
  const { total, most, time } = waits;
  if (total === 0) return [];
  return [
    `${formatNumber(total)} attempts waited for a gate, up to ${formatNumber(most)} at the same time: half of them for at most ${formatTime(time.p50)}, the longest for ${formatTime(time.max)}.`,
  ];
}

/** The most retries of a call that has ended. */
const maxRetriesOf = ({ perCall }: SimulationResult): number => Math.max(0, perCall.attempts.length - 2);

function describeCap({ storm, schedule }: SummaryInput): string[] {
  if (storm.retries.total === 0) return [];
  const longest = formatTime(storm.retries.longestWait);
  const waits = schedule.retries.map(({ wait }) => wait[1]);
  if (schedule.cap === undefined) {
    const grows = Number(waits.at(-1)) > Number(waits[0]);
    return grows ? [`No cap is reached: the waits grow to the last retry, and the longest was ${longest}.`] : [];
  }
  const cap = `The cap of ${formatTime(schedule.cap.wait)} applies from retry ${formatNumber(schedule.cap.from)} on`;
  return maxRetriesOf(storm) >= schedule.cap.from
    ? [`${cap}, and the longest wait was ${longest}.`]
    : [`${cap}, and no call made that many retries.`];
}

function describeUnusedAttempts({ storm, schedule }: SummaryInput): string[] {
  const allowed = schedule.retries.length;
  const used = maxRetriesOf(storm);
  const isLimited = schedule.reason === 'retries' || schedule.reason === 'exhausted';
  if (!isLimited || used >= allowed) return [];
  return [`No call made more than ${formatNumber(used + 1)} of its ${formatNumber(allowed + 1)} attempts.`];
}

function describeLosses({ storm: { totals } }: SummaryInput): string[] {
  const { calls, lost, lossReasons } = totals;
  if (lost === 0) return ['No call was lost.'];
  const byReason = Object.entries(lossReasons)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => `${formatPercent(count / lost)} ${reason}`);
  return [`${formatPercent(lost / calls)} of the calls were lost, by reason: ${byReason.join(', ')}.`];
}

function describeRecovery({ storm }: SummaryInput): string[] {
  const outageEnd = storm.outages.at(-1)?.to ?? Infinity;
  if (outageEnd >= storm.until) return [];
  const { recovery } = storm.totals;
  if (recovery === undefined) {
    return [
      `The service had not recovered ${formatTime(storm.until - outageEnd)} after the outage, when the simulation ended.`,
    ];
  }
  return [
    recovery === 0
      ? 'The service recovered at once.'
      : `The service recovered within ${formatTime(recovery)} after the outage.`,
  ];
}
