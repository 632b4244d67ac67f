import { affordable } from './estimate.js';
import { bytesPerFlight } from './model/callsInFlight.js';
import { planFrom, type SimulateOptions } from './options.js';
import { Simulation } from './simulation.js';
import type { Series } from './results/series.js';
import type { Outage } from './model/outage.js';
import type { PerCall, Retries, Totals } from './results/totals.js';

/** What a simulation has seen. Plain data. */
export interface SimulationResult {
  readonly clients: number;
  /** Until when it was played, in milliseconds: its duration, unless it was left early. */
  readonly until: number;
  /** How many milliseconds a slot of the series is long; the last may be shorter. */
  readonly slot: number;
  /** How many events there were: calls, ends of attempts, ends of waits. */
  readonly events: number;
  /** What went wrong, and how many attempts the service can answer in a second; `undefined` is without limit. */
  readonly outages: readonly Outage[];
  readonly capacity: number | undefined;
  /** How many circuits there are: one for each process, or none. */
  readonly circuits: number;
  readonly series: Series;
  readonly totals: Totals;
  readonly perCall: PerCall;
  readonly retries: Retries;
}

/** A simulation that is played piece by piece, so that one can look, and leave. */
export interface SimulationRun {
  /** The share of its time that is over, from 0 to 1. */
  readonly progress: number;
  /** Plays on, for at most so many events; answers whether it is over. */
  advance(events: number): boolean;
  /** What it has seen so far. */
  result(): SimulationResult;
}

/**
 * {@link simulate} piece by piece: for a progress bar, and for leaving early with what there is.
 *
 * @throws RangeError | TypeError as {@link simulate}
 *
 * @example
 * const playing = createSimulation({ clients: 100, duration: 60_000 });
 * while (!playing.advance(100)) if (playing.progress > 0.5) break;
 * playing.result().until > 30_000 // => true
 */
export function createSimulation(options: SimulateOptions): SimulationRun {
  return playing('createSimulation', options);
}

/**
 * Plays calls of many clients to one service in virtual time, over the same policies that production uses. The same
 * options and seed give the same result, always.
 *
 * @throws RangeError | TypeError naming the option and the value; a RangeError if it would need more memory than allowed,
 * more than 200 million events, or if the budget makes calls wait. What a predicate of a policy throws.
 *
 * @example
 * const storm = simulate({
 *   clients: 1000,
 *   policy: exponentialBackoff({ base: 200, maxAttempts: 5 }),
 *   service: { capacity: 300, outages: [{ kind: 'down', from: 30_000, to: 60_000 }] },
 *   duration: 90_000,
 * });
 * storm.totals.amplification > 1 // => true
 */
export function simulate(options: SimulateOptions): SimulationResult {
  const whole = playing('simulate', options);
  whole.advance(Infinity);
  return whole.result();
}

function playing(where: string, options: SimulateOptions): SimulationRun {
  const plan = planFrom(where, options);
  affordable(where, plan);
  const engine = new Simulation(plan, Math.ceil(plan.memory / bytesPerFlight));
  return {
    get progress() {
      return engine.now / plan.duration;
    },
    advance: (events) => engine.advance(events),
    result() {
      const { circuits, events, flights, now, slots, counts } = engine;
      for (const circuit of circuits) circuit.record(now);
      const series = slots.series(flights.count);
      const { calls, succeeded, lost, lossReasons, callsInOutage, attempts, attemptsInOutage, rejected, longestWait } =
        counts;
      return {
        clients: plan.clients,
        until: now,
        slot: plan.slot,
        events,
        outages: plan.service.outages,
        capacity: plan.service.capacity === Infinity ? undefined : plan.service.capacity,
        circuits: circuits.length,
        series,
        totals: {
          ...{ calls, succeeded, lost, unfinished: flights.count, lossReasons: { ...lossReasons } },
          ...{ callsInOutage, attempts, attemptsInOutage, failedAttempts: counts.failed, rejected },
          amplification: calls === 0 ? 0 : attempts / calls,
          recovery: recovery(series, plan.slot, now, plan.service.outages.at(-1)?.to),
          openings: circuits.reduce((sum, { openings }) => sum + openings, 0),
        },
        perCall: counts.perCall,
        retries: { total: counts.retries.total, busiest100ms: counts.retries.most, longestWait },
      };
    },
  };
}

/**
 * A slot is bad where more than a twentieth of what was tried failed or was rejected. Recovered is what has succeeded after
 * the last bad one of those that began when the outage was over.
 */
function recovery(
  { successes, failures, rejections }: Series,
  slot: number,
  until: number,
  from = Infinity,
): number | undefined {
  if (from >= until) return undefined;
  const first = Math.ceil(from / slot - 1e-9);
  let good = first;
  successes.forEach((success, index) => {
    const bad = Number(failures[index]) + Number(rejections[index]);
    if (index >= first && bad > 0.05 * (bad + success)) good = index + 1;
  });
  const hasSucceeded = successes.slice(good).some((success) => success > 0);
  return hasSucceeded ? (good === first ? 0 : good * slot - from) : undefined;
}
