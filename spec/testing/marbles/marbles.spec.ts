import {
  asapScheduler,
  asyncScheduler,
  concat,
  concatMap,
  count,
  defer,
  delay,
  firstValueFrom,
  from,
  map,
  merge,
  observeOn,
  of,
  queueScheduler,
  range,
  repeat,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { configure } from 'rxjs-marbles';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, vi } from 'vitest';
import { CircuitOpenError, fixed, immediate, retryWithPolicy } from 'rxjs-reprise';
import { assertMarbles, flaky, marbles, bindMarbles, timeline, type VirtualTimeOptions } from 'rxjs-reprise/testing';
import { flush, thrownBy } from '../../support/thrown.js';

const bound = bindMarbles(configure);

/** The two bindings, with one way to expect: what they must have in common. */
const bindings: readonly (readonly [string, (body: Body, options?: VirtualTimeOptions) => () => void])[] = [
  [
    'marbles',
    (body, options) =>
      marbles(({ cold, expectObservable }) => {
        body({
          cold,
          expect: (stream, marble, values, error) => {
            expectObservable(stream).toBe(marble, values, error);
          },
        });
      }, options),
  ],
  [
    'bindMarbles(configure)',
    (body, options) => {
      const test = bindMarbles(configure, options).marbles((m) => {
        body({
          cold: (marble) => m.cold(marble),
          expect: (stream, marble, values, error) => {
            m.expect(stream).toBeObservable(marble, values as Record<string, never>, error);
          },
        });
      });
      return () => {
        test();
      };
    },
  ],
];

type Body = (m: {
  cold: (marble: string) => Observable<any>;
  expect: (stream: Observable<any>, marble: string, values?: Record<string, unknown>, error?: unknown) => void;
}) => void;

class Failure extends Error {
  constructor(
    message: string,
    readonly attempts: number,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}

const fail = (error: Error): Observable<never> => throwError(() => error);

const text = (diagram: string): string => flush(diagram).replaceAll('|  ', '  ');

describe.each(bindings)('%s', (_, bind) => {
  it('passes what is as expected', () => {
    bind((m) => {
      m.expect(m.cold('-a-b-#'), '-a-b-#');
      m.expect(of({ id: 1 }), '(a|)', { a: { id: 1 } });
      m.expect(of({ id: 1 }), '(a|)', { a: expect.objectContaining({ id: 1 }) });
      m.expect(of('text'), '(a|)', { a: expect.any(String) });
    })();
  });

  it('shows what differs as diagrams', () => {
    const error = thrownBy(
      bind((m) => {
        m.expect(m.cold('-a----a-#'), '-a---a-#');
      }),
    );
    expect(Object.assign({}, error, { message: error.message.trimEnd() })).toEqual({
      name: 'AssertionError',
      message: `marbles: the stream is not as expected\n\n${text(`
        |  expected  -a---a-#
        |  got       -a----a-#
        |                 ^
      `)}`,
      actual: '-a----a-#',
      expected: '-a---a-#',
    });
  });

  it('names an error that is not expected', () => {
    const lost = Object.assign(new TypeError('lost'), { code: 7 });
    const failing = (m: Parameters<Body>[0]): Observable<unknown> => concat(m.cold('-'.repeat(2) + '|'), fail(lost));
    const complaint = (marble: string, expected?: unknown): string =>
      thrownBy(
        bind((m) => {
          m.expect(failing(m), marble, undefined, expected);
        }),
      ).message;
    const told = '\n\n  error  at 2 ms  TypeError: lost {"code":7}\n';
    expect(complaint('--(a|)')).toContain(told);
    expect(complaint('-#', new TypeError('lost'))).toContain(told);
    expect(complaint('-#', lost)).not.toContain('lost');
  });

  it('compares errors by class, fields and cause: what rxjs-marbles alone does not', () => {
    const cause = new Error('socket');
    const failing = throwError(() => new Failure('down', 3, { cause }));
    const expecting = (error: unknown): (() => void) =>
      bind((m) => {
        m.expect(failing, '#', undefined, error);
      });
    expecting(new Failure('down', 3, { cause: new Error('socket') }))();
    const complaints = [
      new Failure('down', 4, { cause }),
      new Failure('up', 3, { cause }),
      new Failure('down', 3, { cause: new Error('other') }),
      new Failure('down', 3),
      new Error('down', { cause }),
      new Error('down'),
    ].map((error) =>
      thrownBy(expecting(error))
        .message.replace(/^.*\n\n/, '')
        .trimEnd(),
    );
    expect(complaints[0]).toBe(
      text(`
        |  expected  at 0 ms  Error: down (a Failure) {"cause":"Error: socket","attempts":4}
        |  got       at 0 ms  Error: down (a Failure) {"cause":"Error: socket","attempts":3}
      `),
    );
    expect(complaints[1]).toContain('Error: up');
    expect(complaints[2]).toContain('{"cause":"Error: other","attempts":3}');
    expect(complaints[4]).toContain('expected  at 0 ms  Error: down {"cause":"Error: socket"}\n');
    expect(complaints[5]).toContain('expected  at 0 ms  Error: down\n');
    expect(complaints.every((each) => each.includes('got       at 0 ms  Error: down (a Failure)'))).toBe(true);
    const lenient = configure({ run: true }).marbles((m) => {
      m.expect(failing).toBeObservable('#', undefined, new Error('down') as never);
    });
    expect(() => {
      lenient();
    }).not.toThrow();
  });

  it('says which value differs', () => {
    const error = thrownBy(
      bind((m) => {
        m.expect(of(new Map([['id', 1]])), '(a|)', { a: new Map([['id', 2]]) });
      }),
    );
    expect(error.message).toBe(
      `marbles: the diagram is as expected, but not what is in it\n\n${text(`
        |  expected  at 0 ms  {}
        |  got       at 0 ms  {}
      `)}\n`,
    );
  });

  it('catches promises', () => {
    const promised = bind((m) => {
      m.expect(from(Promise.resolve('a')), '');
    });
    const failing = bind((m) => {
      m.expect(
        defer(async () => Promise.resolve('a')),
        '(a|)',
      );
    });
    for (const test of [promised, failing]) {
      expect(thrownBy(test).message).toBe(
        'marbles: Promise.then was called, and a promise settles when virtual time is over: what waits for one never ' +
          'happens in it. Use an observable instead, such as `timer(50).pipe(map(() => value))` or ' +
          '`flaky([value], { after: 50 })`; or test it in real time, with `await firstValueFrom(..)` and short waits. ' +
          "(If that is meant: `allow: ['promise']`.)",
      );
    }
    expect(thrownBy(promised).cause).toBeUndefined();
    expect(thrownBy(failing).cause).toHaveProperty('name', 'AssertionError');
    bind(
      (m) => {
        m.expect(from(Promise.resolve('a')), '');
      },
      { allow: ['promise'] },
    )();
  });

  it.each([
    ['Date.now', () => Date.now()],
    ['Date()', () => Date().length],
    ['new Date()', () => new Date().getTime()],
    ['performance.now', () => performance.now()],
  ])('catches %s', (name, read) => {
    const deadline = (m: Parameters<Body>[0]): void => {
      m.expect(timer(1).pipe(map(() => read() > 0)), '-(a|)', { a: true });
    };
    expect(thrownBy(bind(deadline)).message).toBe(
      `marbles: ${name} shows the real time, which stands still in virtual time. Ask \`asyncScheduler.now()\` of RxJS ` +
        "instead, and in a policy `signal.now`. (If that is meant: `allow: ['clock']`.)",
    );
    bind(deadline, { allow: ['clock'] })();
  });

  it.each([
    [
      'setTimeout',
      () => {
        clearTimeout(setTimeout(() => undefined));
      },
    ],
    [
      'setInterval',
      () => {
        clearInterval(setInterval(() => undefined));
      },
    ],
    [
      'setImmediate',
      () => {
        clearImmediate(setImmediate(() => undefined));
      },
    ],
    [
      'queueMicrotask',
      () => {
        queueMicrotask(() => undefined);
      },
    ],
  ])('catches %s', (name, call) => {
    const real = (m: Parameters<Body>[0]): void => {
      m.expect(timer(1).pipe(map(call)), '-(a|)', { a: undefined });
    };
    expect(thrownBy(bind(real)).message).toBe(
      `marbles: ${name} was called, and its callback comes in real time, when virtual time is over. Use \`timer(50)\` or ` +
        '`asyncScheduler.schedule(callback, 50)` of RxJS instead, which wait in virtual time. (If that is meant: ' +
        "`allow: ['timer']`.)",
    );
    bind(real, { allow: ['timer'] })();
  });

  it('does without what a platform has not', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'setImmediate') ?? {};
    Reflect.deleteProperty(globalThis, 'setImmediate');
    bind((m) => {
      m.expect(of('setImmediate' in globalThis), '(a|)', { a: false });
    })();
    Object.defineProperty(globalThis, 'setImmediate', own);
  });

  it('lets alone what is no pitfall, and leaves no trap behind', () => {
    const before = [
      Date,
      Date.now,
      setTimeout,
      Math.random,
      Object.getOwnPropertyDescriptor(Promise.prototype, 'then'),
    ];
    bind((m) => {
      m.expect(of(new Date(5).getTime(), asyncScheduler.now()), '(ab|)', { a: 5, b: 0 });
      const real = [asapScheduler, queueScheduler, asyncScheduler];
      m.expect(merge(...real.map((scheduler) => of('a').pipe(delay(2, scheduler)))), '--(aaa|)');
    })();
    expect([
      Date,
      Date.now,
      setTimeout,
      Math.random,
      Object.getOwnPropertyDescriptor(Promise.prototype, 'then'),
    ]).toEqual(before);
    expect(Object.hasOwn(performance, 'now')).toBe(false);
    expect(new Date().getTime()).toBeGreaterThan(5);
  });

  it('works over fake timers', () => {
    vi.useFakeTimers();
    const readings = [() => performance.now(), () => Date.now(), () => new Date()];
    const complaints = readings.map((read) => thrownBy(bind(() => void read())).message.split(' ')[1]);
    vi.useRealTimers();
    expect(complaints).toEqual(['performance.now', 'Date.now', 'new']);
  });

  const complaint = / steps(.*), at (\d+) ms of virtual time: something retries or repeats for ever\. Bound it, by /;

  it('ends what is endless, at one instant or for ever', () => {
    const few = { steps: 5000 };
    const down = new Error('down');
    const seen = [
      throwError(() => down).pipe(retryWithPolicy(immediate)),
      timer(0).pipe(repeat()),
      timer(0, 10),
      flaky({ failures: Infinity, error: 'down' }).pipe(retryWithPolicy(fixed(10))),
    ].map((stream) =>
      thrownBy(
        bind((m) => {
          m.expect(stream, '');
        }, few),
      ),
    );
    const ends = seen.map(({ message }) => complaint.exec(message));
    expect(ends.map((end) => end?.[1])).toEqual([
      ' and looks at the clock that take no time',
      ' and looks at the clock that take no time',
      '',
      '',
    ]);
    expect(ends.map((end) => Number(end?.[2]))).toEqual([0, 0, 49_990, 4550]);
    expect(seen[0]?.message).toContain("leave it, by `expectObservable(stream, '^----!')`. (If");
  });

  it('soon, if nothing is told', () => {
    const begun = performance.now();
    for (const policy of [immediate, fixed(3)]) {
      const endless = flaky({ failures: Infinity }).pipe(retryWithPolicy(policy));
      const test = bind((m) => {
        m.expect(endless, '');
      });
      expect(thrownBy(test).message).toMatch(complaint);
    }
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('does not take much at one instant for endless', () => {
    bind((m) => {
      const cold = merge(...Array.from({ length: 600 }, () => m.cold('-a|')));
      m.expect(cold.pipe(count()), '--(a|)', { a: 600 });
      m.expect(
        range(0, 600).pipe(
          concatMap(() => timer(0)),
          count(),
        ),
        '(a|)',
        { a: 600 },
      );
      m.expect(range(0, 2000).pipe(observeOn(asyncScheduler), count()), '(a|)', { a: 2000 });
    })();
  });

  it('is not begun inside of another', () => {
    const inner: (() => unknown)[] = [marbles(() => undefined), bind(() => undefined), () => timeline(of(1))];
    const seen = inner.map((begin) => thrownBy(bind(begin)).message);
    expect(seen.map((message) => message.replace(/^\w+/, ''))).toEqual(
      seen.map(
        () =>
          ': cannot begin inside of marbles: virtual time inside of virtual time ends the outer one, and what comes ' +
          'after is in real time. Put this before or after the test, or in a test of its own',
      ),
    );
    bind(() => undefined)();
  });

  it('hands on what the test throws', () => {
    const error = new Error('mine');
    expect(
      thrownBy(
        bind(() => {
          throw error;
        }),
      ),
    ).toBe(error);
  });
});

describe('async tests', () => {
  const message =
    'marbles: the test must not be async: what it does after an `await` is no longer in virtual time, and nothing of ' +
    'it is seen. Take the `async` away, and use observables instead of promises';

  it('are rejected', () => {
    const test = (async () => Promise.resolve()) as unknown as () => void;
    expect(thrownBy(marbles(test)).message).toBe(message);
    expect(thrownBy(() => bound.marbles(test)()).message).toBe(message);
  });
});

describe('what the runner hands over', () => {
  it('comes after the helpers', () => {
    const seen: unknown[] = [];
    marbles((m, ...others: number[]) => {
      seen.push(m.scheduler.frame, ...others);
    })(1, 2);
    bound.marbles((m: { scheduler: { frame: number } }, other: number) => {
      seen.push(m.scheduler.frame, other);
    })(3);
    expect(seen).toEqual([0, 1, 2, 0, 3]);
  });

  it('is decided by lengths: jest and mocha take an argument for a callback', () => {
    expect(marbles(() => undefined)).toHaveLength(0);
    expect(bound.marbles(() => undefined)).toHaveLength(0);
    expect(bound.marbles((_: unknown, other: number) => other)).toHaveLength(1);
  });
});

describe('assertMarbles', () => {
  const complaint = (actual: unknown, expected: unknown): string =>
    thrownBy(() => {
      assertMarbles(actual, expected);
    }).message.trimEnd();

  it('is for the plain TestScheduler', () => {
    const run = (marble: string) => (): void => {
      new TestScheduler(assertMarbles).run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a#');
        expectObservable(concat(source, of('b'))).toBe(marble);
        expectSubscriptions(source.subscriptions).toBe('^-!');
      });
    };
    run('-a#')();
    expect(run('-a|')).toThrow('the stream is not as expected');
  });

  it('draws subscriptions', () => {
    const at = (on: number, off: number): object => ({ subscribedFrame: on, unsubscribedFrame: off });
    expect(complaint([at(0, 2), at(3, Infinity), at(5, 5)], [at(0, 1)])).toBe(
      `marbles: the stream is not as expected\n\n${text(`
        |  expected  ^!
        |  got       ^-!
        |            ---^
        |            -----(^!)
      `)}`,
    );
  });

  it('draws long gaps as time, groups, values, and nothing', () => {
    const next = (frame: number, value: unknown): object => ({ frame, notification: { kind: 'N', value } });
    const ends = (frame: number, kind: string): object => ({ frame, notification: { kind } });
    expect(complaint([next(0, 'a'), next(100, { id: 1 }), ends(100, 'C')], [])).toBe(
      `marbles: the stream is not as expected\n\n${text(`
        |  expected  (nothing)
        |  got       a 99ms ({"id":1}|)
        |            ^
      `)}`,
    );
  });

  it('compares whatever it is given', () => {
    assertMarbles({ a: 1 }, { a: 1 });
    expect(complaint([1, 2], [1, 3])).toMatch(/expected {2}3\n {2}got {7}2$/);
    expect(complaint('one', 'other')).toBe(
      `marbles: the diagram is as expected, but not what is in it\n\n${text(`
        |  expected  "other"
        |  got       "one"
      `)}`,
    );
    const open = [{ frame: 1, notification: { kind: 'E', error: new CircuitOpenError('users', 'open', 5) } }];
    const other = [{ frame: 1, notification: { kind: 'E', error: new CircuitOpenError('users', 'open', 6) } }];
    expect(complaint(open, other)).toContain(
      'got       at 1 ms  CircuitOpenError: circuit users is open; ask again in 5 ms {',
    );
  });
});

it.each([
  [() => marbles(5 as never), 'marbles: test must be a function, got 5'],
  [() => marbles(() => undefined, 5 as never), 'marbles: options must be an object, got 5'],
  [
    () => marbles(() => undefined, { allow: ['dice' as never] }),
    "marbles: allow must be a list of 'clock', 'promise' and 'timer', got [\"dice\"]",
  ],
  [() => marbles(() => undefined, { allow: ['toString' as never] }), 'got ["toString"]'],
  [() => marbles(() => undefined, { allow: 'clock' as never }), 'got "clock"'],
  [() => marbles(() => undefined, { steps: 0 }), 'marbles: steps must be a whole number, at least 1, got 0'],
  [() => bindMarbles(5 as never), 'bindMarbles: configure must be a function, got 5'],
  [() => bound.marbles(5 as never), 'marbles: test must be a function, got 5'],
])('bad input %#', (act, message) => {
  expect(act).toThrow(message);
});

it('real time is as before', async () => {
  expect(await firstValueFrom(from(Promise.resolve(1)))).toBe(1);
});
