import { defer, NEVER, noop, of, throwError, timer, VirtualTimeScheduler, concat, type Observable } from 'rxjs';
import {
  action,
  both,
  circuit,
  concurrencyLimit,
  exponentialBackoff,
  fixed,
  gate,
  guard,
  immediate,
  rateLimit,
  retries,
  retryWithPolicy,
  type Gate,
  type Policy,
  type RetryOptions,
} from 'rxjs-reprise';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outcome, turns, type Turn } from '../../support/stage.js';

/*
 * Shut down: when `until` aborts, waits end and nothing is retried.
 */

const down = new Error('down');
const failing = throwError(() => down);
let stop = new AbortController();
let events: Turn[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  stop = new AbortController();
  events = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const options = (): RetryOptions => ({ until: stop.signal, observe: turns((event) => events.push(event)) });
const kinds = (): unknown[] => events.map((event) => [event.kind, 'reason' in event && event.reason]);

/** How many listeners are left on the signal. */
function counted(signal: AbortSignal): () => number {
  let count = 0;
  const addEventListener = signal.addEventListener.bind(signal);
  const removeEventListener = signal.removeEventListener.bind(signal);
  const [added, removed] = [new Set<unknown>(), new Set<unknown>()];
  signal.addEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
    added.add(listener);
    addEventListener(type, listener);
  };
  signal.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
    removed.add(listener);
    removeEventListener(type, listener);
  };
  return () => {
    count = [...added].filter((each) => !removed.has(each)).length;
    return count;
  };
}

describe('when until aborts', () => {
  it.each<[string, Policy]>([
    ['that asks nothing', fixed(60_000)],
    ['with a deadline', exponentialBackoff({ maxElapsed: 100_000 })],
    ['without an end', fixed(Number.MAX_VALUE)],
  ])('a wait of a policy %s ends with the last error', (_, policy) => {
    const left = counted(stop.signal);
    const seen = outcome(failing.pipe(retryWithPolicy(policy, options())));
    vi.advanceTimersByTime(5);
    expect(seen.end).toBe('pending');
    stop.abort();
    expect(seen.end).toBe(down);
    expect(kinds().at(-1)).toEqual(['gave-up', 'stopped']);
    expect(vi.getTimerCount()).toBe(0);
    expect(left()).toBe(0);
  });

  it('a retry that waits at a gate ends with the last error', () => {
    const live = circuit({ threshold: 1 });
    const seen = outcome(failing.pipe(retryWithPolicy(immediate, { ...options(), gates: [live] })));
    expect(seen.end).toBe('pending');
    stop.abort();
    expect(seen.end).toBe(down);
    expect(kinds()).toEqual([
      ['retrying', false],
      ['rejected', 'stopped'],
      ['gave-up', 'stopped'],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a retry whose wait would be followed by one at a gate ends with the last error', () => {
    const live = circuit({ threshold: 1 });
    const seen = outcome(failing.pipe(retryWithPolicy(fixed(10), { ...options(), gates: [live] })));
    stop.abort();
    expect(seen.end).toBe(down);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, (gates: ReturnType<typeof busy>) => Observable<unknown>]>([
    ['retryWithPolicy', (gates) => of('ok').pipe(retryWithPolicy(immediate, { ...options(), gates }))],
    ['action', (gates) => action(() => 'ok', { ...options(), gates })()],
    ['guard', (gates) => of('ok').pipe(guard(gates, { maxWait: Infinity, until: stop.signal }))],
  ])('a first attempt that waits at a gate is rejected: %s', (_, build) => {
    const left = counted(stop.signal);
    for (const gates of [busy(), [limited()]]) {
      stop = stop.signal.aborted ? new AbortController() : stop;
      const seen = outcome(build(gates));
      expect(seen.end).toBe('pending');
      stop.abort();
      expect(seen.end).toMatchObject({ name: 'RejectedError', reason: 'stopped', retryAfter: Infinity });
      expect(gates[0]?.state).toMatchObject('waiting' in (gates[0]?.state as object) ? { waiting: 0 } : {});
    }
    expect(left()).toBe(0);
  });

  it('an attempt that runs finishes, and its failure is not retried', () => {
    const slow = timer(50);
    const good = outcome(slow.pipe(retryWithPolicy(immediate, options())));
    const bad = outcome(concat(slow, failing).pipe(retryWithPolicy(immediate, options())));
    stop.abort();
    vi.advanceTimersByTime(50);
    expect(good).toEqual({ values: [0], end: 'complete' });
    expect(bad).toEqual({ values: [0], end: down });
    expect(kinds()).toEqual([['gave-up', 'stopped']]);
  });

  it('the no of the policy keeps its reason', () => {
    stop.abort();
    outcome(failing.pipe(retryWithPolicy(retries(0), options())));
    expect(kinds()).toEqual([['gave-up', 'retries']]);
  });

  it('an observer may be what aborts it, also before a retry without a wait', () => {
    let calls = 0;
    const source = defer(() => {
      calls += 1;
      return failing;
    });
    const observe = (): void => {
      stop.abort();
    };
    const seen = outcome(source.pipe(retryWithPolicy(immediate, { until: stop.signal, observe })));
    expect([calls, seen.end]).toEqual([1, down]);
    const later = outcome(source.pipe(retryWithPolicy(fixed(5), { until: stop.signal })));
    expect([calls, later.end]).toEqual([2, down]);
  });

  it.each<[string, (abort: () => void, gate: Gate) => RetryOptions]>([
    [
      'an observer of its start',
      (abort) => ({
        observe: ({ kind }) => {
          if (kind === 'attempt') abort();
        },
      }),
    ],
    [
      'a listener of the gate',
      (abort, gate) => {
        gate.events$.subscribe(abort);
        return {};
      },
    ],
  ])('a call that a gate admits after a wait keeps no slot, if %s aborts it then', (_, abortedBy) => {
    const slots = gate(concurrencyLimit({ limit: 1 }));
    const holder = NEVER.pipe(guard(slots)).subscribe();
    let isReleased = false;
    const abort = (): void => {
      if (isReleased) stop.abort();
    };
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return NEVER;
    });
    const seen = outcome(
      source.pipe(retryWithPolicy(retries(1), { ...abortedBy(abort, slots), gates: [slots], until: stop.signal })),
    );
    isReleased = true;
    holder.unsubscribe();
    expect(seen.end).toMatchObject({ reason: 'stopped' });
    expect(slots.state).toEqual({ running: 0, waiting: 0, free: 1, limit: 1 });
    expect(subscribed).toBe(0);
  });

  it('a stream that starts afterwards makes its first attempt', () => {
    stop.abort();
    expect(outcome(of('ok').pipe(retryWithPolicy(immediate, options()))).values).toEqual(['ok']);
    const seen = outcome(of('ok').pipe(retryWithPolicy(immediate, { ...options(), gates: busy() })));
    expect(seen.end).toMatchObject({ reason: 'stopped' });
    expect(outcome(of('ok').pipe(guard(busy(), { maxWait: 9, until: stop.signal }))).end).toMatchObject({
      reason: 'stopped',
    });
  });

  it('a wait for the scheduler in virtual time ends too', () => {
    const scheduler = new VirtualTimeScheduler();
    const seen = outcome(failing.pipe(retryWithPolicy(both(fixed(5), retries(3)), { ...options(), scheduler })));
    stop.abort();
    expect(seen.end).toBe(down);
    scheduler.flush();
    expect(scheduler.frame).toBeLessThanOrEqual(5);
  });
});

it.each([null, 5, {}, new AbortController()])('rejects %s as until', (until) => {
  expect(() => retryWithPolicy(immediate, { until: until as never })).toThrow(
    'retryWithPolicy: until must be an AbortSignal, got',
  );
  expect(() => guard(limited(), { until: until as never })).toThrow('guard: until must be an AbortSignal, got');
});

/** A gate whose only slot is taken. */
function busy(): ReturnType<typeof gate>[] {
  const slots = gate(concurrencyLimit({ limit: 1 }));
  NEVER.pipe(guard(slots)).subscribe();
  return [slots];
}

/** A gate that admits again in a minute. */
function limited(): ReturnType<typeof gate> {
  const rate = gate(rateLimit({ limit: 1, per: 60_000 }));
  of('ok').pipe(guard(rate)).subscribe({ error: noop });
  return rate;
}
