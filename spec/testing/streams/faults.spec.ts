import { asyncScheduler, of, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { exponential, retryWithPolicy } from 'rxjs-reprise';
import { faults, flaky, marbles, fixedRandom, type FaultOptions } from 'rxjs-reprise/testing';
import { outcome } from '../../support/stage.js';
import { thrownBy } from '../../support/thrown.js';

const ends = (options: FaultOptions, attempts: number): unknown[] => {
  const stream = of('ok').pipe(faults(options));
  return Array.from({ length: attempts }, () => {
    const { end } = outcome(stream);
    return end instanceof Error ? end.message : end;
  });
};

describe('faults', () => {
  it('does nothing if it is disabled, which can change for each attempt', () => {
    expect(ends({ rate: 1 }, 2)).toEqual(['complete', 'complete']);
    expect(outcome(of('ok').pipe(faults()))).toEqual({ values: ['ok'], end: 'complete' });
    let isEnabled = false;
    const stream = of('ok').pipe(faults({ enabled: () => isEnabled, rate: 1, error: (attempt) => attempt }));
    expect(outcome(stream).end).toBe('complete');
    isEnabled = true;
    expect(outcome(stream).end).toBe(1);
  });

  it('fails a share of the attempts, without subscribing to the source', () => {
    const source = flaky(['ok']);
    const stream = source.pipe(faults({ enabled: true, rate: 0.3, random: fixedRandom([0.29, 0.3, 0.31, 0.3]) }));
    expect([outcome(stream), outcome(stream)]).toMatchObject([
      { values: [], end: { message: 'faults: injected failure of attempt 1' } },
      { end: {} },
    ]);
    expect(ends({ enabled: true, rate: 0 }, 3)).toEqual(['complete', 'complete', 'complete']);
    expect(ends({ enabled: true, rate: 1 }, 1)).toEqual(['faults: injected failure of attempt 1']);
    expect(source.subscriptions).toHaveLength(1);
  });

  it('is the same on every run with a seed, also with another latency', () => {
    const seeded = { enabled: true, rate: 0.5, seed: 3 };
    const first = ends(seeded, 200);
    expect(ends(seeded, 200)).toEqual(first);
    expect(ends({ ...seeded, latencyRate: 0, latency: 5 }, 200)).toEqual(first);
    expect(ends({ ...seeded, seed: 4 }, 200)).not.toEqual(first);
    expect(Math.abs(first.filter((end) => end !== 'complete').length - 100)).toBeLessThan(20);
  });

  it('draws from Math.random by default', () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.4);
    expect(ends({ enabled: true, rate: 0.5 }, 1)).toEqual(['faults: injected failure of attempt 1']);
    random.mockRestore();
  });

  it(
    'delays attempts before they start or fail',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('                                                       -a|');
      const subs = '                                                            --^-!';
      expectObservable(source.pipe(faults({ enabled: true, latency: 2 }))).toBe('---a|');
      expectSubscriptions(source.subscriptions).toBe(subs);
      const error = (): string => 'error';
      expectObservable(of(1).pipe(faults({ enabled: true, latency: () => 3, rate: 1, error }))).toBe('---#');
      const some = { enabled: true, latency: 3, latencyRate: 0.5, random: fixedRandom([0, 0.5]) };
      expectObservable(of('a').pipe(faults(some))).toBe('(a|)');
      expectObservable(of('a').pipe(faults({ ...some, random: fixedRandom([0, 0.49]) })), '-!').toBe('-');
    }),
  );

  it(
    'follows a script, and injects nothing after its end',
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a|');
      const script = [{ error: 'error' }, { latency: 2 }, {}];
      const stream = source.pipe(faults({ enabled: true, script }));
      expectObservable(stream).toBe('#');
      expectObservable(stream).toBe('---a|');
      expectObservable(stream).toBe('-a|');
      expectObservable(stream).toBe('-a|');
      const again = source.pipe(faults({ enabled: true, script }), retryWithPolicy(exponential(4)));
      expectObservable(again).toBe('-------a|');
    }),
  );

  it('waits on the given scheduler', () => {
    const scheduler = new VirtualTimeScheduler();
    const seen = outcome(of('ok').pipe(faults({ enabled: true, latency: 5, scheduler })));
    expect(seen.end).toBe('pending');
    scheduler.flush();
    expect(seen.end).toBe('complete');
  });

  it('fails the stream if one of its functions throws or returns an invalid result', () => {
    const [late] = ends({ enabled: true, latency: () => NaN }, 1);
    expect(late).toBe('faults: the result of latency must be a finite number of milliseconds, at least 0, got NaN');
    expect(ends({ enabled: true, random: () => 1 }, 1)).toEqual([
      'faults: the answer of random must be a number in [0, 1), got 1',
    ]);
  });

  it.each<[FaultOptions, string]>([
    [5 as never, 'options must be an object, got 5'],
    [{ enabled: 1 as never }, 'enabled must be true, false or a function, got 1'],
    [{ rate: 2 }, 'rate must be a number in [0, 1], got 2'],
    [{ rate: -1 }, 'rate must be a number in [0, 1], got -1'],
    [{ rate: 'a' as never }, 'rate must be a number in [0, 1], got "a"'],
    [{ latencyRate: NaN }, 'latencyRate must be a number in [0, 1], got NaN'],
    [{ latency: -1 }, 'latency must be a finite number of milliseconds, at least 0, got -1'],
    [{ error: 5 as never }, 'error must be a function, got 5'],
    [{ random: 5 as never }, 'random must be a function, got 5'],
    [{ seed: 0.5 }, 'seededRandom: seed must be a safe integer, got 0.5'],
    [{ seed: 1, random: Math.random }, 'random must be omitted with seed, got the function random'],
    [{ script: 5 as never }, 'script must be an array of faults, got 5'],
    [{ script: [5 as never] }, 'script[0] must be an object, got 5'],
    [{ script: [{ latency: -1 }] }, 'script[0].latency must be a finite number of milliseconds, at least 0, got -1'],
    [{ script: [], rate: 0.5 }, 'rate must be omitted with script, got 0.5'],
    [{ script: [], seed: 1 }, 'seed must be omitted with script, got 1'],
    [{ script: [], random: Math.random }, 'random must be omitted with script, got the function random'],
    [{ script: [{}, { err: 1 } as never] }, 'script[1] must be an object with only latency and error, got "err"'],
    [{ scheduler: asyncScheduler.now as never }, 'scheduler must be an RxJS scheduler, got'],
  ])('bad input %#', (options, message) => {
    expect(thrownBy(() => faults(options)).message).toContain(message);
  });
});
