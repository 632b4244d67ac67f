import { describe, expect, it } from 'vitest';
import { both, fixed, preview, rateLimit, type Policy, type Signal } from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';
import { abandon, answers, ask, cancel, control, failure, folded, success, wokenBy } from '../../support/log.js';

/** Ten in a second, so one per 100 ms. */
const even = rateLimit({ limit: 10, per: 1000 });
const bursting = rateLimit({ limit: 10, per: 1000, burst: 3 });

const asks = (now: number, ...calls: number[]): Signal[] => calls.map((call) => ask(now, { ticket: call }));

type Row = readonly [signal: Signal, answer: string];

function tell(policy: Policy, rows: readonly Row[]): void {
  expect(
    answers(
      policy,
      rows.map(([signal]) => signal),
    ),
  ).toEqual(rows.map(([, answer]) => answer));
}

describe('rateLimit', () => {
  describe.each<[title: string, policy: Policy, rows: readonly Row[]]>([
    [
      'gives each call a turn, evenly spaced, in the order of the asks',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [ask(50, { ticket: 4 }), '250 rate'],
        [ask(100, { ticket: 2 }), '0'],
        [ask(200, { ticket: 3 }), '0'],
        [ask(300, { ticket: 4 }), '0'],
        [ask(399, { ticket: 5 }), '1 rate'],
        [ask(400, { ticket: 5 }), '0'],
        [ask(9000, { ticket: 6 }), '0'],
        [ask(9000, { ticket: 7 }), '100 rate'],
      ],
    ],
    [
      'starts a burst at once after idle time, and then one call per 100 ms',
      bursting,
      [
        ...asks(0, 1, 2, 3).map((signal): Row => [signal, '0']),
        [ask(0, { ticket: 4 }), '100 rate'],
        [ask(0, { ticket: 5 }), '200 rate'],
        [ask(100, { ticket: 4 }), '0'],
        [ask(200, { ticket: 5 }), '0'],
        [ask(300, { ticket: 6 }), '0'],
        [ask(350, { ticket: 7 }), '50 rate'],
        // Two thirds of the bucket have come back since 400.
        [ask(600, { ticket: 7 }), '0'],
        [ask(600, { ticket: 8 }), '0'],
        [ask(600, { ticket: 9 }), '0'],
        [ask(600, { ticket: 10 }), '100 rate'],
      ],
    ],
    [
      'answers a call that asks too early with the rest of its wait, and keeps its turn',
      even,
      [
        ...asks(0, 1).map((signal): Row => [signal, '0']),
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [ask(30, { ticket: 3 }), '170 rate'],
        [ask(99, { ticket: 2 }), '1 rate'],
        [ask(30, { ticket: 2 }), '70 rate'],
        [ask(100, { ticket: 2 }), '0'],
        [ask(150, { ticket: 3 }), '50 rate'],
      ],
    ],
    [
      'moves up all calls behind one that gives up before its turn',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [ask(0, { ticket: 4 }), '300 rate'],
        [abandon(50, { ticket: 3 }), '0'],
        [ask(60, { ticket: 4 }), '140 rate'],
        [ask(60, { ticket: 5 }), '240 rate'],
        [ask(100, { ticket: 2 }), '0'],
        [ask(200, { ticket: 4 }), '0'],
        [ask(300, { ticket: 5 }), '0'],
      ],
    ],
    [
      'loses nothing to a call that gives up after its turn',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [abandon(150, { ticket: 2 }), '0'],
        [ask(150, { ticket: 3 }), '0'],
        [ask(150, { ticket: 4 }), '100 rate'],
      ],
    ],
    [
      'makes up for a late timer',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [ask(107, { ticket: 2 }), '0'],
        [ask(199, { ticket: 3 }), '1 rate'],
        [ask(200, { ticket: 3 }), '0'],
        [ask(200, { ticket: 4 }), '100 rate'],
      ],
    ],
    [
      'adds the greatest lateness of `limit` starts to all later turns',
      rateLimit({ limit: 4, per: 400 }),
      [
        [ask(0, { ticket: 1 }), '0'],
        ...asks(0, 2, 3, 4, 5).map((signal, index): Row => [signal, `${String(100 * (index + 1))} rate`]),
        [ask(105, { ticket: 2 }), '0'],
        [ask(203, { ticket: 3 }), '0'],
        [ask(203, { ticket: 5 }), '202 rate'],
        [ask(300, { ticket: 4 }), '0'],
        [ask(400, { ticket: 5 }), '5 rate'],
        [ask(405, { ticket: 5 }), '0'],
        [ask(405, { ticket: 6 }), '100 rate'],
      ],
    ],
    [
      'takes more than 25 ms for more than the lateness of a timer',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [ask(126, { ticket: 2 }), '0'],
        [ask(200, { ticket: 3 }), '26 rate'],
      ],
    ],
    [
      'takes a call that did not wait for late only where an earlier one was as late',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(107, { ticket: 2 }), '0'],
        [ask(207, { ticket: 3 }), '0'],
        [ask(207, { ticket: 4 }), '93 rate'],
        [abandon(207, { ticket: 4 }), '0'],
        [ask(308, { ticket: 5 }), '0'],
        [ask(308, { ticket: 6 }), '100 rate'],
      ],
    ],
    [
      'makes up for a late timer if there is a burst',
      rateLimit({ limit: 10, per: 1000, burst: 2 }),
      [
        ...asks(0, 1, 2).map((signal): Row => [signal, '0']),
        [ask(0, { ticket: 3 }), '100 rate'],
        [ask(0, { ticket: 4 }), '200 rate'],
        [ask(107, { ticket: 3 }), '0'],
        [ask(200, { ticket: 4 }), '0'],
      ],
    ],
    [
      'passes over a call that does not ask at its turn; it starts next when it asks',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [ask(0, { ticket: 4 }), '300 rate'],
        [ask(200, { ticket: 3 }), '0'],
        // Ticket 2 missed its turn at 100 and no longer delays the others: 4 could start at 300.
        [ask(210, { ticket: 4 }), '90 rate'],
        [ask(220, { ticket: 2 }), '80 rate'],
        [ask(300, { ticket: 4 }), '100 rate'],
        [ask(300, { ticket: 2 }), '0'],
        [ask(400, { ticket: 4 }), '0'],
      ],
    ],
    [
      'never starts calls together whose turns have all come',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(0, { ticket: 3 }), '200 rate'],
        [ask(0, { ticket: 4 }), '300 rate'],
        [ask(5000, { ticket: 2 }), '0'],
        [ask(5000, { ticket: 3 }), '100 rate'],
        [ask(5000, { ticket: 4 }), '200 rate'],
      ],
    ],
    [
      'starts a new call at once only if the turns of all waiting calls have come',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [ask(0, { ticket: 2 }), '100 rate'],
        [ask(199, { ticket: 3 }), '1 rate'],
        [ask(299, { ticket: 4 }), '1 rate'],
        [ask(400, { ticket: 5 }), '0'],
        [ask(400, { ticket: 2 }), '100 rate'],
        [ask(400, { ticket: 3 }), '200 rate'],
      ],
    ],
    [
      'resumes with no waiting call, and no turn later than after a burst',
      bursting,
      [
        ...asks(1e9, 1, 2, 3).map((signal): Row => [signal, '0']),
        [ask(1e9, { ticket: 4 }), '100 rate'],
        [control(70, 'resume'), '0'],
        [ask(70, { ticket: 5 }), '100 rate'],
        [control(100, 'resume'), '0'],
        [ask(100, { ticket: 6 }), '70 rate'],
        [control(1e9, 'resume'), '0'],
        ...asks(1e9, 7, 8, 9).map((signal): Row => [signal, '0']),
      ],
    ],
    [
      'handles only asks, calls that give up, and a resume',
      even,
      [
        [ask(0, { ticket: 1 }), '0'],
        [failure(0, { ticket: 1 }), '0'],
        [success(0, { ticket: 1 }), '0'],
        [cancel(0, { ticket: 1 }), '0'],
        [control(0, 'reset'), '0'],
        [ask(0, { ticket: 1 }), '100 rate'],
      ],
    ],
  ])('%s', (_, policy, rows) => {
    it('step by step', () => {
      tell(policy, rows);
    });
  });

  it('spaces the retries of one stream', () => {
    expect(preview(both(fixed(30), even), { failures: 3 }).delays).toEqual([100, 100, 100]);
    expect(preview(both(fixed(130), even), { failures: 3 }).delays).toEqual([130, 130, 130]);
    expect(preview(both(fixed(10), bursting), { failures: 5 }).delays).toEqual([10, 10, 80, 100, 100]);
  });

  it('takes no turn for an ask that another part rejects, and keeps that of a call that it made wait', () => {
    /** Closed until 150. */
    const gate: Policy = {
      initial: null,
      handles: ['ask'],
      reduce: (state, { now }) => (now < 150 ? { state, wait: 150 - now, reason: 'shut' } : { state, wait: 0 }),
    };
    tell(both(even, gate), [
      [ask(0, { ticket: 1 }), '150 shut'],
      [ask(0, { ticket: 2 }), '150 shut'],
      [ask(150, { ticket: 1 }), '0'],
      [ask(150, { ticket: 2 }), '100 rate'],
      [ask(250, { ticket: 2 }), '0'],
    ]);
    // Its turn comes at 100, and the gate opens at 150: it waits for both.
    tell({ ...both(even, gate), initial: [folded(even, asks(0, 9)), null] }, [
      [ask(10, { ticket: 10 }), '140 shut'],
      [ask(150, { ticket: 10 }), '0'],
      [ask(150, { ticket: 11 }), '100 rate'],
    ]);
  });

  it('returns the same state if nothing changes', () => {
    const state = folded(even, asks(0, 1, 2, 3));
    const same: Signal[] = [
      ask(10, { ticket: 2 }),
      ask(99, { ticket: 3 }),
      abandon(10, { ticket: 1 }),
      abandon(10, { ticket: 4 }),
      failure(0),
      control(0, 'reset'),
      { kind: 'value', ticket: 1, now: 0, random: 0, value: 1 },
    ];
    for (const signal of same) expect(even.reduce(state, signal).state).toBe(state);
    const idle = folded(even, asks(0, 1));
    expect(even.reduce(idle, control(0, 'resume')).state).toBe(idle);
    expect(even.reduce(even.initial, control(-1e6, 'resume')).state).toBe(even.initial);
  });

  it('shows when a call would start, and how many wait', () => {
    const look = (log: readonly Signal[], now: number): unknown => even.view(folded(even, log), now);
    expect(look([], 0)).toEqual({ retryAfter: 0, waiting: 0 });
    expect(look(asks(0, 1), 40)).toEqual({ retryAfter: 60, waiting: 0 });
    expect(look(asks(0, 1, 2, 3), 40)).toEqual({ retryAfter: 260, waiting: 2 });
    expect(look(asks(0, 1, 2, 3), 300)).toEqual({ retryAfter: 0, waiting: 2 });
  });

  it('wakes the call that is now the next, or whose turn is earlier', () => {
    const before = folded(even, asks(0, 1, 2, 3, 4));
    const awaited = (log: readonly Signal[]): number[] => {
      const after = folded(even, log, before);
      return wokenBy(even, log.at(-1) ?? abandon(0), [before, after], [2, 3, 4]);
    };
    expect(awaited([])).toEqual([]);
    expect(awaited([abandon(10, { ticket: 2 })])).toEqual([3]);
    expect(awaited([abandon(10, { ticket: 3 })])).toEqual([]);
    expect(awaited([abandon(10, { ticket: 4 })])).toEqual([]);
    expect(awaited([ask(100, { ticket: 2 })])).toEqual([3]);
    expect(awaited([ask(0, { ticket: 5 })])).toEqual([]);
    expect(awaited([control(10, 'resume')])).toEqual([2, 3, 4]);
  });

  describe.each([
    ['thirds', 3, 1000],
    ['thirds, on a wall clock', 3, 1000, 1_700_000_000_000.1],
    ['sevenths', 7, 1],
    ['many', 997, 60_000],
    ['far from now', 7, 100, 1e15 + 0.5],
    ['before the clock began', 7, 100, -12_345.678],
  ])('with %s', (_, limit, per, start = 0.1) => {
    it('admits a call that slept exactly for its wait, and does not drift', () => {
      const policy = rateLimit({ limit, per });
      let state = policy.initial;
      let now = start;
      for (let call = 1; call <= 20_000; call += 1) {
        let verdict = policy.reduce(state, ask(now, { ticket: call }));
        if (call > 1) {
          now += verdict.wait;
          verdict = policy.reduce(verdict.state, ask(now, { ticket: call }));
        }
        expect(verdict.wait).toBe(0);
        ({ state } = verdict);
      }
      const ulps = 4 * Math.abs(now) * Number.EPSILON;
      expect(Math.abs(now - (start + (19_999 * per) / limit))).toBeLessThanOrEqual(ulps);
    });
  });

  it('admits a call that slept exactly for its wait, however the sum is rounded', () => {
    const random = seededRandom(11);
    for (let n = 0; n < 10_000; n += 1) {
      // Square roots, because the draws themselves have few digits.
      const start = 50 * Math.sqrt(random());
      const now = start + 100 * Math.sqrt(random());
      const slept = now + even.reduce(folded(even, asks(start, 1, 2)), ask(now, { ticket: 2 })).wait;
      expect(even.reduce(folded(even, asks(start, 1, 2)), ask(slept, { ticket: 2 })).wait).toBe(0);
    }
  });

  it('answers with finite waits, however long they are', () => {
    const policy = rateLimit({ limit: 1, per: Number.MAX_VALUE });
    const state = folded(policy, asks(0, 1, 2, 3));
    const { wait } = policy.reduce(state, ask(-1e300, { ticket: 4 }));
    expect(wait).toBe(Number.MAX_VALUE);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
