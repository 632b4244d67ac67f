import { checkPolicy, handledKinds, type Policy } from '../policy/policy.js';
import { isGatePolicy, type GatePolicy } from '../gates/gatePolicy.js';
import { readState, settlesAtOf, wakesOf } from '../gates/parts.js';
import { readSnapshot } from '../gates/snapshot.js';
import { Gate } from './gate.js';
import { eventsOf, type GateEvent } from './gateEvents.js';
import { identityOf } from './gateIdentity.js';
import type { Change } from './change.js';
import type { ClockOptions, SchedulerClock } from '../time/clock.js';

/** Options of {@link gate}. */
export interface GateOptions extends ClockOptions {
  /** Its name in errors, events and snapshots. @defaultValue 'gate' */
  readonly name?: string | undefined;
}

/** A live policy, made by {@link gate} and shared by many streams. */
export class PolicyGate<V = unknown> extends Gate<unknown, V, GateEvent> {
  /** @internal */
  constructor(
    name: string,
    private viewed: GatePolicy<unknown, V>,
    clock: SchedulerClock,
  ) {
    super('gate', name, viewed, clock);
  }

  override get state(): V {
    return this.viewed.view(this.current, this.clock.now());
  }

  /**
   * Goes on with other options, while calls run and wait. All waiting calls ask again. The state is kept as far as it fits:
   * what runs, what waits and what was spent. A limit below what runs admits nothing until enough calls have ended. A
   * budget with another window begins anew. An event `'reconfigured'` names what was lost.
   *
   * @param policy the same word with other options. Another word has another state, and begins anew
   * @throws TypeError if it is not a policy for a gate
   */
  reconfigure(policy: GatePolicy<unknown, V> | Policy): void {
    this.viewed = viewedPolicy(`${this.title}: reconfigure`, policy) as GatePolicy<unknown, V>;
    this.goOnWith(this.viewed);
  }

  protected override eventsOf(change: Change<unknown>): GateEvent[] {
    return eventsOf(change, this.name);
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
  const viewed = viewedPolicy('gate', policy);
  const { name, clock } = identityOf('gate', options);
  return new PolicyGate(name, viewed, clock);
}

/** The policy for a gate, with a view. */
function viewedPolicy(where: string, policy: Policy): GatePolicy {
  checkPolicy(where, 'policy', policy);
  if (policy.handles?.join() === 'failure') {
    const why = 'this one only decides what follows a failure. Pass it to retryWithPolicy';
    throw new TypeError(`${where}: policy must decide which attempts may start, as rateLimit(..) does, but ${why}`);
  }
  return isGatePolicy(policy) ? policy : plain(policy);
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
  bare: policy,
});

const format = 'rxjs-reprise/policy';
