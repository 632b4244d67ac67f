import { defer, EMPTY, expand, map, of, type Observable } from 'rxjs';
import { milliseconds, refuse } from '../options.js';
import { breaker, type CircuitBreaker, type CircuitBreakerOptions } from '../gates/circuit/circuitBreaker.js';
import { expireProbes, type CircuitState } from '../gates/circuit/phases.js';
import { format } from '../gates/circuit/snapshot.js';
import type { CircuitView } from '../gates/circuit/view.js';
import { CircuitOpenError, type Reason } from '../errors.js';
import type { Command, Signal, Verdict } from '../policy/policy.js';
import { Gate, type Change } from './gate.js';
import { clockFrom, type ClockOptions, type SchedulerClock } from '../time/clock.js';
import { eventsOf, type CircuitEvent } from './circuitEvents.js';
import { wait } from '../time/wait.js';

/** Options of {@link circuit}. */
export interface CircuitOptions extends CircuitBreakerOptions, ClockOptions {
  /** What it is called in errors and events; `'circuit'` unless told. */
  readonly name?: string;
}

/** What people look at: `view` of the policy, and what opened the circuit. */
export interface CircuitStatus extends CircuitView {
  /**
   * The error that opened it, until it closes; `undefined` if something else did: a hand, a slow call, a call that was
   * left, a snapshot.
   */
  readonly cause: unknown;
}

/** A hold on a circuit: it is isolated until all of its holds are released. */
export interface Isolation {
  /** Lets go. A second call does nothing. */
  release(): void;
}

/**
 * A live circuit, made by {@link circuit} and shared by many streams. Looking at it never changes it; its handles are
 * turned by hand, and each is a signal to its policy.
 *
 * - `state$` also emits at the end of a lease and, while `retryAfter` counts down, at every full second that is left and
 *   at its end. (Not when old failures leave a window: that changes only numbers.) It keeps a timer only while somebody
 *   is subscribed.
 * - `restore`: an open circuit keeps its remaining time; a half-open one may be probed at once. Isolations are kept, but
 *   only {@link reset} can end them.
 */
export class Circuit extends Gate<CircuitState, CircuitStatus, CircuitEvent> {
  private openedBy: unknown;
  /** Isolations of an earlier era have been swept away by a reset or a restore. */
  private era = 0;

  /** @internal */
  constructor(
    name: string,
    private readonly breaker: CircuitBreaker,
    clock: SchedulerClock,
  ) {
    super('circuit', name, breaker, clock);
  }

  override get state(): CircuitStatus {
    return { ...this.breaker.view(this.current, this.clock.now()), cause: this.openedBy };
  }

  /**
   * Admits nobody until this hold and all others are released; then it is closed, with a fresh memory. Streams that were
   * waiting for it end: isolated is a no.
   */
  isolate(): Isolation {
    const { era } = this;
    let isHeld = true;
    this.turn({ name: 'isolate' });
    return {
      release: () => {
        const counts = isHeld && era === this.era;
        isHeld = false;
        if (counts) this.turn({ name: 'release' });
      },
    };
  }

  /**
   * Opens it: for `ms` milliseconds, at least 1, or for as long as it would have opened by itself.
   *
   * @throws Error if it is isolated; RangeError | TypeError if `ms` is anything else
   */
  open(ms?: number): void {
    if (ms !== undefined) milliseconds(this.title, 'open(ms)', ms, 1);
    this.turn(ms === undefined ? { name: 'open' } : { name: 'open', ms });
  }

  /**
   * Lets an open circuit be probed now.
   *
   * @throws Error unless it is open or half-open
   */
  halfOpen(): void {
    this.turn({ name: 'half-open' });
  }

  /** Closes it, whatever it was, with a fresh memory. Isolations end. */
  reset(): void {
    this.turn({ name: 'reset' });
  }

  /**
   * Admits all and records nothing, until {@link reset}.
   *
   * @throws Error if it is isolated
   */
  disable(): void {
    this.turn({ name: 'disable' });
  }

  /**
   * Admits all and records, but never opens, until {@link reset}: to try settings on live traffic.
   *
   * @throws Error if it is isolated
   */
  shadow(): void {
    this.turn({ name: 'shadow' });
  }

  /** @internal */
  override rejection(reason: Reason, retryAfter: number): CircuitOpenError {
    return new CircuitOpenError(this.name, reason, retryAfter, this.openedBy);
  }

  protected override get cause(): unknown {
    return this.openedBy;
  }

  protected override note(before: CircuitState, signal: Signal, { state, reason }: Verdict<CircuitState>): void {
    if (signal.kind === 'control' && ['reset', 'resume'].includes(signal.command.name)) this.era += 1;
    if (state.phase !== 'open' && state.phase !== 'half-open') this.openedBy = undefined;
    else if (state.phase === 'open' && state !== before && signal.kind !== 'ask' && reason !== 'late') {
      this.openedBy = signal.kind === 'failure' ? signal.error : undefined;
    }
  }

  protected override eventsOf(change: Change<CircuitState>): CircuitEvent[] {
    return eventsOf(change, this.name);
  }

  /** When it recovers, they spread over a tenth of the time that it was open, however long a lease remained. */
  protected override spanOf(before: CircuitState, after: CircuitState): number | undefined {
    return 'ms' in before && after.phase !== before.phase ? before.ms : undefined;
  }

  private turn(command: Command): void {
    if (this.control(command).reason !== 'illegal') return;
    throw new Error(`${this.title}: ${command.name} is not for a circuit that is ${this.state.phase}`);
  }

  /** Its state now, and as time alone changes its phase or brings it nearer. */
  protected override views(): Observable<CircuitStatus> {
    return defer(() => of(this.state)).pipe(
      expand(({ retryAfter }) => {
        const ms = this.nextTick(retryAfter);
        return ms < Infinity ? wait(ms, this.clock.scheduler, () => 0).pipe(map(() => this.state)) : EMPTY;
      }),
    );
  }

  private nextTick(retryAfter: number): number {
    const now = this.clock.now();
    const state = expireProbes(this.current, now);
    const second = retryAfter > 0 && retryAfter < Infinity ? retryAfter % 1000 || 1000 : Infinity;
    return state.phase === 'half-open' && state.probes.length > 0
      ? Math.min(second, state.probesTimeOutAt - now)
      : second;
  }
}

/**
 * A circuit breaker that is live: one state for all streams that go through it. Make one for each dependency, keep it,
 * and pass it on; give it a name for errors and events.
 *
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const payments = circuit({ name: 'payments', threshold: 2, resetAfter: 30_000 });
 * const charge$ = throwError(() => new Error('down')).pipe(circuitBreak(payments));
 * for (let call = 1; call <= 3; call += 1) charge$.subscribe({ error: () => undefined });
 * payments.state.phase // => 'open'
 */
export function circuit(options: CircuitOptions = {}): Circuit {
  const policy = breaker('circuit', options);
  const { name = 'circuit' } = options;
  if (typeof name !== 'string') refuse('circuit', 'name', 'a string', name, TypeError);
  return new Circuit(name, policy, clockFrom('circuit', options));
}

/** A circuit as it is, or one made for a bare policy, with that clock and those dice. */
export function circuitOf(where: string, option: string, it: unknown, options: ClockOptions = {}): Circuit {
  if (it instanceof Circuit) return it;
  if (isBreaker(it)) return new Circuit('circuit', it, clockFrom(where, options));
  return refuse(where, option, 'a circuit or a circuitBreaker', it, TypeError);
}

/** Whether it is a circuit, or the policy of one. */
export const isCircuit = (it: unknown): it is Circuit | CircuitBreaker => it instanceof Circuit || isBreaker(it);

/** A policy that is made to be held in common, and is not a budget or a limit. */
const isBreaker = (it: unknown): it is CircuitBreaker =>
  typeof it === 'object' && it !== null && 'reduce' in it && 'format' in it && it.format === format;
