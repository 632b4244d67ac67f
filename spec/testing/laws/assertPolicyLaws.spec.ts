import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as core from 'rxjs-reprise/core';
import { onFailure, type Policy, type Signal, type Verdict } from 'rxjs-reprise';
import { assertPolicyLaws } from 'rxjs-reprise/testing';
import { policy as anyPolicy } from '../../support/arbitraries.js';
import { size } from '../../support/size.js';
import { thrownBy } from '../../support/thrown.js';

/** A policy that handles only failures. */
const onlyFailures = <S>(initial: S, reduce: (state: S, failure: any) => unknown): Policy => ({
  initial,
  handles: ['failure'],
  reduce: reduce as Policy['reduce'],
});

/** A policy that handles all signals. */
const allSignals = (initial: unknown, reduce: (state: any, signal: Signal) => unknown): Policy => ({
  initial,
  reduce: reduce as Policy['reduce'],
});

const counter = (): (() => number) => {
  let count = 0;
  return () => (count += 1);
};

const mistakes: readonly (readonly [mistake: string, make: () => Policy, message: string])[] = [
  [
    'a counter in a closure',
    () => {
      const count = counter();
      return onlyFailures(null, (state: unknown) => ({ state, wait: 100 * count() }));
    },
    'reduce must return the same verdict for the same state and signal, got { state: null, wait: 100 } and then { state: null, wait: 200 }',
  ],
  [
    'a counter in a closure that gives up late',
    () => {
      const count = counter();
      return onlyFailures(null, (state: unknown) => ({ state, wait: count() > 2001 ? Infinity : 100 }));
    },
    'got { state: null, wait: 100 } and then { state: null, wait: Infinity }',
  ],
  [
    'a closure that changes only between logs',
    () => {
      const count = counter();
      return onlyFailures(null, (state: unknown) => ({
        state,
        wait: Math.floor((count() - 1) / 4) % 1000 > 500 ? 1 : 0,
      }));
    },
    'reduce must return the same verdicts for the same log at any time, got { state: null, wait: 0 } and later { state: null, wait: 1 }',
  ],
  [
    'a closure that throws in the end',
    () => {
      const count = counter();
      return onlyFailures(null, (state: unknown) => {
        if (count() === 3) throw new Error('used up');
        return { state, wait: 1 };
      });
    },
    'got { state: null, wait: 1 } and then no verdict',
  ],
  [
    'random numbers',
    () => onlyFailures(null, (state: unknown) => ({ state, wait: Math.random() * 100 })),
    'reduce must take random numbers from signal.random, got a call of Math.random',
  ],
  [
    'random numbers that do not matter',
    () => onlyFailures(0, (state: unknown) => ({ state, wait: Math.random() < 2 ? 1 : 0 })),
    'got a call of Math.random',
  ],
  [
    'the wall clock',
    () => onlyFailures(0, (state: unknown) => ({ state, wait: Date.now() > 0 ? 1 : 0 })),
    'reduce must take the time from signal.now, got a call of Date.now',
  ],
  [
    'the current date',
    () => onlyFailures(0, (state: unknown) => ({ state, wait: new Date().getDay() })),
    'got a call of new Date()',
  ],
  [
    'the current date as a string',
    () => onlyFailures(0, (state: unknown) => ({ state, wait: Date().length })),
    'signal.now, got a call of Date()',
  ],
  [
    'the performance clock',
    () => onlyFailures(0, (state: unknown) => ({ state, wait: performance.now() })),
    'a call of performance.now',
  ],
  [
    'a deadline in a closure',
    () => {
      let start: number | undefined;
      return onlyFailures(0, (state: unknown, { now }: { now: number }) => {
        start ??= now;
        return { state, wait: now - start > 30_000 ? Infinity : 100 };
      });
    },
    'reduce must not depend on absolute times, only on differences of signal.now and on the state, ' +
      'got wait: 100 and then, with all signals 1729728000000 ms later, wait: Infinity',
  ],
  [
    'an absolute deadline',
    () =>
      onlyFailures(0, (state: unknown, { now }: { now: number }) => ({
        state,
        wait: 1,
        ...(now > 50_000 && { reason: 'late' }),
      })),
    'later, wait: 1 (late)\n\n',
  ],
  [
    'a wait until an absolute time',
    () => onlyFailures(0, (state: unknown, { now }: { now: number }) => ({ state, wait: now < 1e10 ? 1 : -1 })),
    'at least 0 ms, or Infinity, got -1',
  ],
  [
    'a modified state',
    () => onlyFailures({ n: 0 }, (state: { n: number }) => ({ state, wait: 100 * ++state.n })),
    'reduce must not modify the state, got {"n":0} changed to {"n":1}',
  ],
  [
    'push on an array in the state',
    () =>
      onlyFailures({ at: [] }, (state: { at: number[] }, { now }: { now: number }) => {
        state.at.push(now);
        return { state: { at: [...state.at] }, wait: 1 };
      }),
    'reduce must not modify the state, got {"at":[]} changed to {"at":[10]}',
  ],
  [
    'sort on an array in the state',
    () =>
      onlyFailures([1, 2], (state: number[]) => {
        state.sort();
        return { state, wait: 1 };
      }),
    'reduce must not modify its input (here it is frozen), got TypeError: Cannot assign to read only',
  ],
  [
    'a modified signal',
    () =>
      onlyFailures(null, (state: unknown, failure: { took: number }) => {
        failure.took = 0;
        return { state, wait: 1 };
      }),
    'reduce must not modify the signal, got signal.took: 5 changed to 0\n',
  ],
  [
    'a modified error',
    () =>
      onlyFailures(null, (state: unknown, { error }: { error: { attempts?: number } }) => {
        error.attempts = (error.attempts ?? 0) + 1;
        return { state, wait: 1 };
      }),
    'reduce must not modify the signal, got signal.error.attempts: undefined changed to 1',
  ],
  [
    'Infinity',
    () => onlyFailures({ until: 0 }, () => ({ state: { until: Infinity }, wait: 0 })),
    'JSON, got Infinity at state.until',
  ],
  [
    'Infinity by overflow',
    () => onlyFailures(1, (n: number) => ({ state: n * 2, wait: 1 })),
    'JSON, got Infinity at state\n\n  (1012 signals before)',
  ],
  ['NaN', () => onlyFailures(0, (n: number) => ({ state: n / n, wait: 0 })), 'JSON, got NaN at state'],
  [
    'undefined',
    () => onlyFailures({ last: 0 }, () => ({ state: { last: undefined }, wait: 0 })),
    'JSON, got undefined at state.last',
  ],
  ['a function', () => onlyFailures(0, () => ({ state: [() => 0], wait: 0 })), 'JSON, got a function at state[0]'],
  [
    'a Date',
    () => onlyFailures(0, () => ({ state: { at: new Date(0) }, wait: 0 })),
    'JSON, got an instance of Date at state.at',
  ],
  [
    'a Map',
    () => onlyFailures(0, () => ({ state: new Map(), wait: 0 })),
    'reduce must return a state that is JSON, got an instance of Map at state',
  ],
  [
    'an error',
    () => onlyFailures(0, (_, { error }: { error: unknown }) => ({ state: { error }, wait: 0 })),
    'JSON, got an instance of Error at state.error',
  ],
  [
    'an anonymous class',
    () =>
      onlyFailures(0, () => ({
        state: new (class {
          n = 1;
        })(),
        wait: 0,
      })),
    'got an instance of an anonymous class at',
  ],
  [
    'an array with a named property',
    () => onlyFailures(0, () => ({ state: Object.assign([1], { last: 1 }), wait: 0 })),
    'JSON, got a named property of an array at state',
  ],
  [
    'a non-enumerable property',
    () => onlyFailures(0, () => ({ state: Object.defineProperty({}, 'n', { value: 1 }), wait: 0 })),
    'JSON, got a non-enumerable property at state',
  ],
  ['a bigint', () => onlyFailures(0, () => ({ state: 5n, wait: 0 })), 'JSON, got a bigint at state'],
  [
    'a symbol as a key',
    () => onlyFailures(0, () => ({ state: { [Symbol('a')]: 1 }, wait: 0 })),
    'a symbol as a key at state',
  ],
  [
    'a circular reference',
    () =>
      onlyFailures(0, () => {
        const state: Record<string, unknown> = {};
        state.self = state;
        return { state, wait: 0 };
      }),
    'JSON, got a circular reference at state.self',
  ],
  [
    'Infinity in the initial state',
    () => onlyFailures({ best: Infinity }, (state) => ({ state, wait: 0 })),
    'initial must be JSON, got Infinity at initial.best',
  ],
  [
    'no initial state',
    () => onlyFailures(undefined, (state) => ({ state, wait: 0 })),
    'initial must be JSON, got undefined at initial',
  ],
  [
    'a negative wait',
    () => onlyFailures(3, (n: number) => ({ state: n - 1, wait: n - 1 })),
    'reduce must return a wait of at least 0 ms, or Infinity, got -1',
  ],
  ['a wait that is NaN', () => onlyFailures(0, (state) => ({ state, wait: NaN })), 'or Infinity, got NaN'],
  ['a wait that is a string', () => onlyFailures(0, (state) => ({ state, wait: '100' })), 'or Infinity, got "100"'],
  ['no wait', () => onlyFailures(0, (state) => ({ state })), 'reduce must return { state, wait }, got {"state":0}'],
  ['no verdict', () => onlyFailures(0, () => undefined), 'reduce must return { state, wait }, got undefined'],
  ['null', () => onlyFailures(0, () => null), 'reduce must return { state, wait }, got null'],
  [
    'a promise',
    () => onlyFailures(0, async (state) => Promise.resolve({ state, wait: 1 })),
    'reduce must return { state, wait }, got a promise',
  ],
  [
    'a reason that is not a string',
    () => onlyFailures(0, (state) => ({ state, wait: Infinity, reason: 5 })),
    'reduce must return a string as its reason, got 5',
  ],
  [
    'a closure that throws sometimes',
    () => {
      const count = counter();
      return onlyFailures(null, (state: unknown) => {
        if (count() === 2) throw new RangeError('sometimes');
        return { state, wait: 1 };
      });
    },
    'reduce must return the same verdict for the same state and signal, got { state: null, wait: 1 } and then no verdict',
  ],
  [
    'kinds of signal that are missing',
    () =>
      allSignals(0, (state: number, signal) => {
        if (signal.kind === 'failure') return { state: state + 1, wait: 1 };
        if (signal.kind === 'ask') return { state, wait: 0 };
        throw new Error(`unknown ${signal.kind}`);
      }),
    'reduce must not throw, got Error: unknown success',
  ],
  [
    'a new state for signals that do not concern it',
    () =>
      allSignals({ n: 0 }, (state: { n: number }, { kind }) => ({
        state: { n: state.n + (kind === 'failure' ? 1 : 0) },
        wait: 0,
      })),
    'reduce must return the same state reference if nothing in the state changes, got a new {"n":0}',
  ],
  [
    'a new state for values only',
    () =>
      allSignals({ n: 0 }, (state: object, { kind }) => ({ state: kind === 'value' ? { ...state } : state, wait: 0 })),
    'the same state reference if nothing in the state changes',
  ],
  [
    'a memory of identities',
    () => {
      const seen = new WeakSet();
      return onlyFailures({ n: 0 }, (state: { n: number }) => {
        const isKnown = seen.has(state);
        seen.add(state);
        return { state, wait: isKnown ? 1 : 0 };
      });
    },
    'reduce must return the same verdict for the same state and signal, got { state: {"n":0}, wait: 0 } and then',
  ],
];

describe('reports', () => {
  it.each(mistakes)('%s', (_, make, expected) => {
    const error = thrownBy(() => {
      assertPolicyLaws(make());
    });
    expect(error.name).toBe('AssertionError');
    expect(error.message).toContain(expected);
  });

  it('the shortest log that breaks the law', () => {
    const third = onlyFailures(0, (n: number, { error }: { error: unknown }) =>
      error instanceof TypeError ? { state: n + 1, wait: 5 - 2 * n } : { state: n, wait: 0 },
    );
    const { message, ...fields } = thrownBy(() => {
      assertPolicyLaws(third);
    }) as Error & { actual: unknown };
    expect(message.split('\n').map((line) => line.trimEnd())).toEqual([
      'assertPolicyLaws: reduce must return a wait of at least 0 ms, or Infinity, got -1',
      '',
      '     signal                                                                                 state  wait',
      "  1  { kind: 'failure', ticket: 1, now: 10, random: 0.5, took: 5, error: TypeError: lost }  1      5",
      "  2  { kind: 'failure', ticket: 1, now: 20, random: 0.5, took: 5, error: TypeError: lost }  2      3",
      "  3  { kind: 'failure', ticket: 1, now: 30, random: 0.5, took: 5, error: TypeError: lost }  3      1",
      "  4  { kind: 'failure', ticket: 1, now: 40, random: 0.5, took: 5, error: TypeError: lost }  4      -1",
      '',
    ]);
    expect(fields).toMatchObject({ name: 'AssertionError', actual: '-1' });
  });

  it('a mistake that only certain times show, with ordinary times elsewhere', () => {
    const late = onlyFailures(0, (n: number, { now, random }: { now: number; random: number }) => ({
      state: n,
      wait: now > 1e6 && random > 0.9 ? NaN : 0,
    }));
    const { message } = thrownBy(() => {
      assertPolicyLaws(late);
    });
    expect(message.match(/kind: 'failure'/g)?.length).toBeLessThan(4);
    expect(message).toContain('random: 0.999');
  });
});

describe('accepts', () => {
  const delays = core.both(core.jittered(true, core.exponential(100)), core.retries(5));
  const trips = [core.consecutive(3), core.failures(3, { calls: 9 }), core.failureRate(0.5, { window: 1000 })];
  const isOpen = (value: unknown): boolean => value === 'a value';

  /** Policies of each function of the core that creates one. */
  const policies: Readonly<Record<string, readonly Policy[]>> = {
    adaptiveThrottle: [core.adaptiveThrottle()],
    awsStandard: [core.retryQuota(core.awsStandard)],
    both: [delays, core.both(core.within(5000, delays), core.retryBudget(), core.rateLimit({ limit: 2, per: 100 }))],
    capped: [core.capped(200, delays)],
    circuitBreaker: [
      core.circuitBreaker(),
      core.circuitBreaker({ threshold: 1, resetAfter: delays, halfOpen: { probes: 2, allowedFailures: 1 } }),
      core.circuitBreaker({
        trip: [...trips, core.slowRate(0.5, { slowerThan: 100, calls: 5 })],
        onCancel: 'failure',
      }),
    ],
    concurrencyLimit: [core.concurrencyLimit({ limit: 2 })],
    decorrelated: [core.decorrelated({ base: 10, cap: 1000 })],
    either: [core.either(core.onlyIf(TypeError, delays), core.onlyIf(RangeError, core.fixed(1)))],
    exponential: [core.exponential(100), core.exponential(0, 1)],
    exponentialBackoff: [
      core.exponentialBackoff(),
      core.exponentialBackoff({ maxElapsed: 30_000, retryOn: [TypeError] }),
    ],
    fibonacci: [core.fibonacci(10)],
    fixed: [core.fixed(5)],
    fixedRetry: [core.fixedRetry({ maxAttempts: 4 })],
    followedBy: [core.followedBy(delays, core.fixed(5)), core.followedBy(core.within(100, delays), delays)],
    hinted: [core.hinted(delays), core.hinted(delays, { max: 100, past: 'clamp' })],
    immediate: [core.immediate],
    jittered: [core.jittered('full', core.exponential(10), { cap: 500 })],
    linear: [core.linear(10)],
    never: [core.never],
    onFailure: [onFailure(0, (state) => ({ state: state + 1, wait: state }))],
    onlyIf: [core.onlyIf(TypeError, delays), core.onlyIf((error: Error) => error.message === 'lost')],
    rateLimit: [core.rateLimit({ limit: 3, per: 1000 }), core.rateLimit({ limit: 3, per: 1000, burst: 3 })],
    resetAfterUptime: [core.resetAfterUptime(100, delays)],
    resetOn: [
      core.resetOn(isOpen, delays),
      core.resetOn(isOpen, core.fibonacci(5)),
      core.resetOn(isOpen, core.within(9, delays)),
    ],
    latencyQuantile: [core.latencyQuantile(0.9), core.latencyQuantile(0.5, { initial: 10, max: 50 })],
    retries: [core.retries(3), core.retries(Infinity)],
    retryBudget: [core.retryBudget(), core.retryBudget({ ratio: 0.29, reserve: 0 })],
    retryPolicy: [core.retryPolicy({ shouldRetry: (attempt) => attempt < 3, nextDelay: (attempt) => attempt })],
    sequence: [core.sequence([1, 2, 3])],
    smoothExponential: [core.smoothExponential(100), core.smoothExponential(100, { cap: 150 })],
    retryThrottle: [core.retryThrottle({ maxTokens: 3, tokenRatio: 0.1 })],
    retryQuota: [core.retryQuota({ capacity: 4.2, cost: 0.1 })],
    within: [core.within(1000, delays), core.within(1000, core.within(500, core.rateLimit({ limit: 1, per: 50 })))],
  };
  const others = [
    ...['consecutive', 'failureRate', 'failures', 'slowRate'],
    ...['gatePolicy', 'preview', 'CircuitOpenError', 'ClosedError', 'CompletedError', 'RejectedError'],
    ...['isFinal', 'isRejection', 'describe', 'toJSON', 'fromJSON', 'aimd', 'vegas'],
  ];

  it('every policy of the core', () => {
    expect([...Object.keys(policies), ...others].sort()).toEqual(Object.keys(core).sort());
  });

  it.each(Object.entries(policies))('%s', (_, made) => {
    for (const policy of made) assertPolicyLaws(policy);
  });

  it('any combination of two policies, and of three at full size', { timeout: 120_000 }, () => {
    const any = fc.constantFrom(...Object.values(policies).flat());
    const pairs = fc
      .tuple(fc.constantFrom(core.both, core.either, core.followedBy), any, any)
      .map(([combine, one, other]) => combine(one, other));
    const nested = anyPolicy({ without: ['gate', 'listener'] });
    fc.assert(
      fc.property(size<fc.Arbitrary<Policy>>(pairs, nested), (policy) => {
        assertPolicyLaws(policy);
      }),
      { numRuns: size(10, 30), seed: 6, endOnFailure: true },
    );
  });
});

it('takes the errors and values that the predicates of a policy expect', () => {
  const picky = onFailure(0, (state, { error }): Verdict<number> => {
    return { state, wait: (error as { response: { status: number } }).response.status };
  });
  expect(
    thrownBy(() => {
      assertPolicyLaws(picky);
    }).message,
  ).toMatch(
    /must not throw, got TypeError: .* \(if it needs errors or values of its own kind, pass `errors` or `values`\)\n/,
  );
  assertPolicyLaws(picky, { errors: [{ response: { status: 503 } }] });
  const values: unknown[] = [];
  const listening: Policy = {
    initial: null,
    handles: ['value'],
    reduce: (state, signal) => {
      if (signal.kind === 'value') values.push(signal.value);
      return { state, wait: 0 };
    },
  };
  assertPolicyLaws(listening, { values: [1, 2] });
  expect(new Set(values)).toEqual(new Set([1, 2]));
});

it.each<[string, unknown, string]>([
  ['an error', new Error('mine'), 'signal.error.retried: undefined changed to 1'],
  ['plain data', { retried: 0 }, 'signal.error.retried: 0 changed to 1'],
  ['an array', Object.assign([{}]), 'signal.error.retried: undefined changed to 1'],
  ['a circular object', circular(), 'signal.error.retried: undefined changed to 1'],
  ['a cause', new Error('mine', { cause: { retried: 0 } }), 'signal.error.cause.retried: 0 changed to 1'],
  ['an object without a prototype', Object.create(null), 'signal.error.retried: undefined changed to 1'],
])('detects that a given error is modified: %s', (_, error, change) => {
  const writing = onlyFailures(
    null,
    (state: unknown, failure: { error: { retried?: number; cause?: { retried: number } } }) => {
      (failure.error.cause ?? failure.error).retried = 1;
      return { state, wait: 1 };
    },
  );
  expect(() => {
    assertPolicyLaws(writing, { errors: [error] });
  }).toThrow(`reduce must not modify the signal, got ${change}`);
});

it('accepts a state without a prototype', () => {
  const bare = (n: number): { n: number } => Object.assign(Object.create(null) as { n: number }, { n });
  assertPolicyLaws(onlyFailures(bare(0), ({ n }: { n: number }) => ({ state: bare(n + 1), wait: 1 })));
  assertPolicyLaws(allSignals(bare(0), (state: unknown) => ({ state, wait: 1 })));
});

it('accepts errors of any kind', () => {
  const errors = [new DOMException('gone', 'AbortError'), new Map([[1, 2]]), 'text', null, new Response()];
  assertPolicyLaws(core.fixed(1), { errors });
});

function circular(): object {
  const object: Record<string, unknown> = {};
  object.self = object;
  return object;
}

it('ends a long log when the state becomes huge', () => {
  const sizes: number[] = [];
  assertPolicyLaws(
    onlyFailures([], (state: readonly string[], { ticket }: { ticket: number }) => {
      sizes.push(state.length);
      return { state: [...state, 'x'.repeat(90 + ticket)], wait: 1 };
    }),
  );
  expect(Math.max(...sizes)).toBe(106);
  expect(sizes.length).toBeGreaterThan(5000);
});

it('does not modify the policy', () => {
  const policy = onlyFailures({ list: [1] }, (state) => ({ state, wait: 0 }));
  assertPolicyLaws(policy);
  expect(Object.isFrozen(policy.initial)).toBe(false);
});

it.each([
  [
    () => {
      assertPolicyLaws(5 as never);
    },
    'assertPolicyLaws: policy must be a policy such as retries(3) or exponentialBackoff(), got 5',
  ],
  [
    () => {
      assertPolicyLaws(core.fixed(1), 5 as never);
    },
    'assertPolicyLaws: options must be an object, got 5',
  ],
  [
    () => {
      assertPolicyLaws(core.fixed(1), { errors: [] });
    },
    'assertPolicyLaws: errors must be an array of at least one, got []',
  ],
  [
    () => {
      assertPolicyLaws(core.fixed(1), { values: 5 as never });
    },
    'assertPolicyLaws: values must be an array of at least one, got 5',
  ],
])('bad input %#', (act, message) => {
  expect(act).toThrow(message);
});

describe('the clocks and random sources', () => {
  const globals = (): unknown[] => [
    Date,
    ...[Date, performance, Math].flatMap((holder) =>
      ['now', 'random'].map((key) => Object.getOwnPropertyDescriptor(holder, key)),
    ),
    Reflect.get(performance, 'now'),
  ];

  it.each([
    ['that obeys the laws', onlyFailures(0, (state: unknown) => ({ state, wait: 1 }))],
    ['that reads a clock', onlyFailures(0, (state: unknown) => ({ state, wait: Date.now() }))],
    ['that draws', onlyFailures(0, (state: unknown) => ({ state, wait: Math.random() }))],
    [
      'that throws',
      onlyFailures(0, () => {
        throw new Error(String(new Date()));
      }),
    ],
  ])('are as before after the check of a policy %s', (_, policy) => {
    const before = globals();
    thrownBy(() => {
      assertPolicyLaws(policy);
    });
    expect(globals()).toEqual(before);
    globals().forEach((each, index) => {
      if (typeof each === 'function') expect(each).toBe(before[index]);
    });
  });
});
