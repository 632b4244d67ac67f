import { step, type Policy } from '../policy/policy.js';
import type { HedgeDetails, HedgeEvent } from './hedgeEvents.js';
import type { Clock } from './ledger.js';
import { admitted, type Transaction } from './transaction.js';

/*
 * One call with its hedges, as a state machine without timers and without RxJS.
 */

/** What all calls of one operator share. */
export interface HedgePlan {
  /** Its wait after a failure is the time before the next hedge. */
  readonly policy: Policy;
  /** How many hedges a call may have. */
  readonly max: number;
  /** The way of an attempt into the gates, if there are any for it. */
  entryOf(attempt: number): { readonly begin: () => Transaction } | undefined;
  readonly clock: Clock;
  /** Which operation it is, in events. */
  readonly name: string;
  readonly notify: ((event: HedgeEvent) => void) | undefined;
}

/** An attempt that runs. */
export interface RunningAttempt {
  readonly number: number;
  readonly startedAt: number;
  readonly gates: Transaction | undefined;
}

/** One call: its attempts and its end. */
export class HedgedCall {
  /** The error of the first attempt, or of the winner after a value. */
  error: unknown;
  /** How many attempts have started. */
  private started = 0;
  private running = 0;
  /** The number of the attempt that was first. */
  private winner: number | undefined;
  private state: unknown;

  constructor(
    private readonly plan: HedgePlan,
    private readonly begunAt: number,
  ) {
    this.state = plan.policy.initial;
  }

  /** Whether an attempt has won, or none runs. */
  get isDecided(): boolean {
    return this.winner !== undefined || this.running === 0;
  }

  /** Whether no other attempt runs beside one. */
  get runsAlone(): boolean {
    return this.running === 1;
  }

  /** Starts the next attempt; `undefined` if it is a hedge that the budget does not pay. */
  begin(): RunningAttempt | undefined {
    const number = this.started + 1;
    const gates = this.plan.entryOf(number)?.begin();
    const { wait, reason = 'rejected' } = gates?.ask(number, undefined, admitted) ?? admitted;
    gates?.keep(wait);
    // A budget is about hedges. It does not hold back a first attempt.
    if (wait > 0) gates?.abandon();
    if (wait > 0 && number > 1) {
      this.notify('denied', number, { reason });
      return undefined;
    }
    this.started = number;
    this.running += 1;
    if (number > 1) this.notify('hedged', number);
    return { number, startedAt: this.plan.clock.now(), gates };
  }

  /** After how many milliseconds another attempt may start; Infinity: none may. */
  waitAfter({ number, startedAt }: RunningAttempt): number {
    const { clock, max, policy } = this.plan;
    if (this.isDecided || number > max) return Infinity;
    const random = clock.random();
    const failure = { kind: 'failure', ticket: number, now: startedAt, random, took: 0, error: undefined } as const;
    const { state, wait, thrown } = step(policy, this.state, failure);
    this.state = state;
    if (thrown !== undefined) throw thrown.error;
    return wait;
  }

  /** The attempt produced a value or completed. Whether it is the first one: then the others must be unsubscribed. */
  wins({ number }: RunningAttempt): boolean {
    if (this.winner !== undefined) return false;
    this.winner = number;
    return true;
  }

  /** The others are unsubscribed. */
  won(attempt: RunningAttempt): void {
    attempt.gates?.prove();
    this.notifyEnd('won', attempt);
  }

  completed({ gates }: RunningAttempt): void {
    gates?.settle('success');
  }

  /** The call goes on if another attempt runs. Otherwise it ends with an {@link error}. */
  failed(attempt: RunningAttempt, error: unknown): void {
    this.running -= 1;
    if (attempt.number === 1 || attempt.number === this.winner) this.error = error;
    attempt.gates?.settle('failure', error);
    if (attempt.number !== this.winner) this.notifyEnd('failed', attempt, { error });
  }

  /** The attempt has been unsubscribed. */
  left(attempt: RunningAttempt): void {
    const isWinner = attempt.number === this.winner;
    this.running -= 1;
    attempt.gates?.settle(isWinner ? 'success' : 'cancel');
    if (!isWinner) this.notifyEnd('cancelled', attempt);
  }

  private notifyEnd<K extends 'won' | 'failed' | 'cancelled'>(
    kind: K,
    { number, startedAt }: RunningAttempt,
    more?: Omit<HedgeDetails<K>, 'took'>,
  ): void {
    const { clock, notify } = this.plan;
    if (notify !== undefined)
      this.notify(kind, number, { took: clock.now() - startedAt, ...more } as unknown as HedgeDetails<K>);
  }

  private notify<K extends HedgeEvent['kind']>(kind: K, attempt: number, more?: HedgeDetails<K>): void {
    const { clock, name, notify } = this.plan;
    notify?.({ kind, name, attempt, elapsed: clock.now() - this.begunAt, ...more } as HedgeEvent);
  }
}
