import { bytesPerCall } from './model/callsInFlight.js';
import { checkCost } from './estimate.js';
import type { SimulateOptions } from './options.js';
import { planFrom } from './plan.js';
import { resultOf, type SimulationResult } from './results/result.js';
import { Simulation } from './simulation.js';

/** A simulation that is played in steps, so that it can be observed or stopped early. */
export interface SimulationRun {
  /** The share of the simulated time that has passed, from 0 to 1. */
  readonly progress: number;
  /** Plays at most that many events. Returns whether the simulation has ended. */
  advance(events: number): boolean;
  /** The result up to now. */
  result(): SimulationResult;
}

/**
 * Creates a simulation that is played in steps: for a progress bar, or to stop early with a partial result. See
 * {@link simulate}.
 *
 * @throws RangeError | TypeError as {@link simulate}
 *
 * @example
 * const run = createSimulation({ clients: 100, duration: 60_000 });
 * while (!run.advance(100)) if (run.progress > 0.5) break;
 * run.result().until > 30_000 // => true
 */
export function createSimulation(options: SimulateOptions): SimulationRun {
  return start('createSimulation', options);
}

/**
 * Simulates many clients that call one service, in virtual time and with the policies that production uses. The same options
 * and seed always give the same result.
 *
 * @throws RangeError | TypeError naming the option and the value. A RangeError if the simulation would need more memory than
 * `memory` or more than 200 million events, or if the budget makes calls wait. Also whatever a predicate of a policy throws.
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
  const run = start('simulate', options);
  run.advance(Infinity);
  return run.result();
}

function start(where: string, options: SimulateOptions): SimulationRun {
  const plan = planFrom(where, options);
  checkCost(where, plan);
  const simulation = new Simulation(plan, Math.ceil(plan.memory / bytesPerCall));
  return {
    get progress() {
      return simulation.clock.now() / plan.duration;
    },
    advance: (events) => simulation.advance(events),
    result: () => resultOf(plan, simulation),
  };
}
