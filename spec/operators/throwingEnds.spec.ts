import {
  map,
  ObjectUnsubscribedError,
  Subject,
  Subscriber,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import {
  circuit,
  concurrencyLimit,
  gate,
  guard,
  resetOn,
  retries,
  retryWithPolicy,
  type RetryEvent,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { outcome } from '../support/stage.js';

/*
 * What stands above and below an operator may throw instead of sending an error. The result is that of RxJS's operators.
 */

const broken = new Error('broken');

const oneSlot = () => gate(concurrencyLimit({ limit: 1 }));
const free = { running: 0, waiting: 0, free: 1, limit: 1 };

/** A Subject that is closed throws at `subscribe`. */
const closedSource = (): Observable<never> => {
  const source = new Subject<never>();
  // eslint-disable-next-line rxjs-x/no-subject-unsubscribe -- this is what is tested
  source.unsubscribe();
  return source;
};

describe('a source whose subscribe throws has failed', () => {
  it.each([
    ['with nothing to report', () => retryWithPolicy<never>(retries(2))],
    ['with a policy that receives values', () => retryWithPolicy<never>(resetOn(() => true, retries(2)))],
    ['with a gate', () => retryWithPolicy<never>(retries(2), { gates: [oneSlot()] })],
    ['that reconnects', () => retryWithPolicy<never>(retries(2), { onComplete: 'retry', observe: () => undefined })],
    ['in a guard', () => guard<never>(oneSlot())],
  ])('%s', (_, operator: () => MonoTypeOperatorFunction<never>) => {
    expect(outcome(closedSource().pipe(operator())).end).toBeInstanceOf(ObjectUnsubscribedError);
  });

  it.each([[[]], [[oneSlot()]]])('each attempt of a retry is one', (gates) => {
    const events: string[] = [];
    const observe = ({ kind, attempt }: RetryEvent) => events.push(`${kind} ${String(attempt)}`);
    outcome(closedSource().pipe(retryWithPolicy(retries(1), { gates, observe })));
    expect(events).toEqual(['attempt 1', 'retrying 1', 'attempt 2', 'gave-up 2']);
  });

  it.each([
    [
      'retry',
      (dependency: ReturnType<typeof circuit>) => retryWithPolicy<never>(retries(1), { gates: [dependency] }),
      2,
    ],
    ['guard', (dependency: ReturnType<typeof circuit>) => guard<never>(dependency), 1],
  ])('a circuit of a %s counts it', (_, operator, failures) => {
    const dependency = circuit();
    outcome(closedSource().pipe(operator(dependency)));
    expect(dependency.state.failures).toBe(failures);
  });

  it('a call that has waited for a slot ends with it, and leaves the slot', () => {
    const slots = oneSlot();
    const first = new Subject<never>();
    first.pipe(guard(slots)).subscribe();
    const waiting = outcome(closedSource().pipe(guard(slots, { maxWait: Infinity })));
    first.complete();
    expect(waiting.end).toBeInstanceOf(ObjectUnsubscribedError);
    expect(slots.state).toEqual(free);
  });
});

/** A subscriber that RxJS does not wrap. */
class Throwing extends Subscriber<number> {
  readonly errors: unknown[] = [];

  protected override _next(): void {
    throw broken;
  }

  protected override _error(error: unknown): void {
    this.errors.push(error);
    this.unsubscribe();
  }
}

it.each([
  ['an operator of RxJS', () => map((value: number) => value)],
  ['a guard', () => guard<number>(oneSlot())],
  ['a retry', () => retryWithPolicy<number>(retries(0), { gates: [oneSlot()] })],
])('a consumer of %s that throws receives that as its error', (_, operator: () => MonoTypeOperatorFunction<number>) => {
  const source = new Subject<number>();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- as libraries do that have subscribers of their own
  const consumer = new Throwing();
  source.pipe(operator()).subscribe(consumer);
  const values: number[] = [];
  source.subscribe((value) => values.push(value));
  source.next(1);
  expect(consumer.errors).toEqual([broken]);
  expect(values).toEqual([1]);
});
