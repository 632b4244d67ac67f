import type { SimulationPlan } from '../plan.js';
import type { Outage } from '../model/outage.js';
import type { Simulation } from '../simulation.js';
import type { Series } from './series.js';
import type { GateWaits, Hedges, PerCall, Retries, Totals } from './totals.js';

/** The result of a simulation. Plain data. */
export interface SimulationResult {
  readonly clients: number;
  /** The simulated time in milliseconds: `duration`, unless the run was stopped early. */
  readonly until: number;
  /** The length of a slot of the series in milliseconds. The last slot may be shorter. */
  readonly slot: number;
  /** How many events there were: calls, ends of attempts and ends of waits. */
  readonly events: number;
  readonly outages: readonly Outage[];
  /** How many attempts the service can answer per second; `undefined` if there is no limit. */
  readonly capacity: number | undefined;
  /** The number of circuits in all processes. */
  readonly circuits: number;
  readonly series: Series;
  readonly totals: Totals;
  readonly perCall: PerCall;
  readonly retries: Retries;
  readonly waits: GateWaits;
  readonly hedges: Hedges;
}

/** The result of a simulation up to now. */
export function resultOf(plan: SimulationPlan, simulation: Simulation): SimulationResult {
  const { clock, events, unfinished, recorder, circuits } = simulation;
  const now = clock.now();
  const { slot, service } = plan;
  for (const circuit of circuits) circuit.record(now);
  const series = recorder.series.toSeries(unfinished);
  const { totals } = recorder;
  return {
    clients: plan.clients,
    until: now,
    slot,
    events,
    outages: service.outages,
    capacity: service.capacity === Infinity ? undefined : service.capacity,
    circuits: circuits.length,
    series,
    totals: {
      calls: totals.calls,
      succeeded: totals.succeeded,
      lost: totals.lost,
      unfinished,
      lossReasons: { ...totals.lossReasons },
      callsInOutage: totals.callsInOutage,
      attempts: totals.attempts,
      attemptsInOutage: totals.attemptsInOutage,
      failedAttempts: totals.failedAttempts,
      rejected: totals.rejected,
      amplification: totals.calls === 0 ? 0 : totals.attempts / totals.calls,
      recovery: recoveryOf(series, slot, now, service.outages.at(-1)?.to),
      openings: circuits.reduce((sum, { openings }) => sum + openings, 0),
    },
    perCall: totals.perCall,
    retries: { total: totals.retries.total, busiest100ms: totals.retries.most, longestWait: totals.longestWait },
    waits: totals.gateWaits,
    hedges: {
      total: totals.hedges,
      won: totals.hedgesWon,
      denied: totals.hedgesDenied,
      cancelled: totals.cancelled,
    },
  };
}

/** See {@link Totals}. Only slots that begin after the end of the outage count as bad. */
function recoveryOf(
  { successes, failures, rejections }: Series,
  slot: number,
  until: number,
  outageEnd = Infinity,
): number | undefined {
  if (outageEnd >= until) return undefined;
  const first = Math.ceil(outageEnd / slot - 1e-9);
  let recovered = first;
  successes.forEach((success, index) => {
    const bad = Number(failures[index]) + Number(rejections[index]);
    if (index >= first && bad > 0.05 * (bad + success)) recovered = index + 1;
  });
  const hasSucceeded = successes.slice(recovered).some((success) => success > 0);
  if (!hasSucceeded) return undefined;
  return recovered === first ? 0 : recovered * slot - outageEnd;
}
