import { show } from '../../options.js';
import {
  aCount,
  aNumber,
  aTime,
  aWhole,
  countFrom,
  fits,
  isRecord,
  listOf,
  recordOf,
  tupleOf,
  valueThat,
  type Parser,
  type Reject,
} from '../parser.js';
import { readState } from '../parts.js';
import type { Snapshot } from '../snapshot.js';
import { initialOpenTime, nextOpenTime, type OpenTime } from './openTime.js';
import type { CircuitState, ClosedPhase, DisabledPhase, HalfOpenPhase, IsolatedPhase, OpenPhase } from './phases.js';
import type { CircuitSettings } from './settings.js';

/*
 * The state of a circuit as JSON from elsewhere, checked against the settings of this circuit.
 */

/** The result of `circuit.snapshot()`, and the argument of `circuit.restore(json)`. */
export type CircuitSnapshot = Snapshot<CircuitState>;

export const format = 'rxjs-reprise/circuit';

/** The reader of the states of a circuit with these settings. */
export const stateReaderOf =
  (settings: CircuitSettings) =>
  (state: unknown, reject: Reject): CircuitState => {
    const phase = isRecord(state) ? state.phase : undefined;
    return isPhase(phase) ? parsers[phase](settings)(state, '', reject) : reject(`the phase ${show(phase)}`);
  };

type Phase = CircuitState['phase'];

const isPhase = (value: unknown): value is Phase => typeof value === 'string' && Object.hasOwn(parsers, value);

const exactly = <T>(value: T): Parser<T> => valueThat((each) => each === value);
const aTicket = aWhole;

/** The last answer of the policy of open times, from whose state that policy can go on. */
const openTimeOf =
  (settings: CircuitSettings): Parser<OpenTime> =>
  (value, path, reject) => {
    const rejectMemory: Reject = (got = show((value as OpenTime).memory)) => reject(`${path}.memory: ${got}`);
    const memory: Parser = (state) => readState(settings.resetAfter, state, rejectMemory);
    const openTime = recordOf<OpenTime>({ ms: aTime, memory })(value, path, reject);
    return canResume(settings, openTime) ? openTime : rejectMemory('a state of another policy');
  };

/** Whether the policy of open times can go on from that answer. */
export const canKeep = (settings: CircuitSettings, openTime: OpenTime): boolean =>
  fits((value, reject) => openTimeOf(settings)(value, '', reject), openTime);

const openFields = (settings: CircuitSettings) => ({
  seen: aNumber,
  ms: aTime,
  opens: countFrom(1),
  openTime: openTimeOf(settings),
});

/** Nothing in a window is newer than the state. */
const closedAs =
  (phase: ClosedPhase['phase']) =>
  ({ trips }: CircuitSettings): Parser<ClosedPhase> =>
    recordOf<ClosedPhase>(
      {
        phase: exactly(phase),
        seen: aNumber,
        since: aNumber,
        last: aTicket,
        windows: tupleOf(trips.map(({ parse }) => parse)),
      },
      ({ seen, since, windows }) => {
        if (since > seen) return 'since';
        return trips.some((trip, index) => trip.resume(windows[index], seen) !== windows[index])
          ? 'windows'
          : undefined;
      },
    );

/** Instants are moved by a resume, and then differ by fractions of a millisecond. */
const rounding = 1;

const parsers: Readonly<Record<Phase, (settings: CircuitSettings) => Parser<CircuitState>>> = {
  closed: /* @__PURE__ */ closedAs('closed'),
  shadow: /* @__PURE__ */ closedAs('shadow'),
  open: (settings) =>
    recordOf<OpenPhase>(
      { phase: exactly('open'), since: aNumber, until: aNumber, ...openFields(settings) },
      ({ since, until, seen, ms }) => {
        if (since > seen + rounding) return 'since';
        return until > seen + ms || until + rounding < since + ms ? 'until' : undefined;
      },
    ),
  'half-open': (settings) =>
    recordOf<HalfOpenPhase>(
      {
        phase: exactly('half-open'),
        ...openFields(settings),
        draw: valueThat((draw) => typeof draw === 'number' && draw >= 0 && draw < 1),
        probes: listOf(aTicket),
        answered: listOf(aTicket),
        good: aCount,
        bad: aCount,
        probeTimeout: aTime,
        probesTimeOutAt: aNumber,
      },
      (state) => contradiction(settings, state),
    ),
  isolated: () => recordOf<IsolatedPhase>({ phase: exactly('isolated'), seen: aNumber, holds: countFrom(1) }),
  disabled: () => recordOf<DisabledPhase>({ phase: exactly('disabled'), seen: aNumber }),
};

/** A half-open circuit admits no more probes than it needs, and its result is not certain yet. */
function contradiction(settings: CircuitSettings, state: HalfOpenPhase): keyof HalfOpenPhase | undefined {
  const { probes, answered, good, bad, seen, probeTimeout, probesTimeOutAt } = state;
  if (bad > settings.allowedFailures) return 'bad';
  if (good >= settings.probes - settings.allowedFailures) return 'good';
  if (good + bad + probes.length > settings.probes || new Set(probes).size < probes.length) return 'probes';
  if (!answered.every((ticket, index) => probes.includes(ticket) && answered.indexOf(ticket) === index))
    return 'answered';
  return probesTimeOutAt > seen + probeTimeout ? 'probesTimeOutAt' : undefined;
}

/**
 * Whether the policy of open times can continue from its state in the snapshot. A policy that fails from its first state
 * too needs an error to answer, so nothing is known.
 */
function canResume(settings: CircuitSettings, openTime: OpenTime): boolean {
  const answersFrom = (from: OpenTime): boolean =>
    nextOpenTime(settings, from, { ticket: 0, now: 0, random: 0 }, undefined).failure === undefined;
  return answersFrom(openTime) || !answersFrom(initialOpenTime(settings));
}
