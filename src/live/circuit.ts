import type { Observable } from 'rxjs';
import { CircuitOpenError } from '../errors.js';
import type { Reason } from '../reasons.js';
import {
  breaker,
  isBreaker,
  type CircuitBreaker,
  type CircuitBreakerOptions,
} from '../gates/circuit/circuitBreaker.js';
import { openSpan, type CircuitState, type CircuitVerdict } from '../gates/circuit/phases.js';
import type { CircuitView } from '../gates/circuit/view.js';
import { milliseconds, oneOf, rejectOption } from '../options.js';
import type { Verdict } from '../policy/policy.js';
import { readOptions } from '../readOptions.js';
import type { Command, Signal } from '../policy/signals.js';
import type { ClockOptions, SchedulerClock } from '../time/clock.js';
import { eventsOf, type CircuitEvent } from './circuitEvents.js';
import { countdown } from './countdown.js';
import { Gate } from './gate.js';
import { identityOf, identityOptionNames } from './gateIdentity.js';
import type { Change } from './change.js';

/** Options of {@link circuit}. */
export interface CircuitOptions extends CircuitBreakerOptions, ClockOptions {
  /** Its name in errors, events and snapshots. @defaultValue 'circuit' */
  readonly name?: string | undefined;
}

/** The view of the circuit's policy, and the error that opened the circuit. */
export interface CircuitStatus extends CircuitView {
  /**
   * The error that opened it, until it closes. `undefined` if something else opened it: a command, a slow call, a cancelled
   * call or a snapshot.
   */
  readonly cause: unknown;
}

/** Options of {@link Circuit.reconfigure}. */
export interface ReconfigureOptions {
  /**
   * When it opens if a stricter rule is reached already: at the next failure, or now.
   *
   * @defaultValue 'at-next-failure'
   */
  readonly opens?: 'at-next-failure' | 'now' | undefined;
}

/** A hold on a circuit. The circuit is isolated until all its holds are released. */
export interface Isolation {
  /** Releases the hold. A second call does nothing. */
  release(): void;
}

/**
 * A live circuit, made by {@link circuit} and shared by many streams. Reading it never changes it. Each command is a signal
 * to its policy.
 *
 * - `state$` also emits when the probe timeout ends and, while `retryAfter` counts down, at every full second that is left
 *   and at its end. It does not emit when only `successes` changes in a closed circuit, or when time takes old failures
 *   out of a window. It runs a timer only while it is subscribed.
 * - `restore`: an open circuit keeps its remaining time, and a half-open one may be probed at once. Isolations are kept,
 *   but only {@link reset} can end them.
 */
export class Circuit extends Gate<CircuitState, CircuitStatus, CircuitEvent> {
  private openedBy: unknown;
  /** @internal How many calls have ended that brought it closer to opening. */
  badCalls = 0;
  /** A reset or a restore begins a new era. Isolations of an earlier one no longer count. */
  private era = 0;

  /** @internal */
  constructor(
    name: string,
    private breaker: CircuitBreaker,
    clock: SchedulerClock,
  ) {
    super('circuit', name, breaker, clock);
  }

  override get state(): CircuitStatus {
    const view = this.breaker.view(this.current, this.clock.now());
    return { ...view, cause: view.phase === 'closed' ? undefined : this.openedBy };
  }

  /**
   * Admits nothing until this hold and all others are released. Then the circuit is closed, with empty windows. Streams
   * that wait for the circuit end: an isolated circuit rejects for good.
   */
  isolate(): Isolation {
    const { era } = this;
    let isHeld = true;
    this.command({ name: 'isolate' });
    return {
      release: () => {
        const counts = isHeld && era === this.era;
        isHeld = false;
        if (counts) this.command({ name: 'release' });
      },
    };
  }

  /**
   * Opens the circuit.
   *
   * @param ms for how many milliseconds, at least 1. @defaultValue as long as it would have opened by itself
   * @throws Error if it is isolated; RangeError | TypeError if `ms` is anything else
   */
  open(ms?: number): void {
    if (ms !== undefined) milliseconds(this.title, 'open(ms)', ms, 1);
    this.command(ms === undefined ? { name: 'open' } : { name: 'open', ms });
  }

  /**
   * Lets an open circuit be probed now.
   *
   * @throws Error unless it is open or half-open
   */
  halfOpen(): void {
    this.command({ name: 'half-open' });
  }

  /** Closes the circuit from any phase, with empty windows. Isolations end. */
  reset(): void {
    this.command({ name: 'reset' });
  }

  /**
   * Admits everything and records nothing, until {@link reset}.
   *
   * @throws Error if it is isolated
   */
  disable(): void {
    this.command({ name: 'disable' });
  }

  /**
   * Admits everything and records it, but never opens, until {@link reset}: to try settings on live traffic.
   *
   * @throws Error if it is isolated
   */
  shadow(): void {
    this.command({ name: 'shadow' });
  }

  /**
   * Goes on with other options, while calls run and wait. It stays in its phase, and keeps what its windows have counted.
   * An open one stays open for the time that it has left. A window that counts otherwise begins empty, and an event
   * `'reconfigured'` names what was lost.
   *
   * @param policy with all options: one that is not given has its default
   * @throws RangeError | TypeError naming the option and the value. Nothing has changed then
   */
  reconfigure(policy: CircuitBreaker, when: ReconfigureOptions = {}): void {
    const where = `${this.title}: reconfigure`;
    if (!isBreaker(policy)) rejectOption(where, 'policy', 'a circuitBreaker(..)', policy, TypeError);
    const { opens } = readOptions<ReconfigureOptions, typeof reconfigureRows>(where, when, reconfigureRows);
    this.breaker = policy;
    this.goOnWith(policy);
    if (opens === 'now' && policy.isTripped(this.current, this.clock.now())) this.command({ name: 'open' });
  }

  /** @internal */
  override rejection(reason: Reason, retryAfter: number): CircuitOpenError {
    return new CircuitOpenError(this.name, reason, retryAfter, this.openedBy);
  }

  /** @internal */
  override rejectionIn(ms: number): CircuitOpenError | undefined {
    const { phase, retryAfter } = this.state;
    const isShut = phase === 'open' || phase === 'isolated';
    return isShut && (retryAfter > ms || retryAfter === Infinity) ? this.rejection(phase, retryAfter) : undefined;
  }

  protected override get cause(): unknown {
    return this.openedBy;
  }

  protected override note(before: CircuitState, signal: Signal, verdict: Verdict<CircuitState>): void {
    const { state, reason, isBad = false }: CircuitVerdict = verdict;
    if (isBad) this.badCalls += 1;
    if (signal.kind === 'control' && ['reset', 'resume'].includes(signal.command.name)) this.era += 1;
    if (state.phase !== 'open' && state.phase !== 'half-open') this.openedBy = undefined;
    else if (state.phase === 'open' && state !== before && signal.kind !== 'ask' && reason !== 'late') {
      this.openedBy = signal.kind === 'failure' ? signal.error : undefined;
    }
  }

  /** Good calls of a closed circuit are many, and most of them only change `successes`. */
  protected override isVisible(change: Change<CircuitState>): boolean {
    const { before, signal, verdict } = change;
    if (!('windows' in before && 'windows' in verdict.state) || signal.kind === 'control')
      return super.isVisible(change);
    const [old, now] = [before, verdict.state].map((state) => this.breaker.view(state, signal.now));
    return old?.phase !== now?.phase || old?.failures !== now?.failures || old?.slow !== now?.slow;
  }

  protected override eventsOf(change: Change<CircuitState>): CircuitEvent[] {
    return eventsOf(change, this.name);
  }

  protected override spanOf(before: CircuitState, after: CircuitState): number | undefined {
    return openSpan(before, after);
  }

  private command(command: Command): void {
    if (this.control(command).reason !== 'illegal') return;
    throw new Error(`${this.title}: cannot ${command.name} ${articled(this.state.phase)} circuit`);
  }

  protected override views(): Observable<CircuitStatus> {
    return countdown(this, () => this.state);
  }
}

const reconfigureRows = { opens: [oneOf, 'at-next-failure', ['at-next-failure', 'now']] } as const;

const articled = (phase: string): string => `${/^[aeiou]/.test(phase) ? 'an' : 'a'} ${phase}`;

/**
 * A live circuit breaker: one state for all streams that go through it. Make one for each dependency, keep it, and name it
 * for errors and events.
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
  const policy = breaker('circuit', options, identityOptionNames());
  const { name, clock } = identityOf('circuit', options, Object.keys(options));
  return new Circuit(name, policy, clock);
}
