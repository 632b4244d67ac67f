import { retryBackoff } from 'backoff-rxjs';
import { defer, of, range, retry, tap, throwError, timer, type Observable } from 'rxjs';
import { circuit, circuitBreak, exponentialBackoff, failureRate, retries, retryWithPolicy } from 'rxjs-reprise';
import { counter, lastOf, returns } from '../job.js';
import type { Row } from '../row.js';

/*
 * Synchronous streams: the cost of a policy or a circuit around them.
 */

const rxjsRetry = 'RxJS retry({ count, delay })';

/** At most five calls with a doubling delay, written with RxJS alone. */
const doubling = { count: 4, delay: (_: unknown, attempt: number) => timer(100 * 2 ** (attempt - 1)) };

export const P1: Row = {
  title: 'a synchronous source succeeds (the stream is built once)',
  unit: 'ns',
  lines: [
    { ours: 'retryWithPolicy', peer: rxjsRetry, atMost: 1.5 },
    { ours: 'retryWithPolicy with a deadline', peer: rxjsRetry, atMost: 2.2 },
    { ours: 'retryWithPolicy with a circuit', peer: rxjsRetry, atMost: 4.5 },
    { ours: 'retryWithPolicy', peer: 'backoff-rxjs', atMost: 0.65 },
  ],
  subjects: () => {
    const one$ = of(1);
    const gates = [circuit({ name: 'one' })];
    const plain$ = one$.pipe(retryWithPolicy(exponentialBackoff({ base: 100 })));
    const bounded$ = one$.pipe(retryWithPolicy(exponentialBackoff({ base: 100, maxElapsed: 30_000 })));
    const guarded$ = one$.pipe(retryWithPolicy(exponentialBackoff({ base: 100 }), { gates }));
    const rxjs$ = one$.pipe(retry(doubling));
    const backoff$ = one$.pipe(retryBackoff({ initialInterval: 100, maxRetries: 4 }));
    return {
      retryWithPolicy: { run: () => lastOf(plain$), check: returns(1) },
      'retryWithPolicy with a deadline': { run: () => lastOf(bounded$), check: returns(1) },
      'retryWithPolicy with a circuit': { run: () => lastOf(guarded$), check: returns(1) },
      [rxjsRetry]: { run: () => lastOf(rxjs$), check: returns(1) },
      'backoff-rxjs': { run: () => lastOf(backoff$), check: returns(1) },
    };
  },
};

export const P3: Row = {
  title: 'one value of a stream of 100 000',
  unit: 'ns',
  lines: [
    { ours: 'retryWithPolicy', peer: rxjsRetry, atMost: 1.1 },
    { ours: 'circuitBreak', peer: 'RxJS tap', atMost: 0.6 },
  ],
  subjects: () => {
    const per = 100_000;
    const many$ = range(0, per);
    const retried$ = many$.pipe(retryWithPolicy(exponentialBackoff({ base: 100 })));
    const rxjs$ = many$.pipe(retry(doubling));
    const guarded$ = many$.pipe(circuitBreak(circuit({ name: 'many' })));
    const tapped$ = many$.pipe(tap(countEnds()));
    const check = returns(per - 1);
    return {
      retryWithPolicy: { run: () => lastOf(retried$), per, check },
      [rxjsRetry]: { run: () => lastOf(rxjs$), per, check },
      circuitBreak: { run: () => lastOf(guarded$), per, check },
      'RxJS tap': { run: () => lastOf(tapped$), per, check },
    };
  },
};

export const P5: Row = {
  title: 'ten failures or one failure before a success, no delays',
  unit: 'ns',
  lines: [
    { ours: 'ten: retryWithPolicy', peer: 'ten: RxJS retry({ count, delay: () => of(0) })', atMost: 1.1 },
    { ours: 'one: retryWithPolicy', peer: 'one: RxJS retry({ count, delay: () => of(0) })' },
  ],
  subjects: () =>
    Object.fromEntries(
      [
        { label: 'ten', failures: 10 },
        { label: 'one', failures: 1 },
      ].flatMap(({ label, failures }) => {
        const retried$ = flaky(failures).pipe(retryWithPolicy(retries(10)));
        const rxjs$ = flaky(failures).pipe(retry({ count: 10, delay: () => of(0) }));
        const check = returns('done', failures + 1);
        return [
          [`${label}: retryWithPolicy`, { run: () => lastOf(retried$), check }],
          [`${label}: RxJS retry({ count, delay: () => of(0) })`, { run: () => lastOf(rxjs$), check }],
        ];
      }),
    ),
};

export const P6: Row = {
  title: 'the circuit is closed, a synchronous source succeeds',
  unit: 'ns',
  lines: [
    { ours: 'circuitBreak, failures(5, { window })', peer: 'RxJS defer + tap', atMost: 1.25 },
    { ours: 'circuitBreak, failureRate(.., { window })', peer: 'RxJS defer + tap', atMost: 1.6 },
  ],
  subjects: () => {
    const one$ = of(1);
    const counted$ = one$.pipe(circuitBreak(circuit({ name: 'one' })));
    const timed$ = one$.pipe(circuitBreak(circuit({ name: 'one', trip: failureRate(0.5, { window: 10_000 }) })));
    const byHand$ = defer(() => one$.pipe(tap(countEnds())));
    return {
      'circuitBreak, failures(5, { window })': { run: () => lastOf(counted$), check: returns(1) },
      'circuitBreak, failureRate(.., { window })': { run: () => lastOf(timed$), check: returns(1) },
      'RxJS defer + tap': { run: () => lastOf(byHand$), check: returns(1) },
    };
  },
};

/** Fails `failures` times, then succeeds once, and repeats. */
function flaky(failures: number): Observable<string> {
  const busy$ = throwError(() => busy);
  const done$ = of('done');
  let failed = 0;
  return defer(() => {
    counter.calls += 1;
    failed = failed < failures ? failed + 1 : 0;
    return failed > 0 ? busy$ : done$;
  });
}

const busy = new Error('busy');

/** The minimal bookkeeping of how calls end. */
function countEnds(): { readonly next: () => void; readonly error: () => void; readonly complete: () => void } {
  let hasValue = false;
  return {
    next: () => {
      hasValue = true;
    },
    error: () => {
      ended.failures += 1;
    },
    complete: () => {
      if (hasValue) ended.successes += 1;
    },
  };
}

const ended = { successes: 0, failures: 0 };
