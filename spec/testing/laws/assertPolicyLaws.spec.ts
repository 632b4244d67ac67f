import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as core from 'rxjs-reprise/core';
import { onFailure, type Policy, type Signal, type Verdict } from 'rxjs-reprise';
import { assertPolicyLaws } from 'rxjs-reprise/testing';
import { policy as anyPolicy } from '../../support/arbitraries.js';
import { thrownBy } from '../../support/thrown.js';

/** A policy that answers any failure so, and hears nothing else. */
const after = <S>(initial: S, reduce: (state: S, failure: any) => unknown): Policy => ({
  initial,
  handles: ['failure'],
  reduce: reduce as Policy['reduce'],
});

/** A policy that hears all. */
const always = (initial: unknown, reduce: (state: any, signal: Signal) => unknown): Policy => ({
  initial,
  reduce: reduce as Policy['reduce'],
});

const counter = (): (() => number) => {
  let count = 0;
  return () => (count += 1);
};

const planted: readonly (readonly [mistake: string, make: () => Policy, complaint: string])[] = [
  [
    'a counter in a closure',
    () => {
      const count = counter();
      return after(null, (state: unknown) => ({ state, wait: 100 * count() }));
    },
    'reduce must answer the same state and signal the same, got { state: null, wait: 100 } and then { state: null, wait: 200 }',
  ],
  [
    'a counter in a closure that gives up late',
    () => {
      const count = counter();
      return after(null, (state: unknown) => ({ state, wait: count() > 2001 ? Infinity : 100 }));
    },
    'got { state: null, wait: 100 } and then { state: null, wait: Infinity }',
  ],
  [
    'a closure that changes between logs only',
    () => {
      const count = counter();
      return after(null, (state: unknown) => ({ state, wait: Math.floor((count() - 1) / 4) % 1000 > 500 ? 1 : 0 }));
    },
    'reduce must answer the same log the same at any time, got { state: null, wait: 0 } and later { state: null, wait: 1 }',
  ],
  [
    'a closure that breaks in the end',
    () => {
      const count = counter();
      return after(null, (state: unknown) => {
        if (count() === 3) throw new Error('used up');
        return { state, wait: 1 };
      });
    },
    'got { state: null, wait: 1 } and then no answer',
  ],
  [
    'dice',
    () => after(null, (state: unknown) => ({ state, wait: Math.random() * 100 })),
    'reduce must take its chance from signal.random, got a call of Math.random',
  ],
  [
    'dice that are rolled and not used',
    () => after(0, (state: unknown) => ({ state, wait: Math.random() < 2 ? 1 : 0 })),
    'got a call of Math.random',
  ],
  [
    'the wall clock',
    () => after(0, (state: unknown) => ({ state, wait: Date.now() > 0 ? 1 : 0 })),
    'reduce must take its time from signal.now, got a call of Date.now',
  ],
  [
    'a date of now',
    () => after(0, (state: unknown) => ({ state, wait: new Date().getDay() })),
    'got a call of new Date()',
  ],
  [
    'a text of now',
    () => after(0, (state: unknown) => ({ state, wait: Date().length })),
    'signal.now, got a call of Date()',
  ],
  [
    'a stopwatch',
    () => after(0, (state: unknown) => ({ state, wait: performance.now() })),
    'a call of performance.now',
  ],
  [
    'a deadline in a closure',
    () => {
      let start: number | undefined;
      return after(0, (state: unknown, { now }: { now: number }) => {
        start ??= now;
        return { state, wait: now - start > 30_000 ? Infinity : 100 };
      });
    },
    'reduce must answer the same at any time: only differences of signal.now mean anything, and only the state remembers, ' +
      'got wait: 100 and then, if all happens 1729728000000 ms later, wait: Infinity',
  ],
  [
    'a deadline that is a date',
    () =>
      after(0, (state: unknown, { now }: { now: number }) => ({
        state,
        wait: 1,
        ...(now > 50_000 && { reason: 'late' }),
      })),
    'later, wait: 1 (late)\n\n',
  ],
  [
    'a wait for an instant',
    () => after(0, (state: unknown, { now }: { now: number }) => ({ state, wait: now < 1e10 ? 1 : -1 })),
    'at least 0, or Infinity, got -1',
  ],
  [
    'a state that is changed',
    () => after({ n: 0 }, (state: { n: number }) => ({ state, wait: 100 * ++state.n })),
    'reduce must leave the state as it was, got {"n":0} turned into {"n":1}',
  ],
  [
    'a list in the state that is pushed to',
    () =>
      after({ at: [] }, (state: { at: number[] }, { now }: { now: number }) => {
        state.at.push(now);
        return { state: { at: [...state.at] }, wait: 1 };
      }),
    'reduce must leave the state as it was, got {"at":[]} turned into {"at":[10]}',
  ],
  [
    'a list in the state that is sorted in place',
    () =>
      after([1, 2], (state: number[]) => {
        state.sort();
        return { state, wait: 1 };
      }),
    'reduce must leave its input as it was, also when that is frozen, got a thrown TypeError: Cannot assign to read only',
  ],
  [
    'a signal that is changed',
    () =>
      after(null, (state: unknown, failure: { took: number }) => {
        failure.took = 0;
        return { state, wait: 1 };
      }),
    'reduce must leave the signal as it was, got signal.took: 5 turned into 0\n',
  ],
  [
    'an error that is written on',
    () =>
      after(null, (state: unknown, { error }: { error: { attempts?: number } }) => {
        error.attempts = (error.attempts ?? 0) + 1;
        return { state, wait: 1 };
      }),
    'reduce must leave the signal as it was, got signal.error.attempts: undefined turned into 1',
  ],
  [
    'Infinity',
    () => after({ until: 0 }, () => ({ state: { until: Infinity }, wait: 0 })),
    'JSON, got Infinity at state.until',
  ],
  [
    'Infinity by overflow',
    () => after(1, (n: number) => ({ state: n * 2, wait: 1 })),
    'JSON, got Infinity at state\n\n  (1012 signals before)',
  ],
  ['NaN', () => after(0, (n: number) => ({ state: n / n, wait: 0 })), 'JSON, got NaN at state'],
  [
    'undefined',
    () => after({ last: 0 }, () => ({ state: { last: undefined }, wait: 0 })),
    'JSON, got undefined at state.last',
  ],
  ['a function', () => after(0, () => ({ state: [() => 0], wait: 0 })), 'JSON, got a function at state[0]'],
  ['a Date', () => after(0, () => ({ state: { at: new Date(0) }, wait: 0 })), 'JSON, got a Date at state.at'],
  [
    'a Map',
    () => after(0, () => ({ state: new Map(), wait: 0 })),
    'reduce must keep a state that is JSON, got a Map at state',
  ],
  [
    'an error',
    () => after(0, (_, { error }: { error: unknown }) => ({ state: { error }, wait: 0 })),
    'JSON, got a Error at state.error',
  ],
  [
    'a nameless class',
    () =>
      after(0, () => ({
        state: new (class {
          n = 1;
        })(),
        wait: 0,
      })),
    'got a thing of a nameless class at',
  ],
  [
    'a list with a field',
    () => after(0, () => ({ state: Object.assign([1], { last: 1 }), wait: 0 })),
    'JSON, got a field of a list at state',
  ],
  [
    'a field that is hidden',
    () => after(0, () => ({ state: Object.defineProperty({}, 'n', { value: 1 }), wait: 0 })),
    'JSON, got a hidden field at state',
  ],
  ['a bigint', () => after(0, () => ({ state: 5n, wait: 0 })), 'JSON, got a bigint at state'],
  ['a symbol as a key', () => after(0, () => ({ state: { [Symbol('a')]: 1 }, wait: 0 })), 'a symbol as a key at state'],
  [
    'a ring',
    () =>
      after(0, () => {
        const state: Record<string, unknown> = {};
        state.self = state;
        return { state, wait: 0 };
      }),
    'JSON, got a ring at state.self',
  ],
  [
    'Infinity from the start',
    () => after({ best: Infinity }, (state) => ({ state, wait: 0 })),
    'initial must be JSON, got Infinity at initial.best',
  ],
  [
    'no state from the start',
    () => after(undefined, (state) => ({ state, wait: 0 })),
    'initial must be JSON, got undefined at initial',
  ],
  [
    'a negative wait',
    () => after(3, (n: number) => ({ state: n - 1, wait: n - 1 })),
    'reduce must wait a number of milliseconds, at least 0, or Infinity, got -1',
  ],
  ['a wait that is NaN', () => after(0, (state) => ({ state, wait: NaN })), 'or Infinity, got NaN'],
  ['a wait that is a text', () => after(0, (state) => ({ state, wait: '100' })), 'or Infinity, got "100"'],
  ['no wait', () => after(0, (state) => ({ state })), 'reduce must answer { state, wait }, got {"state":0}'],
  ['no answer', () => after(0, () => undefined), 'reduce must answer { state, wait }, got undefined'],
  ['null', () => after(0, () => null), 'reduce must answer { state, wait }, got null'],
  [
    'a promise',
    () => after(0, async (state) => Promise.resolve({ state, wait: 1 })),
    'reduce must answer { state, wait }, got a promise',
  ],
  [
    'a reason that is no text',
    () => after(0, (state) => ({ state, wait: Infinity, reason: 5 })),
    'reduce must give its reason as a text, got 5',
  ],
  [
    'a closure that throws sometimes',
    () => {
      const count = counter();
      return after(null, (state: unknown) => {
        if (count() === 2) throw new RangeError('sometimes');
        return { state, wait: 1 };
      });
    },
    'reduce must answer the same state and signal the same, got { state: null, wait: 1 } and then no answer',
  ],
  [
    'kinds of signal that are forgotten',
    () =>
      always(0, (state: number, signal) => {
        if (signal.kind === 'failure') return { state: state + 1, wait: 1 };
        if (signal.kind === 'ask') return { state, wait: 0 };
        throw new Error(`unknown ${signal.kind}`);
      }),
    'reduce must answer every signal, got a thrown Error: unknown success',
  ],
  [
    'a new state for signals that do not concern it',
    () =>
      always({ n: 0 }, (state: { n: number }, { kind }) => ({
        state: { n: state.n + (kind === 'failure' ? 1 : 0) },
        wait: 0,
      })),
    'reduce must answer with the same state reference if nothing in it changes, got a new {"n":0}',
  ],
  [
    'a new state for a value alone',
    () => always({ n: 0 }, (state: object, { kind }) => ({ state: kind === 'value' ? { ...state } : state, wait: 0 })),
    'the same state reference if nothing in it changes',
  ],
  [
    'a memory that goes by identity',
    () => {
      const seen = new WeakSet();
      return after({ n: 0 }, (state: { n: number }) => {
        const isKnown = seen.has(state);
        seen.add(state);
        return { state, wait: isKnown ? 1 : 0 };
      });
    },
    'reduce must answer the same state and signal the same, got { state: {"n":0}, wait: 0 } and then',
  ],
];

describe('is told of', () => {
  it.each(planted)('%s', (_, make, complaint) => {
    const error = thrownBy(() => {
      assertPolicyLaws(make());
    });
    expect(error.name).toBe('AssertionError');
    expect(error.message).toContain(complaint);
  });

  it('the log, the smallest that shows it', () => {
    const third = after(0, (n: number, { error }: { error: unknown }) =>
      error instanceof TypeError ? { state: n + 1, wait: 5 - 2 * n } : { state: n, wait: 0 },
    );
    const { message, ...fields } = thrownBy(() => {
      assertPolicyLaws(third);
    }) as Error & { actual: unknown };
    expect(message.split('\n').map((line) => line.trimEnd())).toEqual(
      [
        'assertPolicyLaws: reduce must wait a number of milliseconds, at least 0, or Infinity, got -1',
        '',
        '     signal                                                                                       state  wait',
        "  1  { kind: 'failure', call: 1, now: 10, random: 0.5, took: 5, error: TypeError: lost }  1      5",
        "  2  { kind: 'failure', call: 1, now: 20, random: 0.5, took: 5, error: TypeError: lost }  2      3",
        "  3  { kind: 'failure', call: 1, now: 30, random: 0.5, took: 5, error: TypeError: lost }  3      1",
        "  4  { kind: 'failure', call: 1, now: 40, random: 0.5, took: 5, error: TypeError: lost }  4      -1",
        '',
      ].map((line, index) =>
        index === 2 ? line.replace(/ {8}state/, 'state').replace(/state {2}wait/, 'state  wait') : line,
      ),
    );
    expect(fields).toMatchObject({ name: 'AssertionError', actual: '-1' });
  });

  it('what only certain moments show, made plain', () => {
    const late = after(0, (n: number, { now, random }: { now: number; random: number }) => ({
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

describe('no false alarm', () => {
  const delays = core.both(core.jittered(true, core.exponential(100)), core.retries(5));
  const trips = [core.consecutive(3), core.failures(3, { calls: 9 }), core.failureRate(0.5, { window: 1000 })];
  const isOpen = (value: unknown): boolean => value === 'a value';

  /** Each function of the core that makes a policy, at work; and its policies. */
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
    ...['preview', 'CircuitOpenError', 'RejectedError'],
  ];

  it('and no policy of the core is forgotten', () => {
    expect([...Object.keys(policies), ...others].sort()).toEqual(Object.keys(core).sort());
  });

  it.each(Object.entries(policies))('%s', (_, made) => {
    for (const policy of made) assertPolicyLaws(policy);
  });

  it('of any three of them combined', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(anyPolicy({ without: ['gate', 'listener'] }), (policy) => {
        assertPolicyLaws(policy);
      }),
      { numRuns: 30, seed: 6, endOnFailure: true },
    );
  });
});

it('is told what the predicates of a policy can make sense of', () => {
  const polite = onFailure(0, (state, { error }): Verdict<number> => {
    return { state, wait: (error as { response: { status: number } }).response.status };
  });
  expect(
    thrownBy(() => {
      assertPolicyLaws(polite);
    }).message,
  ).toMatch(
    /must answer every signal, got a thrown TypeError: .* \(if it needs errors or values of its own kind, give `errors` or `values`\)\n/,
  );
  assertPolicyLaws(polite, { errors: [{ response: { status: 503 } }] });
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
  ['an error', new Error('mine'), 'signal.error.retried: undefined turned into 1'],
  ['what is in plain data', { retried: 0 }, 'signal.error.retried: 0 turned into 1'],
  ['a list', Object.assign([{}]), 'signal.error.retried: undefined turned into 1'],
  ['a ring', ring(), 'signal.error.retried: undefined turned into 1'],
  ['a cause', new Error('mine', { cause: { retried: 0 } }), 'signal.error.cause.retried: 0 turned into 1'],
  ['a thing without a class', Object.create(null), 'signal.error.retried: undefined turned into 1'],
])('sees who writes on errors that are given: %s', (_, error, change) => {
  const writer = after(
    null,
    (state: unknown, failure: { error: { retried?: number; cause?: { retried: number } } }) => {
      (failure.error.cause ?? failure.error).retried = 1;
      return { state, wait: 1 };
    },
  );
  expect(() => {
    assertPolicyLaws(writer, { errors: [error] });
  }).toThrow(`reduce must leave the signal as it was, got ${change}`);
});

it('lets alone a state without a prototype', () => {
  const bare = (n: number): { n: number } => Object.assign(Object.create(null) as { n: number }, { n });
  assertPolicyLaws(after(bare(0), ({ n }: { n: number }) => ({ state: bare(n + 1), wait: 1 })));
  assertPolicyLaws(always(bare(0), (state: unknown) => ({ state, wait: 1 })));
});

it('lets alone errors of any kind', () => {
  const errors = [new DOMException('gone', 'AbortError'), new Map([[1, 2]]), 'text', null, new Response()];
  assertPolicyLaws(core.fixed(1), { errors });
});

function ring(): object {
  const made: Record<string, unknown> = {};
  made.self = made;
  return made;
}

it('ends a long log where the state has grown huge', () => {
  const sizes: number[] = [];
  assertPolicyLaws(
    after([], (state: readonly string[], { ticket }: { ticket: number }) => {
      sizes.push(state.length);
      return { state: [...state, 'x'.repeat(90 + ticket)], wait: 1 };
    }),
  );
  expect(Math.max(...sizes)).toBe(106);
  expect(sizes.length).toBeGreaterThan(5000);
});

it('leaves the policy as it was', () => {
  const policy = after({ list: [1] }, (state) => ({ state, wait: 0 }));
  assertPolicyLaws(policy);
  expect(Object.isFrozen(policy.initial)).toBe(false);
});

it.each([
  [
    () => {
      assertPolicyLaws(5 as never);
    },
    'assertPolicyLaws: policy must be a policy, got 5',
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
