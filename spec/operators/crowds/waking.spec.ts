import { defer, filter, finalize, NEVER, of, Subject, takeUntil, throwError, type Observable } from 'rxjs';
import {
  circuit,
  circuitBreak,
  concurrencyLimit,
  fixedRetry,
  gate,
  guard,
  immediate,
  retries,
  retryWithPolicy,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { size } from '../../support/size.js';

/*
 * Theme: which waiting call is woken, when, and at what depth of the stack.
 */

/** How many calls wait. With waking by recursion, some 300 overflowed the stack. */
const many = size(5000, 100_000);

const slots = (limit: number) => gate(concurrencyLimit({ limit }));

describe('a queue of calls that end at once', () => {
  it.each<
    [name: string, through: (slot: ReturnType<typeof slots>) => (source: Observable<number>) => Observable<number>]
  >([
    ['guard', (slot) => guard<number>(slot, { maxWait: Infinity })],
    ['retryWithPolicy', (slot) => retryWithPolicy<number>(immediate, { gates: [slot] })],
  ])('is answered in order and leaves nothing behind: %s', (_, through) => {
    const slot = slots(1);
    const first = new Subject<number>();
    const answered: number[] = [];
    first.pipe(through(slot)).subscribe();
    for (let call = 1; call <= many; call += 1) {
      of(call)
        .pipe(through(slot))
        .subscribe((value) => answered.push(value));
    }
    expect(slot.state).toMatchObject({ running: 1, waiting: many });
    first.complete();
    expect(answered).toEqual(Array.from({ length: many }, (_, index) => index + 1));
    expect(slot.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
  });

  it('is answered when the circuit below it opens', () => {
    const slot = slots(1);
    const live = circuit({ threshold: 10 });
    const first = new Subject<never>();
    const ends: string[] = [];
    const call = (source: Observable<never>): void => {
      source.pipe(circuitBreak(live), guard(slot, { maxWait: Infinity })).subscribe({
        error: (error: unknown) => ends.push((error as Error).name),
      });
    };
    call(first);
    for (let index = 0; index < many; index += 1) call(throwError(() => new Error('down')));
    first.error(new Error('down'));
    expect(ends.filter((name) => name === 'Error')).toHaveLength(10);
    expect(ends.filter((name) => name === 'CircuitOpenError')).toHaveLength(many - 9);
    expect(slot.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
  });
});

describe('a predicate that ends a call while it is settled', () => {
  it.each([1, 2])('loses no wake-up: %i slots', (limit) => {
    const slot = slots(limit);
    const out = new Subject<void>();
    const live = circuit({
      classify: () => {
        out.next();
        return 'failure';
      },
    });
    const answered: string[] = [];
    const call = (source: Observable<string>): void => {
      source.pipe(guard([live, slot], { maxWait: Infinity }), takeUntil(out)).subscribe({
        next: (value) => answered.push(value),
        error: () => undefined,
      });
    };
    const failing = new Subject<string>();
    call(failing);
    if (limit === 2) call(NEVER);
    for (const name of ['one', 'two']) {
      of(name)
        .pipe(guard([live, slot], { maxWait: Infinity }))
        .subscribe((value) => answered.push(value));
    }
    failing.error(new Error('down'));
    expect(answered).toEqual(['one', 'two']);
    expect(slot.state).toEqual({ running: 0, waiting: 0, free: limit, limit });
  });

  it.each<[string, (error: unknown) => boolean, number]>([
    ['and answers no', () => false, 9],
    ['and the policy gives up', () => false, 1],
    ['and answers yes', () => true, 9],
    [
      'and throws',
      () => {
        throw new Error('odd');
      },
      9,
    ],
  ])('loses no wake-up: isFatal unsubscribes its own call %s', (_, answer, maxAttempts) => {
    const slot = slots(1);
    const out = new Subject<void>();
    const isFatal = (error: unknown): boolean => {
      out.next();
      return answer(error);
    };
    const policy = fixedRetry({ maxAttempts, delay: 0 });
    const failing = new Subject<string>();
    failing.pipe(retryWithPolicy(policy, { gates: [slot], isFatal }), takeUntil(out)).subscribe();
    const answered: string[] = [];
    of('one')
      .pipe(guard(slot, { maxWait: Infinity }))
      .subscribe((value) => answered.push(value));
    failing.error(new Error('down'));
    expect(answered).toEqual(['one']);
    expect(slot.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
  });
});

describe('a call that leaves while all are woken', () => {
  it('does not ask again, so that it keeps no slot', () => {
    const slot = slots(1);
    const first = new Subject<string>();
    const left = new Subject<void>();
    const answered: string[] = [];
    const call = (source: Observable<string>, until: Observable<unknown> = NEVER): void => {
      source.pipe(guard(slot, { maxWait: Infinity }), takeUntil(until)).subscribe((value) => answered.push(value));
    };
    call(first);
    call(
      defer(() => {
        left.next();
        return of('second');
      }),
    );
    call(of('third'), left);
    call(of('fourth'));
    slot.restore(slot.snapshot());
    expect(answered).toEqual(['second', 'fourth']);
    expect(slot.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
  });
});

describe('a source that is torn down after its retry has begun', () => {
  it('loses no wake-up: its teardown ends another call, so the retry starts and fails meanwhile', () => {
    const slot = slots(2);
    const failing = new Subject<string>();
    const other = NEVER.pipe(guard(slot)).subscribe();
    const attempt = failing.pipe(
      finalize(() => {
        other.unsubscribe();
      }),
    );
    const down = new Error('down');
    const ends: unknown[] = [];
    attempt.pipe(retryWithPolicy(retries(2), { gates: [slot] })).subscribe({
      error: (error: unknown) => ends.push(error),
    });
    const answered: string[] = [];
    of('waiting')
      .pipe(guard(slot, { maxWait: Infinity }))
      .subscribe((value) => answered.push(value));
    failing.error(down);
    expect(ends).toEqual([down]);
    expect(answered).toEqual(['waiting']);
    expect(slot.state).toEqual({ running: 0, waiting: 0, free: 2, limit: 2 });
  });
});

describe('a listener of a command that subscribes another call', () => {
  it('loses no wake-up', () => {
    const slot = slots(1);
    const answered: string[] = [];
    const call = (source: Observable<string>): void => {
      source.pipe(guard(slot, { maxWait: Infinity })).subscribe((value) => answered.push(value));
    };
    call(NEVER);
    call(of('waiting'));
    slot.events$.pipe(filter(({ kind }) => kind === 'restored')).subscribe(() => {
      call(of('late'));
    });
    slot.restore(slot.snapshot());
    expect(answered).toEqual(['late', 'waiting']);
    expect(slot.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
  });
});
