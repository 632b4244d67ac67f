import { lowered, startedSince, type Bounds, type EndedAttempt } from './adaptiveLimit.js';
import { limitOf, roundFrom, roundsToProbe, sizeOf, stateParser, type VegasState as State } from './vegasState.js';
import type { AdaptiveRule } from './rule.js';

/*
 * The rounds of `vegas`. A round is a number of attempts that started after the limit was set. Between two rounds the limit
 * moves, or a probe measures how long attempts take at low load.
 */

/** How much of a lower mean is taken over between two probes. */
const smoothing = 0.2;

/** In a probe, attempts that take less than this part of the time before have waited before. */
const faster = 2 / 3;

/** A rule without the part that classifies errors. */
export interface Rounds extends Omit<AdaptiveRule<State>, 'onEnd'> {
  readonly next: (state: State, ended: EndedAttempt) => State;
}

/** The reducer. `queueOf` returns how long the queue in the service should be at a limit, from `alpha` to `beta`. */
export function vegasRounds(
  { initial, min, max }: Bounds,
  queueOf: (limit: number) => readonly [alpha: number, beta: number],
): Rounds {
  const probeAt = (state: State, limit: number, before: number): State => ({
    ...state,
    probe: { limit: Math.max(min, Math.floor(limit / 2)), before },
    round: null,
  });
  const endProbe = (state: State, unloaded: number, now: number): State => ({
    limit: state.limit,
    highest: state.limit,
    rounds: 0,
    unloaded,
    probe: null,
    round: roundFrom(now),
  });
  const move = (state: State, mean: number, peak: number): number => {
    const { limit, unloaded } = state;
    const queue = mean > 0 ? limit * (1 - Number(unloaded) / mean) : 0;
    const [alpha, beta] = queueOf(limit);
    const step = Math.max(1, Math.round(Math.sqrt(limit)));
    if (queue > beta) return Math.max(min, limit - step);
    return queue < alpha && isUsed(limit, peak) ? Math.min(max, limit + step) : limit;
  };
  const endRound = (state: State, mean: number, peak: number, now: number): State => {
    const { limit, highest, rounds, probe } = state;
    if (probe !== null) {
      const isStillFaster = mean < probe.before * faster && probe.limit > min;
      return isStillFaster ? probeAt(state, probe.limit, mean) : endProbe(state, mean, now);
    }
    const isDue = state.unloaded === null || rounds >= roundsToProbe || limit * 2 <= highest;
    const unloaded = lowerMean(state.unloaded, mean);
    const measured = { ...state, unloaded };
    // If less than half of the limit was used, half of the limit restricts nothing.
    if (isDue) return probeAt(measured, isUsed(limit, peak) ? Math.min(limit, peak) : limit, mean);
    const next = move(measured, mean, peak);
    return {
      limit: next,
      highest: Math.max(next, highest),
      rounds: rounds + 1,
      unloaded,
      probe,
      round: next < limit ? null : roundFrom(now),
    };
  };
  const onBad = (state: State): State => {
    const { limit, probe } = state;
    if (limit === min) return state;
    const next = lowered(limit, 0.9, min);
    return {
      ...state,
      limit: next,
      probe: probe && { limit: Math.min(probe.limit, next), before: probe.before },
      round: null,
    };
  };
  const next = (state: State, ended: EndedAttempt): State => {
    const { limit, highest, rounds, unloaded, probe, round } = state;
    const { end, took, running, now } = ended;
    if (round === null) return running - 1 <= limitOf(state) ? { ...state, round: roundFrom(now) } : state;
    if (!startedSince(round.since, ended)) return state;
    if (end === 'bad') return onBad(state);
    if (end === 'left' && took <= (unloaded ?? Infinity)) return state;
    const [attempts, sum] = [round.attempts + 1, round.took + took];
    const peak = Math.max(round.peak, running);
    if (attempts >= sizeOf(limit)) return endRound(state, sum / attempts, peak, now);
    return { limit, highest, rounds, unloaded, probe, round: { since: round.since, attempts, took: sum, peak } };
  };
  return {
    initial: { limit: initial, highest: initial, rounds: 0, unloaded: null, probe: null, round: null },
    max,
    limitOf,
    next,
    resume: (state) => (state.round === null ? state : { ...state, round: null }),
    parse: stateParser(min, max),
  };
}

const isUsed = (limit: number, peak: number): boolean => peak * 2 >= limit;

const lowerMean = (unloaded: number | null, mean: number): number =>
  unloaded === null ? mean : unloaded + Math.min(0, mean - unloaded) * smoothing;
