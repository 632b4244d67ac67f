import { AsyncLocalStorage } from 'node:async_hooks';
import {
  concat,
  defer,
  EMPTY,
  finalize,
  map,
  NEVER,
  of,
  Subject,
  takeUntil,
  timer,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  fixed,
  gate,
  hedge,
  latencyQuantile,
  retryBudget,
  retryThrottle,
  type HedgeEvent,
  type HedgeOptions,
} from 'rxjs-reprise';
import { outcome, unhandledBy } from '../../support/stage.js';

const down = new Error('down');

/** Plays a call whose attempts have these sources, and returns its events without their name. */
function eventsOf(
  sources: (after: (ms: number, value: string) => Observable<string>) => readonly Observable<string>[],
  options: HedgeOptions = {},
  leaveAt?: number,
): Omit<HedgeEvent, 'name'>[] {
  const scheduler = new VirtualTimeScheduler();
  const made = sources((ms, value) =>
    timer(ms, scheduler).pipe(
      map(() => {
        if (value === '#') throw down;
        return value;
      }),
    ),
  );
  const events: Omit<HedgeEvent, 'name'>[] = [];
  let subscribed = 0;
  const call = defer(() => made[subscribed++] ?? NEVER).pipe(
    hedge(fixed(20), {
      scheduler,
      observe: ({ name, ...event }) => {
        expect(name).toBe(options.name ?? 'hedge');
        events.push(event);
      },
      ...options,
    }),
  );
  const subscription = call.subscribe({ error: () => undefined });
  if (leaveAt !== undefined)
    scheduler.schedule(() => {
      subscription.unsubscribe();
    }, leaveAt);
  scheduler.flush();
  return events;
}

describe('the events of a call', () => {
  it.each<[string, () => Omit<HedgeEvent, 'name'>[], unknown[]]>([
    [
      'without a hedge',
      () => eventsOf((after) => [after(10, 'a')]),
      [{ kind: 'won', attempt: 1, elapsed: 10, took: 10 }],
    ],
    [
      'whose hedge wins: the losers are cancelled first',
      () => eventsOf((after) => [after(100, 'a'), after(10, 'b')]),
      [
        { kind: 'hedged', attempt: 2, elapsed: 20 },
        { kind: 'cancelled', attempt: 1, elapsed: 30, took: 30 },
        { kind: 'won', attempt: 2, elapsed: 30, took: 10 },
      ],
    ],
    [
      'whose hedge fails',
      () => eventsOf((after) => [after(50, 'a'), after(10, '#')]),
      [
        { kind: 'hedged', attempt: 2, elapsed: 20 },
        { kind: 'failed', attempt: 2, elapsed: 30, took: 10, error: down },
        { kind: 'won', attempt: 1, elapsed: 50, took: 50 },
      ],
    ],
    [
      'whose attempts all fail',
      () => eventsOf((after) => [after(30, '#'), after(30, '#')]),
      [
        { kind: 'hedged', attempt: 2, elapsed: 20 },
        { kind: 'failed', attempt: 1, elapsed: 30, took: 30, error: down },
        { kind: 'failed', attempt: 2, elapsed: 50, took: 30, error: down },
      ],
    ],
    [
      'whose hedge the budget denies',
      () => eventsOf((after) => [after(50, 'a')], { max: 3, budget: gate(retryBudget({ ratio: 0, reserve: 0 })) }),
      [
        { kind: 'denied', attempt: 2, elapsed: 20, reason: 'budget' },
        { kind: 'won', attempt: 1, elapsed: 50, took: 50 },
      ],
    ],
    [
      'whose consumer leaves',
      () => eventsOf((after) => [after(50, 'a'), after(50, 'b')], { name: 'users' }, 30),
      [
        { kind: 'hedged', attempt: 2, elapsed: 20 },
        { kind: 'cancelled', attempt: 1, elapsed: 30, took: 30 },
        { kind: 'cancelled', attempt: 2, elapsed: 30, took: 10 },
      ],
    ],
    [
      'that completes without a value',
      () => eventsOf(() => [EMPTY]),
      [{ kind: 'won', attempt: 1, elapsed: 0, took: 0 }],
    ],
    [
      'whose winner fails after a value, or is left: nothing more',
      () => [
        ...eventsOf((after) => [concat(after(10, 'a'), after(10, '#'))]),
        ...eventsOf((after) => [concat(after(10, 'a'), after(10, 'b'))], {}, 15),
      ],
      [
        { kind: 'won', attempt: 1, elapsed: 10, took: 10 },
        { kind: 'won', attempt: 1, elapsed: 10, took: 10 },
      ],
    ],
  ])('%s', (_, play, events) => {
    expect(play()).toEqual(events);
  });

  it('has a reason of its own for a gate that gives none', () => {
    const budget = gate({ ...retryBudget(), reduce: (state: unknown) => ({ state, wait: 5 }) });
    const [denied] = eventsOf(() => [NEVER], { budget });
    expect(denied).toEqual({ kind: 'denied', attempt: 2, elapsed: 20, reason: 'rejected' });
  });
});

describe('callbacks', () => {
  it('an observer that throws changes nothing, and is reported', () => {
    const scheduler = new VirtualTimeScheduler();
    const errors = unhandledBy(() => {
      const seen = outcome(
        of('a').pipe(
          hedge(fixed(20), {
            scheduler,
            observe: () => {
              throw down;
            },
          }),
        ),
      );
      expect(seen).toEqual({ values: ['a'], end: 'complete' });
    });
    expect(errors).toEqual([down]);
  });

  it.each(['hedged', 'failed', 'cancelled', 'won'] as const)(
    'an observer of %s that unsubscribes ends the call, and nothing is left running',
    (kind) => {
      const scheduler = new VirtualTimeScheduler();
      const running = new Set<number>();
      const started: number[] = [];
      let subscribed = 0;
      const sources = [timer(100, scheduler), timer(10, scheduler), timer(30, scheduler)];
      const source = defer(() => {
        const number = (subscribed += 1);
        running.add(number);
        started.push(number);
        const own = sources[number - 1] ?? NEVER;
        const kept =
          kind === 'failed' && number === 2
            ? own.pipe(
                map(() => {
                  throw down;
                }),
              )
            : own;
        return kept.pipe(finalize(() => running.delete(number)));
      });
      const left = new Subject<void>();
      const values: number[] = [];
      const observe = (event: HedgeEvent): void => {
        if (event.kind === kind) left.next();
      };
      source
        .pipe(hedge(fixed(20), { max: 2, scheduler, observe }), takeUntil(left))
        .subscribe((value) => values.push(value));
      scheduler.flush();
      expect(values).toEqual([]);
      expect([...running]).toEqual([]);
      expect(started).toEqual(kind === 'hedged' ? [1] : [1, 2]);
    },
  );

  it('a listener of the budget that unsubscribes gives the hedge back', () => {
    const scheduler = new VirtualTimeScheduler();
    const budget = gate(retryBudget());
    const log: string[] = [];
    budget.changes.subscribe(({ signal }) => {
      log.push(signal.kind);
      if (signal.kind === 'ask' && signal.attempt === 2) subscription.unsubscribe();
    });
    let subscribed = 0;
    const source = defer(() => {
      subscribed += 1;
      return NEVER;
    });
    const subscription = source.pipe(hedge(fixed(20), { scheduler, budget })).subscribe();
    scheduler.flush();
    expect(subscribed).toBe(1);
    expect(log.filter((kind) => kind === 'ask')).toHaveLength(2);
  });

  it('a budget that throws at a failure ends the stream with that', () => {
    const scheduler = new VirtualTimeScheduler();
    const failing = (ms: number): Observable<never> =>
      timer(ms, scheduler).pipe(
        map(() => {
          throw down;
        }),
      );
    const broken = new Error('broken');
    for (const times of [[30, 100], [30, 5], [10]]) {
      const budget = gate(
        retryThrottle({
          maxTokens: 10,
          tokenRatio: 1,
          classify: () => {
            throw broken;
          },
        }),
        { scheduler },
      );
      let subscribed = 0;
      const source = defer(() => failing(times[subscribed++] ?? 0));
      const seen = outcome(source.pipe(hedge(fixed(20), { scheduler, budget })));
      scheduler.flush();
      expect(seen.end).toBe(broken);
    }
  });

  it('a gate that throws when the consumer leaves is reported', () => {
    const scheduler = new VirtualTimeScheduler();
    const policy = latencyQuantile(0.5);
    const usual = gate(
      {
        ...policy,
        reduce: (state: unknown, signal) =>
          signal.kind === 'cancel' ? { state, wait: 0, thrown: { error: down } } : policy.reduce(state, signal),
      } as typeof policy,
      { scheduler },
    );
    const errors = unhandledBy(() => {
      NEVER.pipe(hedge(usual, { scheduler })).subscribe().unsubscribe();
    });
    expect(errors).toEqual([down]);
  });
});

describe('the async context', () => {
  it('of a hedge is that of its call', async () => {
    const tenant = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const source = defer(() => {
      seen.push(tenant.getStore());
      return seen.length % 2 === 1 ? NEVER : of('done');
    });
    const call = (): Promise<void> =>
      new Promise((resolve) => {
        source.pipe(hedge(fixed(1))).subscribe({
          complete: () => {
            seen.push(tenant.getStore());
            resolve();
          },
        });
      });
    await tenant.run('blue', call);
    expect(seen).toEqual(['blue', 'blue', 'blue']);
  });
});
