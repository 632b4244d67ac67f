import type { Reason } from '../reasons.js';
import { checkPolicy, handledKinds, type Policy } from '../policy/policy.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import { readState, settlesAtOf, wakesOf } from '../gates/parts.js';
import { readSnapshot } from '../gates/snapshot.js';
import { Gate, shownWait } from './gate.js';
import { identityOf } from './gateIdentity.js';
import type { Change } from './liveLedger.js';
import type { ClockOptions, SchedulerClock } from '../time/clock.js';

/** Options of {@link gate}. */
export interface GateOptions extends ClockOptions {
  /** Its name in errors, events and snapshots. @defaultValue 'gate' */
  readonly name?: string | undefined;
}

/** Fields of every event. */
interface EventBase {
  /** The name of the gate. */
  readonly gate: string;
  /** The time by the gate's clock, in milliseconds. */
  readonly at: number;
}

/** An attempt was admitted by the gate, and by all that were asked with it. */
interface Admitted extends EventBase {
  readonly kind: 'admitted';
  /** The number of the attempt within its stream. */
  readonly attempt: number;
}

/** The gate did not admit an attempt: for now or, if `retryAfter` is Infinity, for good. */
interface Rejected extends EventBase {
  readonly kind: 'rejected';
  readonly attempt: number;
  readonly reason: Reason;
  /** Milliseconds until it may be asked again; 0 where that depends on other calls. */
  readonly retryAfter: number;
}

/** The gate continued from a snapshot. */
interface Restored extends EventBase {
  readonly kind: 'restored';
}

/** What happens at a gate. */
export type GateEvent = Admitted | Rejected | Restored;

/** A live policy, made by {@link gate} and shared by many streams. */
export class PolicyGate<V = unknown> extends Gate<unknown, V, GateEvent> {
  /** @internal */
  constructor(
    name: string,
    private readonly viewed: GatePolicy<unknown, V>,
    clock: SchedulerClock,
  ) {
    super('gate', name, viewed, clock);
  }

  override get state(): V {
    return this.viewed.view(this.current, this.clock.now());
  }

  protected override eventsOf({ signal, verdict }: Change<unknown>): GateEvent[] {
    const base = { gate: this.name, at: signal.now };
    if (signal.kind === 'control') return [{ kind: 'restored', ...base }];
    if (signal.kind !== 'ask') return [];
    const { attempt } = signal;
    const { wait, reason = 'rejected' } = verdict;
    if (wait === 0) return [{ kind: 'admitted', ...base, attempt }];
    return [{ kind: 'rejected', ...base, attempt, reason, retryAfter: shownWait(wait) }];
  }
}

/**
 * Keeps one live state of a policy for many streams: a budget, a throttle, a limit. Make one for each dependency and keep
 * it. Pass it to {@link retryWithPolicy} as `gates: [..]`, where it is asked about every attempt and receives every report,
 * or to {@link guard}.
 *
 * Its `state` and `state$` are the policy's own view where it has one, as {@link retryBudget} does. For any other policy
 * they are the bare state. Time alone does not make `state$` emit.
 *
 * A policy that only decides what follows a failure, such as {@link exponentialBackoff}, limits nothing as a gate and is
 * rejected. A {@link circuit} is a gate for a circuit breaker, with commands.
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
/** The same for a policy without a view: its `state` is the state of the policy. */
export function gate<S>(policy: Policy<S>, options?: GateOptions): PolicyGate<S>;
export function gate(policy: Policy, options: GateOptions = {}): PolicyGate {
  checkPolicy('gate', 'policy', policy);
  if (policy.handles?.join() === 'failure') {
    const why = 'this one only decides what follows a failure. Pass it to retryWithPolicy';
    throw new TypeError(`gate: policy must decide which attempts may start, as rateLimit(..) does, but ${why}`);
  }
  const { name, clock } = identityOf('gate', options);
  return new PolicyGate(name, isGatePolicy(policy) ? policy : plain(policy), clock);
}

/**
 * A policy that was not made for a gate: its view is its state. Its parts say which waiting calls a change concerns, and
 * when it receives the end of an attempt.
 */
const plain = (policy: Policy): GatePolicy => ({
  initial: policy.initial,
  handles: handledKinds([policy]),
  reduce: (state, signal) => policy.reduce(state, signal),
  format,
  view: (state) => state,
  parse: (where, snapshot) =>
    readSnapshot(where, format, snapshot, 'this policy', (state, reject) => readState(policy, state, reject)),
  wakes: (before, after, signal) => wakesOf(policy, before, after, signal),
  settlesAt: settlesAtOf(policy),
});

const format = 'rxjs-reprise/policy';
