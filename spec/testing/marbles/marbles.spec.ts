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

/** The two bindings behind one interface: both must pass the same tests. */
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
  it('passes if the stream is as expected', () => {
    bind((m) => {
      m.expect(m.cold('-a-b-#'), '-a-b-#');
      m.expect(of({ id: 1 }), '(a|)', { a: { id: 1 } });
      m.expect(of({ id: 1 }), '(a|)', { a: expect.objectContaining({ id: 1 }) });
      m.expect(of('text'), '(a|)', { a: expect.any(String) });
    })();
  });

  it('shows a difference as diagrams', () => {
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

  it('names an unexpected error', () => {
    const lost = Object.assign(new TypeError('lost'), { code: 7 });
    // As in JavaScriptCore and SpiderMonkey.
    Object.defineProperties(lost, { line: { value: 1, configurable: true }, fileName: { value: 'a.js' } });
    const failing = (m: Parameters<Body>[0]): Observable<unknown> => concat(m.cold('-'.repeat(2) + '|'), fail(lost));
    const messageOf = (marble: string, expected?: unknown): string =>
      thrownBy(
        bind((m) => {
          m.expect(failing(m), marble, undefined, expected);
        }),
      ).message;
    const errorLine = '\n\n  error  at 2 ms  TypeError: lost {"code":7}\n';
    expect(messageOf('--(a|)')).toContain(errorLine);
    expect(messageOf('-#', new TypeError('lost'))).toContain(errorLine);
    expect(messageOf('-#', lost)).not.toContain('lost');
  });

  it('compares errors by class, fields and cause, unlike rxjs-marbles alone', () => {
    const cause = new Error('socket');
    const failing = throwError(() => new Failure('down', 3, { cause }));
    const expecting = (error: unknown): (() => void) =>
      bind((m) => {
        m.expect(failing, '#', undefined, error);
      });
    expecting(new Failure('down', 3, { cause: new Error('socket') }))();
    const messages = [
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
    expect(messages[0]).toBe(
      text(`
        |  expected  at 0 ms  Error: down (a Failure) {"cause":"Error: socket","attempts":4}
        |  got       at 0 ms  Error: down (a Failure) {"cause":"Error: socket","attempts":3}
      `),
    );
    expect(messages[1]).toContain('Error: up');
    expect(messages[2]).toContain('{"cause":"Error: other","attempts":3}');
    expect(messages[4]).toContain('expected  at 0 ms  Error: down {"cause":"Error: socket"}\n');
    expect(messages[5]).toContain('expected  at 0 ms  Error: down\n');
    expect(messages.every((each) => each.includes('got       at 0 ms  Error: down (a Failure)'))).toBe(true);
    const lenient = configure({ run: true }).marbles((m) => {
      m.expect(failing).toBeObservable('#', undefined, new Error('down') as never);
    });
    expect(() => {
      lenient();
    }).not.toThrow();
  });

  it('shows the value that differs', () => {
    const error = thrownBy(
      bind((m) => {
        m.expect(of(new Map([['id', 1]])), '(a|)', { a: new Map([['id', 2]]) });
      }),
    );
    expect(error.message).toBe(
      `marbles: the diagram is as expected, but its contents differ\n\n${text(`
        |  expected  at 0 ms  {}
        |  got       at 0 ms  {}
      `)}\n`,
    );
  });

  it('detects promises', () => {
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
        'marbles: Promise.then was called, but a promise settles after virtual time has ended, so its callbacks do not ' +
          'run in the test. Use an observable such as `timer(50).pipe(map(() => value))` or ' +
          '`flaky([value], { after: 50 })`, or test in real time with `await firstValueFrom(..)` and short waits. ' +
          "(To allow this: `allow: ['promise']`.)",
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
  ])('detects %s', (name, read) => {
    const deadline = (m: Parameters<Body>[0]): void => {
      m.expect(timer(1).pipe(map(() => read() > 0)), '-(a|)', { a: true });
    };
    expect(thrownBy(bind(deadline)).message).toBe(
      `marbles: ${name} returns the real time, which does not advance in virtual time. Use \`asyncScheduler.now()\` of ` +
        "RxJS, or `signal.now` in a policy. (To allow this: `allow: ['clock']`.)",
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
  ])('detects %s', (name, call) => {
    const real = (m: Parameters<Body>[0]): void => {
      m.expect(timer(1).pipe(map(call)), '-(a|)', { a: undefined });
    };
    expect(thrownBy(bind(real)).message).toBe(
      `marbles: ${name} was called, but its callback runs in real time, after virtual time has ended. Use ` +
        '`timer(50)` or `asyncScheduler.schedule(callback, 50)` of RxJS, which wait in virtual time. (To allow this: ' +
        "`allow: ['timer']`.)",
    );
    bind(real, { allow: ['timer'] })();
  });

  it('works on platforms that lack a global', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'setImmediate');
    Reflect.deleteProperty(globalThis, 'setImmediate');
    bind((m) => {
      m.expect(of('setImmediate' in globalThis), '(a|)', { a: false });
    })();
    if (own !== undefined) Object.defineProperty(globalThis, 'setImmediate', own);
  });

  it('accepts virtual time, and restores all globals', () => {
    const isOwn = Object.hasOwn(performance, 'now');
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
    expect(Object.hasOwn(performance, 'now')).toBe(isOwn);
    expect(new Date().getTime()).toBeGreaterThan(5);
  });

  it('works with fake timers', () => {
    vi.useFakeTimers();
    const readings = [() => performance.now(), () => Date.now(), () => new Date()];
    const names = readings.map((read) => thrownBy(bind(() => void read())).message.split(' ')[1]);
    vi.useRealTimers();
    expect(names).toEqual(['performance.now', 'Date.now', 'new']);
  });

  const endless = / steps(.*), at (\d+) ms of virtual time: something retries or repeats forever\. Bound it with /;

  it('ends a stream that never ends, whether or not time advances', () => {
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
    const ends = seen.map(({ message }) => endless.exec(message));
    expect(ends.map((end) => end?.[1])).toEqual([
      ' and clock reads without time advancing',
      ' and clock reads without time advancing',
      '',
      '',
    ]);
    expect(ends.map((end) => Number(end?.[2]))).toEqual([0, 0, 49_990, 4550]);
    expect(seen[0]?.message).toContain("unsubscribe with `expectObservable(stream, '^----!')`. (If");
  });

  it('ends it after 10 000 attempts by default', () => {
    for (const policy of [immediate, fixed(3)]) {
      const source = flaky({ failures: Infinity });
      const test = bind((m) => {
        m.expect(source.pipe(retryWithPolicy(policy)), '');
      });
      expect(thrownBy(test).message).toMatch(endless);
      expect(source.subscriptions.length).toBeLessThanOrEqual(10_001);
    }
  });

  it('does not count attempts in real time', () => {
    const source = flaky({ failures: 200 });
    source.pipe(retryWithPolicy(immediate)).subscribe();
    expect(source.subscriptions).toHaveLength(201);
    bind(
      (m) => {
        m.expect(of('a'), '(a|)');
      },
      { steps: 1000 },
    )();
  });

  it('accepts many steps at one instant', () => {
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

  it('cannot start inside of another test', () => {
    const inner: (() => unknown)[] = [marbles(() => undefined), bind(() => undefined), () => timeline(of(1))];
    const seen = inner.map((start) => thrownBy(bind(start)).message);
    expect(seen.map((message) => message.replace(/^\w+/, ''))).toEqual(
      seen.map(
        () =>
          ': cannot start inside of marbles: virtual time inside of virtual time ends the outer one, and the rest of the ' +
          'test runs in real time. Call this before or after the test, or in a test of its own',
      ),
    );
    bind(() => undefined)();
  });

  it('rethrows an error of the test', () => {
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
    'marbles: the test must not be async: the code after an `await` runs outside of virtual time and is not checked. ' +
    'Remove `async`, and use observables instead of promises';

  it('are rejected', () => {
    const test = (async () => Promise.resolve()) as unknown as () => void;
    expect(thrownBy(marbles(test)).message).toBe(message);
    expect(thrownBy(() => bound.marbles(test)()).message).toBe(message);
  });
});

describe('arguments of the test runner', () => {
  it('follow the helpers', () => {
    const seen: unknown[] = [];
    marbles((m, ...others: number[]) => {
      seen.push(m.scheduler.frame, ...others);
    })(1, 2);
    bound.marbles((m: { scheduler: { frame: number } }, other: number) => {
      seen.push(m.scheduler.frame, other);
    })(3);
    expect(seen).toEqual([0, 1, 2, 0, 3]);
  });

  it('depend on the length of the function: jest and mocha take a parameter for a callback', () => {
    expect(marbles(() => undefined)).toHaveLength(0);
    expect(bound.marbles(() => undefined)).toHaveLength(0);
    expect(bound.marbles((_: unknown, other: number) => other)).toHaveLength(1);
  });
});

describe('assertMarbles', () => {
  const messageOf = (actual: unknown, expected: unknown): string =>
    thrownBy(() => {
      assertMarbles(actual, expected);
    }).message.trimEnd();

  it('works with a plain TestScheduler', () => {
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
    expect(messageOf([at(0, 2), at(3, Infinity), at(5, 5)], [at(0, 1)])).toBe(
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
    expect(messageOf([next(0, 'a'), next(100, { id: 1 }), ends(100, 'C')], [])).toBe(
      `marbles: the stream is not as expected\n\n${text(`
        |  expected  (nothing)
        |  got       a 99ms ({"id":1}|)
        |            ^
      `)}`,
    );
  });

  it('compares any values', () => {
    assertMarbles({ a: 1 }, { a: 1 });
    expect(messageOf([1, 2], [1, 3])).toMatch(/expected {2}3\n {2}got {7}2$/);
    expect(messageOf('one', 'other')).toBe(
      `marbles: the diagram is as expected, but its contents differ\n\n${text(`
        |  expected  "other"
        |  got       "one"
      `)}`,
    );
    const open = [{ frame: 1, notification: { kind: 'E', error: new CircuitOpenError('users', 'open', 5) } }];
    const other = [{ frame: 1, notification: { kind: 'E', error: new CircuitOpenError('users', 'open', 6) } }];
    expect(messageOf(open, other)).toContain(
      'got       at 1 ms  CircuitOpenError: circuit users is open, retry after 5 ms {',
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

it('restores real time', async () => {
  expect(await firstValueFrom(from(Promise.resolve(1)))).toBe(1);
});
