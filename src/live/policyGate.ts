import { record, refuse } from '../options.js';
import { RejectedError, type Reason } from '../errors.js';
import { checkPolicy, handledKinds, step, untilChange, type Policy, type Signal } from '../policy/policy.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import { complaining, stateIn } from '../gates/snapshot.js';
import { Gate, type Change } from './gate.js';
import { clockFrom, type ClockOptions, type SchedulerClock } from '../time/clock.js';

/** Options of {@link gate}. */
export interface GateOptions extends ClockOptions {
  /** What it is called in errors, events and snapshots; `'gate'` unless told. */
  readonly name?: string;
}

/** What every event of a shared policy says. */
interface Moment {
  /** The name of what is shared. */
  readonly gate: string;
  /** Its clock, in milliseconds. */
  readonly at: number;
}

/** An attempt was admitted, by it and by all that were asked with it; `attempt` is its number within its stream. */
interface Admitted extends Moment {
  readonly kind: 'admitted';
  readonly attempt: number;
}

/** It did not admit an attempt, for now or (`retryAfter` Infinity) for good. */
interface Rejected extends Moment {
  readonly kind: 'rejected';
  readonly attempt: number;
  readonly reason: Reason;
  /** Milliseconds until it may be asked again; 0 where that depends on others. */
  readonly retryAfter: number;
}

/** It went on from a snapshot. */
interface Restored extends Moment {
  readonly kind: 'restored';
}

/** What happens in a shared policy. */
export type GateEvent = Admitted | Rejected | Restored;

/** One state of a policy for many streams, made by {@link gate}. */
export class PolicyGate<V = unknown> extends Gate<unknown, V, GateEvent> {
  /** @internal */
  constructor(
    name: string,
    private readonly common: GatePolicy<unknown, V>,
    clock: SchedulerClock,
  ) {
    super('gate', name, common, clock);
  }

  override get state(): V {
    return this.common.view(this.current, this.clock.now());
  }

  /** @internal */
  override rejection(reason: Reason, wait: number): RejectedError {
    return new RejectedError(reason, foreseen(wait), this.name);
  }

  protected override eventsOf({ signal, verdict }: Change<unknown>): GateEvent[] {
    const moment = { gate: this.name, at: signal.now };
    if (signal.kind === 'control') return [{ kind: 'restored', ...moment }];
    if (signal.kind !== 'ask') return [];
    const { attempt } = signal;
    const { wait, reason = 'rejected' } = verdict;
    if (wait === 0) return [{ kind: 'admitted', ...moment, attempt }];
    return [{ kind: 'rejected', ...moment, attempt, reason, retryAfter: foreseen(wait) }];
  }
}

/** A wait as people are told it: one that ends when something changes may end at any time. */
const foreseen = (wait: number): number => (wait === untilChange ? 0 : wait);

/**
 * Keeps one live state of a policy for many streams: a budget, a throttle, a limit. Make one for each dependency, keep
 * it, and hand it to {@link retryWithPolicy} as `gates: [..]`, where it is asked about every attempt and hears every
 * report, or to {@link guard}.
 *
 * What it looks like (`state`, `state$`) is the policy's own view where it has one, as {@link retryBudget} and its like
 * do; of any other policy it is the bare state. Time alone makes `state$` emit nothing.
 *
 * A {@link circuit} is the same for a circuit breaker, with handles to turn.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const printer = gate(rateLimit({ limit: 1, per: 60_000 }), { name: 'printer' });
 * const print$ = of('printed').pipe(guard(printer), catchError((rejection) => of(rejection.reason)));
 * await firstValueFrom(print$) // => 'printed'
 * await firstValueFrom(print$) // => 'rate'
 */
export function gate<V>(policy: GatePolicy<unknown, V>, options?: GateOptions): PolicyGate<V>;
/** The same for a policy without a view: what it looks like is its state. */
export function gate<S>(policy: Policy<S>, options?: GateOptions): PolicyGate<S>;
export function gate(policy: Policy, options: GateOptions = {}): PolicyGate {
  checkPolicy('gate', 'policy', policy);
  record('gate', options);
  const { name = 'gate' } = options;
  if (typeof name !== 'string') refuse('gate', 'name', 'a string', name, TypeError);
  return new PolicyGate(name, isGatePolicy(policy) ? policy : plain(policy), clockFrom('gate', options));
}

/** A policy that was not made to be held in common: its state is what one sees, and any change may be awaited. */
const plain = (policy: Policy): GatePolicy => ({
  initial: policy.initial,
  handles: handledKinds([policy]),
  reduce: (state, signal) => policy.reduce(state, signal),
  format,
  view: (state) => state,
  parse(where, snapshot) {
    const state = stateIn(where, format, snapshot);
    return goesOn(policy, state)
      ? structuredClone(state)
      : complaining(where)('must fit this policy, got a state that it cannot go on from');
  },
  wakes: (before, after, { kind }) => (kind !== 'ask' && before !== after ? 'all' : []),
});

const format = 'rxjs-reprise/policy';

/** Whether a policy can go on from a state: all that can be known of one that has no parser. */
function goesOn(policy: Policy, state: unknown): boolean {
  const moment = { ticket: 1, now: 0, random: 0 };
  const signals: Signal[] = [
    { kind: 'ask', ...moment, attempt: 1 },
    { kind: 'success', ...moment, took: 0 },
  ];
  try {
    for (const signal of signals) step(policy, state, signal);
    return state !== undefined;
  } catch {
    return false;
  }
}
