import {
  defer,
  finalize,
  NEVER,
  Subject,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { concurrencyLimit, gate, guard, never, rateLimit, retryWithPolicy, type Gate } from 'rxjs-reprise';

const patient = { maxWait: Infinity };

/** Starts calls that log their name when their source is subscribed. The returned Subject is the source. */
function calls() {
  const log: string[] = [];
  const start = (name: string, through: (source: Observable<never>) => Observable<never>): Subject<never> => {
    const source = new Subject<never>();
    through(
      defer(() => {
        log.push(name);
        return source;
      }),
    ).subscribe();
    return source;
  };
  return { log, start };
}

describe('a call that waits for two gates while another call holds one of them and waits for the other', () => {
  it.each([2, 3, 50])('does not keep a free slot from the other call (%i such calls)', (many) => {
    const host = gate(concurrencyLimit({ limit: 1 }));
    const total = gate(concurrencyLimit({ limit: 1 }));
    const { log, start } = calls();
    const first = start('first', guard(host, patient));
    const both = Array.from({ length: many }, (_, n) => start(`both ${String(n)}`, guard([host, total], patient)));
    const nested = start('nested', (source) => source.pipe(guard(host, patient), guard(total, patient)));
    expect([host.state, total.state]).toEqual([
      { running: 1, waiting: many + 1, free: 0, limit: 1 },
      { running: 1, waiting: 0, free: 0, limit: 1 },
    ]);

    first.complete();
    expect(log).toEqual(['first', 'nested']);
    expect([host.state, total.state]).toEqual([
      { running: 1, waiting: 0, free: 0, limit: 1 },
      { running: 1, waiting: many, free: 0, limit: 1 },
    ]);

    nested.complete();
    for (const call of both) call.complete();
    expect(log.slice(2)).toEqual(both.map((_, n) => `both ${String(n)}`));
    expect([host.state, total.state]).toEqual([
      { running: 0, waiting: 0, free: 1, limit: 1 },
      { running: 0, waiting: 0, free: 1, limit: 1 },
    ]);
  });

  it('has its old position when the first gate makes it wait again', () => {
    const host = gate(concurrencyLimit({ limit: 1 }));
    const total = gate(concurrencyLimit({ limit: 1 }));
    const { log, start } = calls();
    const held = start('held', guard(host, patient));
    start('both', guard([host, total], patient));
    const busy = start('busy', guard(total, patient));
    held.complete();
    const taken = start('taken', guard(host, patient));
    const behind = start('behind', guard(host, patient));
    busy.complete();
    taken.complete();
    expect(log).toEqual(['held', 'busy', 'taken', 'both']);
    expect(host.state).toEqual({ running: 1, waiting: 1, free: 0, limit: 1 });
    behind.complete();
  });

  it('does not keep the turn of a rate limit either', () => {
    const scheduler = new VirtualTimeScheduler();
    const rate = gate(rateLimit({ limit: 1, per: 1000 }), { scheduler });
    const total = gate(concurrencyLimit({ limit: 1 }));
    const { log, start } = calls();
    const options = { ...patient, scheduler };
    start('first', guard(rate, options));
    start('both', guard([rate, total], options));
    start('nested', (source) => source.pipe(guard(rate, options), guard(total, options)));
    scheduler.maxFrames = 1000;
    scheduler.flush();
    expect(log).toEqual(['first', 'nested']);
  });
});

describe.each<[string, (gate: Gate) => MonoTypeOperatorFunction<unknown>]>([
  ['guard', (gate) => guard(gate)],
  ['retryWithPolicy', (gate) => retryWithPolicy(never, { gates: [gate] })],
])('a call that waits for the gates of a guard within a %s', (_, around) => {
  it.each<[string, (source: Subject<unknown>, leave: () => void) => void]>([
    [
      'completes',
      (source) => {
        source.complete();
      },
    ],
    [
      'fails',
      (source) => {
        source.error(new Error('lost'));
      },
    ],
    [
      'is left',
      (_source, leave) => {
        leave();
      },
    ],
  ])('starts after all that stands between the two has let go, if the call before it %s', (__, end) => {
    const host = gate(concurrencyLimit({ limit: 1 }));
    const total = gate(concurrencyLimit({ limit: 1 }));
    const log: string[] = [];
    const source = new Subject<unknown>();
    const nested = source
      .pipe(
        guard(host),
        finalize(() => log.push('let go')),
        around(total),
      )
      .subscribe({ error: () => undefined });
    defer(() => {
      log.push('start');
      return NEVER;
    })
      .pipe(guard([host, total], patient))
      .subscribe();
    end(source, () => {
      nested.unsubscribe();
    });
    expect(log).toEqual(['let go', 'start']);
  });
});
