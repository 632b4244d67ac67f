import { map, mergeMap, NEVER, of, Subject, switchMap, take, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  both,
  circuit,
  circuitBreak,
  circuitBreaker,
  exponential,
  exponentialBackoff,
  fixed,
  immediate,
  jittered,
  never,
  retries,
  retryWithPolicy,
} from 'rxjs-reprise';
import { flaky, timeline } from 'rxjs-reprise/testing';
import { flush, thrownBy } from '../../support/thrown.js';

const policy = both(exponential(4), retries(4));

const drawn = (text: string): string => flush(text).replaceAll(/^\|/gm, '');

describe('timeline', () => {
  it('draws attempts and waits to scale', () => {
    const expected = drawn(`
      attempt 1   --#
      wait          ....
      attempt 2         --#
      wait                ........
      attempt 3                   -a|
    `);
    expect(timeline(flaky.marble('--#', '--#', '-a|').pipe(retryWithPolicy(policy)))).toBe(expected);
    expect(timeline(policy, { source: flaky.marble('--#', '--#', '-a|') })).toBe(expected);
  });

  it('draws the phases of a circuit that the retries wait for', () => {
    const users = circuit({ name: 'users', threshold: 2, resetAfter: 10 });
    expect(timeline(policy, { source: flaky.marble('--#', '--#', '-a|'), circuit: users })).toBe(
      drawn(`
        attempt 1   --#
        wait          ....
        attempt 2         --#
        wait                ..........
        attempt 3                     -a|
        users       closed  open      half-open
                                        closed
      `),
    );
  });

  it('draws a circuit below the retry, and the error at the end', () => {
    const users = circuit({ threshold: 2, resetAfter: 10 });
    const stream = flaky.marble('--#').pipe(circuitBreak(users), retryWithPolicy(policy));
    expect(timeline(stream, { circuit: users })).toBe(
      drawn(`
        attempt 1   --#
        wait          ....
        attempt 2         --#
        gave up             # "error"
        circuit     closed  open
      `),
    );
  });

  it('creates the circuit of a circuit breaker', () => {
    expect(timeline(circuitBreaker({ threshold: 2, resetAfter: 30 }))).toBe(
      drawn(`
        attempt 1   #
        attempt 2   #
        wait        ..............................
        attempt 3                                 #
        wait                                      ..............................
        attempt 4                                                               |
        circuit     closed                        half-open                     half-open
                    open                          open                          closed
      `),
    );
  });

  it('scales long waits down, and prints them', () => {
    const slow = exponentialBackoff({ base: 1000 });
    expect(timeline(slow, { failures: 2, width: 20 })).toBe(
      drawn(`
        attempt 1   #
        wait        ..... 1000 ms
        attempt 2        #
        wait             .......... 2000 ms
        attempt 3                  |
        scale       a column is 200 ms
      `),
    );
  });

  it('takes the random numbers', () => {
    const full = both(jittered('full', fixed(8)), retries(2));
    expect(timeline(full, { failures: 2, random: [0.25, 0.5] })).toBe(
      drawn(`
        attempt 1   #
        wait        ..
        attempt 2     #
        wait          ....
        attempt 3         |
      `),
    );
  });

  it('draws groups, letters for values, and unsubscribed attempts', () => {
    const source = flaky<unknown>([of('a', { id: 1 }, { id: 1 }), timer(0, 2).pipe(map(() => true)), NEVER]);
    const stream = source.pipe(retryWithPolicy(never));
    expect(timeline(stream)).toBe(
      drawn(`
        attempt 1   (abb|)
        b           {"id":1}
      `),
    );
    expect(timeline(stream, { until: 7 })).toBe(
      drawn(`
        attempt 1   a-a-a-a!
        a           true
      `),
    );
    expect(timeline(stream, { until: 4 })).toBe('attempt 1   ----!');
    const crowded = flaky.marble('(ab)', '#').pipe(retryWithPolicy(never));
    expect(timeline(crowded, { until: 3 })).toBe('attempt 1   (ab!)');
  });

  it('draws ? when no letter is left', () => {
    const many = Array.from({ length: 53 }, (_, id) => ({ id }));
    const [row, ...legend] = timeline(of(...many, { id: 53 })).split('\n');
    expect(row).toContain('XYZ??|');
    expect(legend.slice(-2)).toEqual(['Z           {"id":51}', '?           other values']);
  });

  it('draws an attempt that has not ended', () => {
    const stream = flaky([NEVER]).pipe(retryWithPolicy(policy));
    const hot = new Subject();
    expect(timeline(stream)).toBe('attempt 1   -');
    expect(timeline(hot)).toBe('stream      -');
    const both = flaky([NEVER]);
    expect(timeline(flaky.marble('---a').pipe(retryWithPolicy(policy)))).toBe('attempt 1   ---a');
    expect(timeline(timer(3).pipe(switchMap(() => both)))).toBe(
      drawn(`
        attempt 1      -
      `),
    );
  });

  it('draws attempts that overlap', () => {
    const source = flaky.marble('-----|', '--|');
    const stream = timer(0, 2).pipe(
      take(2),
      mergeMap(() => source),
    );
    expect(timeline(stream)).toBe(
      drawn(`
        attempt 1   -----|
        attempt 2     --|
      `),
    );
    const endless = flaky.marble('-', '--|');
    expect(
      timeline(
        timer(0, 2).pipe(
          take(2),
          mergeMap(() => endless),
        ),
      ),
    ).toBe(
      drawn(`
        attempt 1   -----
        attempt 2     --|
      `),
    );
  });

  it('draws a stream without a flaky source as one row', () => {
    expect(timeline(timer(2, 2).pipe(map((tick) => String(tick))), { until: 7 })).toBe('stream      --0-1-2!');
    expect(timeline(throwError(() => new Error('down')))).toBe(
      drawn(`
        stream      #
        gave up     # Error: down
      `),
    );
  });

  it('throws if the stream never ends', () => {
    expect(thrownBy(() => timeline(timer(1, 1), { steps: 1000 })).message).toBe(
      'timeline: no end after 1001 steps, at 1001 ms of virtual time: something retries or repeats forever. Bound it ' +
        'with `both(policy, retries(5))` or `within(ms, policy)`, or unsubscribe with the option `until`. (If the test ' +
        'is that long, raise `steps`.)',
    );
    for (const endless of [fixed(3), immediate]) {
      const source = flaky({ failures: Infinity });
      expect(thrownBy(() => timeline(endless, { source })).message).toContain('no end after');
      expect(source.subscriptions.length).toBeLessThanOrEqual(10_001);
    }
    expect(thrownBy(() => timeline(fixed(3), { failures: Infinity })).message).toContain('no end after');
  });

  it.each([
    [() => timeline(5 as never), 'timeline: the first argument must be an observable or a policy, got 5'],
    [() => timeline(policy, 5 as never), 'timeline: options must be an object, got 5'],
    [() => timeline(policy, { source: 5 as never }), 'timeline: source must be an observable, got 5'],
    [
      () => timeline({ ...policy, handles: 5 as never }),
      'timeline: policy.handles must be a list of kinds of signal, got 5',
    ],
    [
      () => timeline(policy, { failures: -1 }),
      'flaky: failures must be a whole number, at least 0, or Infinity, got -1',
    ],
    [
      () => timeline(policy, { circuit: circuitBreaker() as never }),
      'timeline: circuit must be a circuit, made by `circuit(options)`, got an object',
    ],
    [() => timeline(of(1), { random: 0.5 } as never), 'timeline: random must be omitted for a stream, got 0.5'],
    [() => timeline(of(1), { failures: 3 } as never), 'timeline: failures must be omitted for a stream, got 3'],
    [() => timeline(of(1), { source: of(1) } as never), 'timeline: source must be omitted for a stream, got an object'],
    [() => timeline(policy, { random: 1.5 }), 'timeline: random must be in [0, 1), got 1.5'],
    [() => timeline(policy, { random: 1 }), 'timeline: random must be in [0, 1), got 1'],
    [() => timeline(policy, { random: [] }), 'timeline: random must be an array of at least one draw, got []'],
    [
      () => timeline(of(1), { circuit: 5 as never }),
      'timeline: circuit must be a circuit, made by `circuit(options)`, got 5',
    ],
    [
      () => timeline(policy, { circuit: 5 as never }),
      'timeline: circuit must be a circuit, made by `circuit(options)`, got 5',
    ],
    [
      () => timeline(of(1), { until: NaN }),
      'timeline: until must be a finite number of milliseconds, at least 0, got NaN',
    ],
    [() => timeline(of(1), { width: 10 }), 'timeline: width must be a whole number, at least 20, got 10'],
    [() => timeline(of(1), { steps: 0 }), 'timeline: steps must be a whole number, at least 1, got 0'],
  ])('bad input %#', (act, message) => {
    expect(act).toThrow(message);
  });
});
