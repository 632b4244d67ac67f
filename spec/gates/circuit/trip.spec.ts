import { describe, expect, it } from 'vitest';
import {
  circuitBreaker,
  consecutive,
  failureRate,
  failures,
  slowRate,
  type CircuitBreaker,
  type CircuitState,
  type Signal,
  type Trip,
} from 'rxjs-reprise';
import { ask, cancel, failure, folded, success } from '../../support/log.js';

const breaker = (trip: Trip | readonly Trip[]): CircuitBreaker =>
  circuitBreaker({
    trip,
    resetAfter: 100,
    classify: (error) => (error === 'ignored' ? 'ignore' : error === 'fine' ? 'success' : 'failure'),
  });

/** Calls, 10 ms apart: `f`ailure, `s`uccess, `c`ancel, `i`gnored, fi`n`e. Capitals are slow. */
function calls(letters: string): Signal[] {
  return letters.split('').map((letter, index) => {
    const now = 10 * index;
    const took = letter === letter.toUpperCase() ? 51 : 50;
    switch (letter.toLowerCase()) {
      case 's':
        return success(now, { took });
      case 'c':
        return cancel(now, { took });
      case 'i':
        return failure(now, { took, error: 'ignored' });
      case 'n':
        return failure(now, { took, error: 'fine' });
      default:
        return failure(now, { took });
    }
  });
}

/** The number of the call that opens it, from 1; 0 = none. */
function opensAt(trip: Trip | readonly Trip[], letters: string): number {
  const policy = breaker(trip);
  const log = calls(letters);
  return log.findIndex((_, index) => folded(policy, log.slice(0, index + 1)).phase === 'open') + 1;
}

describe('a rule opens a circuit', () => {
  it.each<[string, Trip | readonly Trip[], Record<string, number>]>([
    ['consecutive(3)', consecutive(3), { fff: 3, ffsff: 0, ffsfff: 6, ffcif: 5, ffnff: 0, sfffs: 4 }],
    ['consecutive(1)', consecutive(1), { sscf: 4, ssss: 0 }],
    ['failures(2, { window: 30 })', failures(2, { window: 30 }), { ff: 2, fssf: 0, fsf: 3, fssff: 5, fccf: 0 }],
    ['failures(2, { calls: 3 })', failures(2, { calls: 3 }), { ff: 2, fsf: 3, fssf: 0, fssfsf: 6, fccccf: 6 }],
    ['failures(3, { calls: 3 })', failures(3, { calls: 3 }), { fff: 3, fsff: 0, fsfff: 5 }],
    [
      'failureRate(0.5, { calls: 4, minimum: 2 })',
      failureRate(0.5, { calls: 4, minimum: 2 }),
      { f: 0, fs: 0, ff: 2, sf: 2, ssf: 0, ssff: 4, sssff: 5, ffsss: 2, fcf: 3 },
    ],
    [
      'failureRate(0.5, { window: 40, buckets: 4, minimum: 3 })',
      failureRate(0.5, { window: 40, buckets: 4, minimum: 3 }),
      { sff: 3, ssssf: 0, ssssff: 6, ff: 0, fsssf: 0 },
    ],
    [
      'slowRate(0.5, { calls: 4, minimum: 2, slowerThan: 50 })',
      slowRate(0.5, { calls: 4, minimum: 2, slowerThan: 50 }),
      { SS: 2, sS: 2, Ss: 0, SsS: 3, ff: 0, FF: 2, fF: 2, sF: 2, CC: 2, cC: 0, II: 0, NN: 2, nN: 2, ssS: 0 },
    ],
  ])('%s', (_, trip, openings) => {
    const seen = Object.keys(openings).map((letters) => [letters, opensAt(trip, letters)]);
    expect(Object.fromEntries(seen)).toEqual(openings);
  });

  it('only at a bad call, not at a success or an expiry', () => {
    const rate = failureRate(0.5, { calls: 10, minimum: 5 });
    expect([opensAt(rate, 'fffs'), opensAt(rate, 'fffss'), opensAt(rate, 'fffssf')]).toEqual([0, 0, 6]);
    const slow = slowRate(0.5, { calls: 10, minimum: 3, slowerThan: 50 });
    expect([opensAt(slow, 'SSs'), opensAt(slow, 'SSss'), opensAt(slow, 'SSsS')]).toEqual([0, 0, 4]);
  });
});

describe('an array of rules', () => {
  const rate = failureRate(0.75, { calls: 4, minimum: 4 });
  const slow = slowRate(1, { calls: 2, slowerThan: 50 });

  it.each<[string, string, number]>([
    ['the first of them opens it', 'fff', 3],
    ['any other opens it', 'ffsf', 4],
    ['slow successes open it', 'sSS', 3],
    ['a slow failure counts as a failure', 'fFf', 3],
    ['a slow failure counts as slow', 'SF', 2],
    ['good calls do not open it', 'ssssssss', 0],
  ])('%s', (_, letters, opens) => {
    expect(opensAt([consecutive(3), rate, slow], letters)).toBe(opens);
  });

  it('keeps a window for each rule', () => {
    const state = folded(breaker([consecutive(9), slow]), calls('SfC'));
    expect(state).toMatchObject({
      windows: [
        { run: 1, bad: 1, good: 1 },
        { held: 2, bad: 1 },
      ],
    });
  });

  it('equals a single rule, if it has one', () => {
    const alone = breaker(consecutive(2));
    const listed = breaker([consecutive(2)]);
    expect(folded(listed, calls('fsff'))).toEqual(folded(alone, calls('fsff')));
  });
});

describe('a call that does not count', () => {
  const rules: [string, Trip][] = [
    ['consecutive', consecutive(2)],
    ['failures within', failures(2, { window: 1000 })],
    ['failures among calls', failures(2, { calls: 3 })],
    ['failureRate among calls', failureRate(1, { calls: 3 })],
    ['failureRate within', failureRate(1, { window: 1000 })],
  ];

  it.each(rules)('changes nothing: %s', (_, trip) => {
    const policy = breaker(trip);
    const before = folded(policy, [failure(10)]);
    for (const signal of [cancel(500), failure(500, { error: 'ignored' }), ask(500)]) {
      expect(policy.reduce(before, signal)).toStrictEqual({ state: before, wait: 0 });
      expect(policy.reduce(before, signal).state).toBe(before);
    }
  });

  it('is, for rules about slow calls, an ignored one however slow, and a fast cancel', () => {
    const policy = breaker(slowRate(1, { calls: 1, slowerThan: 50 }));
    const silent = [cancel(500, { took: 50 }), failure(500, { took: 9999, error: 'ignored' })];
    expect(silent.map((signal) => policy.reduce(policy.initial, signal).state)).toEqual([
      policy.initial,
      policy.initial,
    ]);
    expect(policy.reduce(policy.initial, cancel(500, { took: 51 })).state.phase).toBe('open');
  });

  it('is, for rules about failures, a slow cancel', () => {
    const policy = breaker([consecutive(1), slowRate(1, { calls: 2, minimum: 2, slowerThan: 50 })]);
    expect(folded(policy, [cancel(500, { took: 51 })])).toMatchObject({
      phase: 'closed',
      windows: [
        { run: 0, bad: 0, good: 0 },
        { held: 1, bad: 1 },
      ],
    });
  });
});

describe('a probe', () => {
  const policy = breaker([consecutive(1), slowRate(0.5, { calls: 10, slowerThan: 50 })]);
  const halfOpen = folded(policy, [failure(0), ask(100, { ticket: 2 })]);
  const ended = (end: typeof success, took: number, error: unknown = 'down'): CircuitState =>
    policy.reduce(halfOpen, end(200, { ticket: 2, took, error })).state;

  it.each<[string, typeof success, number, string, CircuitState['phase']]>([
    ['a success closes it', success, 50, '', 'closed'],
    ['a slow success opens it', success, 51, '', 'open'],
    ['a failure opens it', failure, 50, 'down', 'open'],
    ['a slow failure opens it', failure, 51, 'down', 'open'],
    ['an error that says success closes it', failure, 50, 'fine', 'closed'],
    ['a slow error that says success opens it', failure, 51, 'fine', 'open'],
    ['a cancel frees its slot', cancel, 50, '', 'half-open'],
    ['a slow cancel opens it', cancel, 51, '', 'open'],
    ['an ignored error frees its slot, however slow', failure, 51, 'ignored', 'half-open'],
  ])('%s', (_, end, took, error, phase) => {
    expect(ended(end, took, error).phase).toBe(phase);
  });

  it('that is slow is bad once, not twice', () => {
    const lenient = circuitBreaker({
      trip: [consecutive(1), slowRate(1, { calls: 1, slowerThan: 50 })],
      resetAfter: 100,
      halfOpen: { probes: 3, allowedFailures: 1 },
    });
    for (const end of [failure, success]) {
      const log = [failure(0), ask(100, { ticket: 2 }), end(200, { ticket: 2, took: 51 })];
      expect(folded(lenient, log)).toMatchObject({ phase: 'half-open', good: 0, bad: 1, probes: [] });
    }
  });

  it('that fails fast is bad although the only rule is about slow calls', () => {
    const slow = breaker(slowRate(1, { calls: 1, slowerThan: 50 }));
    const log = [success(0, { took: 51 }), ask(100, { ticket: 2 }), failure(100, { ticket: 2 })];
    expect(folded(slow, log)).toMatchObject({ phase: 'open', opens: 2 });
  });

  it('that takes long is slow only if a rule defines slow', () => {
    const plain = breaker(consecutive(1));
    const log = [failure(0), ask(100, { ticket: 2 }), success(50_000, { ticket: 2, took: 49_900 })];
    expect(folded(plain, log).phase).toBe('closed');
  });
});
