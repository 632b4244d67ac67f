import {
  catchError,
  firstValueFrom,
  map,
  noop,
  of,
  pipe,
  tap,
  throwError,
  timer,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import {
  action,
  both,
  circuit,
  circuitBreak,
  CircuitOpenError,
  concurrencyLimit,
  fixed,
  gate,
  guard,
  immediate,
  RejectedError,
  retries,
  retryWithPolicy,
  type Circuit,
  type RetryEvent,
  type RetryOptions,
} from 'rxjs-reprise';
import { expect, describe, it } from 'vitest';
import { outcome, turns, type Turn } from '../../support/stage.js';

/*
 * A circuit below a retry: the failure that opens it ends the retry, and a rejection gives its own reason.
 */

const fails = (error: unknown = new Error('down')): Observable<never> => throwError(() => error);

const failsAfter = (ms: number, error: unknown, scheduler: VirtualTimeScheduler): Observable<never> =>
  timer(ms, scheduler).pipe(
    map(() => {
      throw error;
    }),
  );

/** The last event of a retry: its kind, the attempt, the reason and the instant. */
function lastOf(events: readonly Turn[]): unknown {
  const last = events.at(-1);
  return last?.kind === 'gave-up' ? [last.attempt, last.reason, last.elapsed] : last?.kind;
}

describe('the failure that opens the circuit', () => {
  /** Retries a failing call through a circuit that opens at the second failure. */
  function through(
    build: (
      scheduler: VirtualTimeScheduler,
      live: Circuit,
      observe: (event: RetryEvent) => void,
    ) => Observable<unknown>,
    resetAfter = 60_000,
  ): { end: unknown; last: unknown; phase: string } {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 2, resetAfter, scheduler });
    const events: Turn[] = [];
    const seen = outcome(
      build(
        scheduler,
        live,
        turns((event) => events.push(event)),
      ),
    );
    scheduler.flush();
    return { end: seen.end, last: lastOf(events), phase: live.state.phase };
  }
  const down = new Error('down');
  const policy = both(fixed(100), retries(5));

  it.each<[string, Parameters<typeof through>[0]]>([
    [
      'circuitBreak',
      (scheduler, live, observe) =>
        fails(down).pipe(circuitBreak(live), retryWithPolicy(policy, { scheduler, observe })),
    ],
    [
      'guard',
      (scheduler, live, observe) =>
        fails(down).pipe(
          guard([gate(concurrencyLimit({ limit: 5 })), live]),
          retryWithPolicy(policy, { scheduler, observe }),
        ),
    ],
    [
      'a guard with a shorter maxWait',
      (scheduler, live, observe) =>
        fails(down).pipe(guard(live, { maxWait: 59_000, scheduler }), retryWithPolicy(policy, { scheduler, observe })),
    ],
    [
      'another guard between',
      (scheduler, live, observe) =>
        fails(down).pipe(
          circuitBreak(live),
          circuitBreak(circuit({ scheduler })),
          retryWithPolicy(policy, { scheduler, observe }),
        ),
    ],
    [
      'another guard below',
      (scheduler, live, observe) =>
        fails(down).pipe(
          circuitBreak(circuit({ scheduler })),
          circuitBreak(live),
          retryWithPolicy(policy, { scheduler, observe }),
        ),
    ],
    [
      'a retry between',
      (scheduler, live, observe) =>
        fails(down).pipe(
          circuitBreak(live),
          retryWithPolicy(retries(0)),
          retryWithPolicy(policy, { scheduler, observe }),
        ),
    ],
    [
      'action',
      (scheduler, live, observe) => action(() => fails(down), { circuit: live, retry: policy, scheduler, observe })(),
    ],
  ])('ends the retry at once with that error and the reason open: %s', (_, build) => {
    const { end, last, phase } = through(build);
    expect(end).toBe(down);
    expect(last).toEqual([2, 'open', 100]);
    expect(phase).toBe('open');
  });

  it('is a primitive too', () => {
    const { end, last } = through((scheduler, live, observe) =>
      fails('down').pipe(circuitBreak(live), retryWithPolicy(policy, { scheduler, observe })),
    );
    expect([end, last]).toEqual(['down', [2, 'open', 100]]);
  });

  it('ends action({ retry: circuit }) in the same turn', () => {
    const { end, last } = through((scheduler, live, observe) =>
      action(() => fails(down), { retry: live, scheduler, observe })(),
    );
    expect(end).toBe(down);
    expect(last).toEqual([2, 'open', 0]);
  });

  it.each<[string, (live: Circuit) => void, string]>([
    [
      'opened',
      (live) => {
        live.open();
      },
      'open',
    ],
    [
      'isolated',
      (live) => {
        live.isolate();
      },
      'isolated',
    ],
  ])('may come after the circuit was %s', (_, act, reason) => {
    const { end, last } = through((scheduler, live, observe) => {
      scheduler.schedule(() => {
        act(live);
      }, 50);
      return failsAfter(80, down, scheduler).pipe(circuitBreak(live), retryWithPolicy(policy, { scheduler, observe }));
    });
    expect([end, last]).toEqual([down, [1, reason, 80]]);
  });
});

describe('a failure at an open circuit is retried', () => {
  const lost = new Error('lost');

  /** The failures of three attempts, and how the retry ended. The circuit opens at the first failure. */
  function retried(
    options: RetryOptions,
    operate: (live: Circuit, scheduler: VirtualTimeScheduler) => MonoTypeOperatorFunction<never>,
    resetAfter = 1000,
  ): unknown {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 1, resetAfter, scheduler });
    const events: Turn[] = [];
    const policy = both(fixed(100), retries(2));
    fails(lost)
      .pipe(
        operate(live, scheduler),
        retryWithPolicy(policy, { scheduler, observe: turns((event) => events.push(event)), ...options }),
      )
      .subscribe({ error: noop });
    scheduler.flush();
    return lastOf(events);
  }

  it('if its wait ends when the circuit may be probed', () => {
    expect(retried({}, (live) => circuitBreak(live), 100)).toEqual([3, 'retries', 200]);
    expect(retried({}, (live) => circuitBreak(live), 101)).toEqual([1, 'open', 0]);
  });

  it('if the guard waits for the circuit', () => {
    expect(retried({}, (live, scheduler) => guard(live, { maxWait: Infinity, scheduler }))).toEqual([
      3,
      'retries',
      2000,
    ]);
    expect(retried({}, (live, scheduler) => guard(live, { maxWait: 900, scheduler }))).toEqual([3, 'retries', 2000]);
    expect(retried({}, (live, scheduler) => guard(live, { maxWait: 899, scheduler }))).toEqual([1, 'open', 0]);
  });

  it('if isFatal lets rejections be retried', () => {
    expect(retried({ isFatal: () => false }, (live) => circuitBreak(live))).toEqual([3, 'retries', 200]);
  });

  it('if the circuit is a gate of the retry, which waits for it', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 1, resetAfter: 1000, scheduler });
    const events: Turn[] = [];
    fails(lost)
      .pipe(retryWithPolicy(retries(1), { gates: [live], scheduler, observe: turns((event) => events.push(event)) }))
      .subscribe({ error: noop });
    scheduler.flush();
    expect(lastOf(events)).toEqual([2, 'retries', 1000]);
  });

  it('if the same error is thrown again elsewhere', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 1, resetAfter: 1000, scheduler });
    fails(lost).pipe(circuitBreak(live)).subscribe({ error: noop });
    const events: Turn[] = [];
    fails(lost)
      .pipe(retryWithPolicy(retries(2), { observe: turns((event) => events.push(event)) }))
      .subscribe({ error: noop });
    expect(lastOf(events)).toEqual([3, 'retries', expect.any(Number)]);
  });

  it('if an operator between turns it into another error', () => {
    const operate = (live: Circuit): MonoTypeOperatorFunction<never> =>
      pipe(
        circuitBreak(live),
        tap({
          error: () => {
            throw new Error('another');
          },
        }),
      );
    expect(retried({}, operate)).toEqual([3, 'retries', 200]);
  });

  it('if another error comes out of a fallback', () => {
    const operate = (live: Circuit): MonoTypeOperatorFunction<never> =>
      pipe(
        circuitBreak(live),
        catchError(() => fails('no fallback')),
      );
    expect(retried({}, operate)).toEqual([3, 'retries', 200]);
  });
});

describe('a rejection below a retry', () => {
  it.each<[string, unknown, string]>([
    ['a RejectedError', new RejectedError('concurrency', 0, 'slots'), 'concurrency'],
    ['a CircuitOpenError', new CircuitOpenError('users', 'half-open', 5), 'half-open'],
    ['any fatal error', new DOMException('', 'AbortError'), 'fatal'],
  ])('gives up with its own reason: %s', (_, error, reason) => {
    const events: Turn[] = [];
    const seen = outcome(
      fails(error).pipe(retryWithPolicy(immediate, { observe: turns((event) => events.push(event)) })),
    );
    expect(seen.end).toBe(error);
    expect(events).toMatchObject([{ kind: 'gave-up', attempt: 1, error, reason }]);
  });

  it('of an isolated circuit gives the reason isolated', async () => {
    const live = circuit();
    live.isolate();
    const reasons: unknown[] = [];
    const load = action(() => of('never'), {
      circuit: live,
      retry: 3,
      observe: turns((event) => reasons.push('reason' in event && event.reason)),
    });
    await expect(firstValueFrom(load())).rejects.toBeInstanceOf(CircuitOpenError);
    expect(reasons).toEqual(['isolated']);
  });
});
