import {
  concat,
  defer,
  EMPTY,
  finalize,
  NEVER,
  Observable,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  throwError,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
  type Subscription,
} from 'rxjs';
import {
  both,
  circuit,
  concurrencyLimit,
  fixed,
  gate,
  gatePolicy,
  guard,
  never,
  onlyIf,
  retryWithPolicy,
  type Gate,
  type GateOptions,
  type GatePolicy,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { passingFailures } from '../../src/engine/passingFailures.js';
import { halfOpen, outcome, unhandledBy, untouched } from '../support/stage.js';
import { thrownBy } from '../support/thrown.js';

/*
 * A clock, a random source or a policy that throws ends a call with that error. It does not cost a slot. Neither does a
 * teardown that throws.
 */

const down = new Error('down');
const broken = new Error('broken');

/** A switch: what is made with it throws while it is on. */
class Fault {
  isOn = false;

  readonly check = (): void => {
    if (this.isOn) throw broken;
  };

  /** A scheduler whose clock throws. */
  readonly scheduler = Object.assign(new VirtualTimeScheduler(), {
    now: () => {
      this.check();
      return 0;
    },
  });

  readonly random = (): number => {
    this.check();
    return 0;
  };

  during(act: () => void): void {
    this.isOn = true;
    act();
    this.isOn = false;
  }
}

const oneSlot = (options: GateOptions = {}) => gate(concurrencyLimit({ limit: 1 }), options);

const free = { running: 0, waiting: 0, free: 1, limit: 1 };

/** A gate that admits all calls, with a handler or a hook that may throw. */
const openGate = (parts: { readonly ask?: () => void; readonly expectsValue?: () => void }): Gate => {
  const policy: GatePolicy<number, number> = gatePolicy<number, number>({
    name: 'spec/open',
    initial: 0,
    on: {
      ask: (asked) => {
        parts.ask?.();
        return { state: asked + 1, wait: 0 };
      },
      value: (asked) => asked,
    },
    view: (asked) => asked,
    read: (_, reject) => reject(),
  });
  const expectsValue = (): boolean => {
    parts.expectsValue?.();
    return false;
  };
  return gate<number>({ ...policy, expectsValue });
};

/** How a call goes through gates. */
type Operate = (gates: readonly Gate[], fault: Fault) => (source: Observable<unknown>) => Observable<unknown>;

const guarding: Operate = (gates) => guard(gates, { maxWait: Infinity });
const retrying: Operate = (gates) => retryWithPolicy(fixed(0), { gates });

describe.each<[string, Operate]>([
  ['guard', guarding],
  ['retryWithPolicy', retrying],
])('in %s', (_, operate) => {
  it('a waiting call leaves its queue if another gate throws when it asks again', () => {
    const fault = new Fault();
    const slots = oneSlot();
    const holder = NEVER.pipe(guard(slots)).subscribe();
    const seen = outcome(of('a').pipe(operate([slots, openGate({ ask: fault.check })], fault)));
    fault.during(() => {
      holder.unsubscribe();
    });
    expect(seen.end).toBe(broken);
    expect(slots.state).toEqual(free);
  });

  it('a call gives its slot back if another gate throws after it has admitted the call', () => {
    const fault = new Fault();
    const slots = oneSlot();
    fault.during(() => {
      expect(outcome(of('a').pipe(operate([slots, openGate({ expectsValue: fault.check })], fault))).end).toBe(broken);
    });
    expect(slots.state).toEqual(free);
  });
});

describe.each<[string, (fault: Fault) => GateOptions]>([
  ['clock', ({ scheduler }) => ({ scheduler })],
  ['random source', ({ random }) => ({ random })],
])('if the %s of a gate throws', (_, optionsOf) => {
  it.each<[string, (source: Subject<unknown>) => void, unknown]>([
    [
      'completes',
      (source) => {
        source.complete();
      },
      broken,
    ],
    [
      'fails',
      (source) => {
        source.error(down);
      },
      broken,
    ],
  ])('the slot of a call that %s is free, and the call ends with what was thrown', (_name, act, end) => {
    const fault = new Fault();
    const slots = oneSlot(optionsOf(fault));
    const source = new Subject<unknown>();
    const seen = outcome(source.pipe(guard(slots)));
    fault.during(() => {
      act(source);
    });
    expect(seen.end).toBe(end);
    expect(slots.state).toEqual(free);
  });
});

describe('if the clock throws', () => {
  it('a half-open circuit gives the slot of its probe back', () => {
    const fault = new Fault();
    const live = halfOpen({ scheduler: fault.scheduler });
    const source = new Subject<unknown>();
    outcome(source.pipe(guard(live)));
    fault.during(() => {
      source.error(down);
    });
    expect(live.state).toMatchObject(untouched);
  });

  it('a waiting call that leaves gives up its place', () => {
    const fault = new Fault();
    const slots = oneSlot({ scheduler: fault.scheduler });
    const holder = NEVER.pipe(guard(slots)).subscribe();
    const waiting = of('a')
      .pipe(guard(slots, { maxWait: Infinity }))
      .subscribe();
    const unhandled = unhandledBy(() => {
      fault.during(() => {
        waiting.unsubscribe();
      });
    });
    expect(unhandled).toEqual([broken]);
    holder.unsubscribe();
    expect(slots.state).toEqual(free);
  });

  it('a waiting call that cannot ask again gives up its place', () => {
    const fault = new Fault();
    const slots = oneSlot({ scheduler: fault.scheduler });
    const source = new Subject<unknown>();
    const calls = [source, of<unknown>('a')].map((each) => outcome(each.pipe(guard(slots, { maxWait: Infinity }))));
    fault.during(() => {
      source.complete();
    });
    expect(calls.map(({ end }) => end)).toEqual([broken, broken]);
    expect(slots.state).toEqual(free);
  });

  it('a call whose maxWait cannot be measured gives up its place', () => {
    const fault = new Fault();
    const slots = oneSlot();
    const holder = NEVER.pipe(guard(slots)).subscribe();
    fault.during(() => {
      const seen = outcome(of('a').pipe(guard(slots, { maxWait: 10, scheduler: fault.scheduler })));
      expect(seen.end).toBe(broken);
    });
    holder.unsubscribe();
    expect(slots.state).toEqual(free);
  });

  it('a retry gives its slot back', () => {
    const fault = new Fault();
    const slots = oneSlot();
    const source = new Subject<unknown>();
    const seen = outcome(source.pipe(retryWithPolicy(fixed(0), { gates: [slots], scheduler: fault.scheduler })));
    fault.during(() => {
      source.error(down);
    });
    expect(seen.end).toBe(broken);
    expect(slots.state).toEqual(free);
  });
});

describe('if a part of a composed gate throws at the end of a call', () => {
  const composed = (check: () => void) =>
    gate(
      both(
        concurrencyLimit({ limit: 1 }),
        onlyIf(() => {
          check();
          return true;
        }),
      ),
    );

  it('the other parts receive a cancel', () => {
    const fault = new Fault();
    const live = composed(fault.check);
    fault.during(() => {
      expect(outcome(throwError(() => down).pipe(guard(live))).end).toBe(broken);
    });
    expect(outcome(of('a').pipe(guard(live))).end).toBe('complete');
  });
});

describe.each<[string, Operate]>([
  ['guard', guarding],
  ['retryWithPolicy', (gates) => retryWithPolicy(never, { gates })],
])('in %s, a source whose teardown throws', (_, operate) => {
  const fault = new Fault();
  const holding = (source: Observable<unknown>): Observable<unknown> =>
    new Observable((subscriber) => {
      source.subscribe(subscriber);
      return () => {
        throw broken;
      };
    });
  const atOnce = (last: Observable<unknown>) => holding(concat(of('a'), last));

  it.each<[string, (source: Subject<unknown>, call: Subscription) => void]>([
    [
      'is left before a value',
      (_source, call) => {
        call.unsubscribe();
      },
    ],
    [
      'is left after a value',
      (source, call) => {
        source.next('a');
        call.unsubscribe();
      },
    ],
    [
      'completes',
      (source) => {
        source.complete();
      },
    ],
    [
      'fails',
      (source) => {
        source.error(down);
      },
    ],
  ])('gives its slot to the next call when it %s', (_name, act) => {
    const slots = oneSlot();
    const source = new Subject<unknown>();
    const call = holding(source)
      .pipe(operate([slots], fault))
      .subscribe({ error: () => undefined });
    const next = outcome(of('a').pipe(guard(slots, { maxWait: Infinity })));
    unhandledBy(() => {
      thrownBy(() => {
        act(source, call);
      });
    });
    expect(next.end).toBe('complete');
    expect(slots.state).toEqual(free);
    expect(passingFailures.size).toBe(0);
  });

  it.each<[string, Observable<unknown>]>([
    ['completes', EMPTY],
    ['fails', throwError(() => down)],
  ])('gives its slot back when it %s at once', (_name, last) => {
    const slots = oneSlot();
    unhandledBy(() => outcome(atOnce(last).pipe(operate([slots], fault))));
    expect(slots.state).toEqual(free);
    expect(passingFailures.size).toBe(0);
  });

  it('gives its slot to the next call when it ends at once after a wait', () => {
    const slots = oneSlot();
    const holder = NEVER.pipe(guard(slots)).subscribe();
    const calls = [EMPTY, throwError(() => down)].map((last) => outcome(atOnce(last).pipe(operate([slots], fault))));
    const next = outcome(of('a').pipe(guard(slots, { maxWait: Infinity })));
    unhandledBy(() => {
      holder.unsubscribe();
    });
    expect([...calls, next].map(({ end }) => end)).toEqual(['complete', down, 'complete']);
    expect(slots.state).toEqual(free);
  });

  it('ends when it completes at once after a wait, and what throws is a teardown that was added before', () => {
    const slots = oneSlot();
    const holder = NEVER.pipe(guard(slots)).subscribe();
    const source = new Observable<never>((subscriber) => {
      subscriber.add(() => {
        throw broken;
      });
      subscriber.complete();
    });
    const call = outcome(source.pipe(operate([slots], fault)));
    unhandledBy(() => {
      holder.unsubscribe();
    });
    expect(call.end).toBe('complete');
    expect(slots.state).toEqual(free);
  });
});

it('forgets a failure whose consumer leaves while a gate classifies it', () => {
  const leave = new Subject<void>();
  const live = circuit({
    classify: () => {
      leave.next();
      return 'failure';
    },
  });
  const source = new Subject<unknown>();
  outcome(source.pipe(guard(live), takeUntil(leave)));
  source.error(down);
  expect(passingFailures.size).toBe(0);
});

it('a waiting call that ends because its random source throws does not ask again when its time has passed', () => {
  const fault = new Fault();
  const scheduler = new VirtualTimeScheduler();
  const slots = oneSlot();
  const holder = NEVER.pipe(guard(slots)).subscribe();
  const seen = outcome(of('a').pipe(guard(slots, { maxWait: 10, scheduler, random: fault.random })));
  fault.during(() => {
    holder.unsubscribe();
  });
  expect(seen.end).toBe(broken);
  scheduler.flush();
  expect(slots.state).toEqual(free);
  expect(scheduler.frame).toBe(0);
});

describe.each<[string, (gates: readonly Gate[]) => MonoTypeOperatorFunction<number>]>([
  ['guard', (gates) => guard(gates, { maxWait: Infinity })],
  ['retryWithPolicy', (gates) => retryWithPolicy(never, { gates })],
])('%s', (_, through) => {
  it('gives the slot to the next call if the consumer leaves while a gate decides that its wait is over', () => {
    const asked: (() => void)[] = [];
    const slots = oneSlot();
    const gates = [slots, openGate({ ask: () => asked.shift()?.() })];
    const first = new Subject<number>();
    first.pipe(through(gates)).subscribe();
    const second = NEVER.pipe(through(gates)).subscribe();
    const values: number[] = [];
    of(3)
      .pipe(through(gates))
      .subscribe((value) => values.push(value));
    asked.push(() => {
      second.unsubscribe();
    });
    first.complete();
    expect(slots.state).toEqual(free);
    expect(values).toEqual([3]);
  });
});

it('a guard whose predicate ends its own call wakes the call that waits for the slot', () => {
  const left = new Subject<void>();
  const leave = () => {
    left.next();
    return false;
  };
  const slots = gate(both(concurrencyLimit({ limit: 1 }), onlyIf(leave, never)));
  const first = new Subject<number>();
  first.pipe(guard(slots, { maxWait: Infinity }), takeUntil(left)).subscribe();
  const values: number[] = [];
  of(2)
    .pipe(guard(slots, { maxWait: Infinity }))
    .subscribe((value) => values.push(value));
  first.error(down);
  expect(values).toEqual([2]);
});

it('a guard whose successOn throws wakes the next call when its source has let go', () => {
  const log: string[] = [];
  const slots = oneSlot();
  const source = new Subject<string>();
  const successOn = (): boolean => {
    throw broken;
  };
  const held = source.pipe(finalize(() => log.push('let go')));
  const failing = outcome(held.pipe(guard(slots, { successOn })));
  defer(() => {
    log.push('next');
    return EMPTY;
  })
    .pipe(guard(slots, { maxWait: Infinity }))
    .subscribe();
  source.next('a');
  expect(log).toEqual(['let go', 'next']);
  expect(failing.end).toBe(broken);
});

it('a retry whose consumer leaves while a gate is asked wakes the call that has come meanwhile', () => {
  const left = new Subject<void>();
  const slots = oneSlot();
  const asked = [
    () => {
      left.next();
    },
  ];
  const gates = [openGate({ ask: () => asked.shift()?.() }), slots];
  const values: number[] = [];
  slots.events$
    .pipe(
      take(1),
      switchMap(() => of(2).pipe(guard(slots, { maxWait: Infinity }))),
    )
    .subscribe((value) => values.push(value));
  of(1).pipe(retryWithPolicy(never, { gates }), takeUntil(left)).subscribe();
  expect(values).toEqual([2]);
  expect(slots.state).toEqual(free);
});
