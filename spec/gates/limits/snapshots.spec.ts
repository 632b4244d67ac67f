import { describe, expect, it } from 'vitest';
import {
  adaptiveThrottle,
  concurrencyLimit,
  rateLimit,
  retryBudget,
  retryThrottle,
  retryQuota,
  type GatePolicy,
  type Signal,
} from 'rxjs-reprise';
import { ask, control, failure, folded, snapshotWith, success } from '../../support/log.js';

/*
 * The states of all limits, as JSON that comes from elsewhere.
 */

const all = {
  retryBudget: retryBudget({ ratio: 0.5, reserve: 1, window: 1000 }),
  retryQuota: retryQuota({ capacity: 50 }),
  retryThrottle: retryThrottle({ maxTokens: 10, tokenRatio: 0.1 }),
  adaptiveThrottle: adaptiveThrottle({ window: 1000 }),
  rateLimit: rateLimit({ limit: 4, per: 1000, burst: 2 }),
  concurrencyLimit: concurrencyLimit({ limit: 2 }),
};
type Name = keyof typeof all;

/** A queue of one ticket. */
const line = (ticket: number) => ({ size: 1, chunks: [[ticket]] });

/** Calls that begin 50 ms apart, end 120 ms later and are retries every other time. */
const traffic = (from: number): Signal[] =>
  Array.from({ length: 20 }, (_, index) => {
    const ticket = from + index;
    const end = ticket % 3 === 0 ? success : failure;
    return [
      ask(50 * ticket, { ticket, attempt: 1 + (ticket % 2), random: (ticket % 7) / 7 }),
      end(50 * ticket + 120, { ticket, took: 120 }),
    ];
  })
    .flat()
    .sort((one, other) => one.now - other.now);

const moved = (policy: GatePolicy, state: unknown): unknown =>
  policy.parse('spec', JSON.parse(JSON.stringify(snapshotWith(state, policy.format))));

describe.each(Object.entries<GatePolicy>(all))('a snapshot of a %s', (name, policy) => {
  it('has the format of its limit', () => {
    expect(policy.format).toBe(`rxjs-reprise/${name}`);
  });

  const state = folded(policy, traffic(1));

  it('is unchanged by JSON', () => {
    expect(moved(policy, state)).toStrictEqual(state);
    expect(moved(policy, policy.initial)).toStrictEqual(policy.initial);
  });

  it('continues as if nothing had happened', () => {
    const later = traffic(21);
    const go = (from: unknown): unknown[] =>
      later.map((signal) => {
        const verdict = policy.reduce(from, signal);
        from = verdict.state;
        return verdict;
      });
    expect(go(moved(policy, state))).toEqual(go(state));
  });

  it('is a copy', () => {
    const snapshot = snapshotWith(structuredClone(state), policy.format) as { state: Record<string, unknown> };
    const taken = policy.parse('spec', snapshot);
    for (const key of Object.keys(snapshot.state)) snapshot.state[key] = null;
    expect(taken).toStrictEqual(state);
  });

  it('resumes with the same answers to new calls, if no call runs or waits', () => {
    const log = [ask(0, { ticket: 1 }), failure(0, { ticket: 1 }), ask(10, { ticket: 2 }), success(10, { ticket: 2 })];
    const settled = folded(policy, log);
    expect(folded(policy, [control(10, 'resume')], settled)).toBe(settled);
  });

  it.each([
    ['nothing', undefined, 'must be of the format $, got undefined'],
    ['text', '{}', 'must be of the format $, got "{}"'],
    ['of a circuit', snapshotWith({}), 'must be of the format $, got "rxjs-reprise/circuit"'],
    ['newer', { ...snapshotWith({}, policy.format), version: 2 }, 'must be of version 1, got 2'],
    ['without a state', snapshotWith(undefined, policy.format), 'must fit this policy, got undefined'],
    ['a list', snapshotWith([1], policy.format), 'must fit this policy, got [1]'],
    ['null', snapshotWith(null, policy.format), 'must fit this policy, got null'],
  ])('is rejected if it is %s', (_, snapshot, message) => {
    const expected = new TypeError(`budget api: the snapshot ${message.replace('$', policy.format)}`);
    expect(() => policy.parse('budget api', snapshot)).toThrow(expected);
  });
});

/** A field, a value that it cannot have, and the part of it that the error names. By default it names the field. */
type Odd = readonly [key: string, value: unknown, part?: string];

const gates = { index: 1, bad: 1, good: 1, older: [{ index: 0, bad: 1, good: 2 }], past: { bad: 1, good: 2 } };

describe.each<[name: Name, good: Readonly<Record<string, unknown>>, odd: readonly Odd[]]>([
  [
    'retryBudget',
    gates,
    [
      ['index', null],
      ['bad', '1'],
      ['good', null],
      ['older', {}],
      ['older', [{ index: null }], 'older[0].index null'],
      ['past', { bad: 1 }, 'past.good undefined'],
      ['older', [{ index: 1, bad: 1, good: 2 }]],
      ['older', [{ index: -9, bad: 1, good: 2 }]],
      ['past', { bad: 1, good: 1 }],
      ['bad', 0.5],
      ['good', -1],
      ['older', [1], 'older[0] 1'],
    ],
  ],
  [
    'adaptiveThrottle',
    gates,
    [
      ['index', null],
      ['bad', {}],
      ['good', null],
      ['good', 0.5],
      ['older', null],
      ['older', [{ index: 0.5, bad: 1, good: 2 }], 'older[0].index 0.5'],
      ['past', []],
      ['past', { bad: 0, good: 0.5 }, 'past.good 0.5'],
    ],
  ],
  [
    'retryQuota',
    { tokens: 5, paid: [{ price: 14, by: { size: 2, chunks: [[1, 3]] } }] },
    [
      ['tokens', null],
      ['tokens', -1],
      ['tokens', 50.5],
      ['tokens', '5'],
      ['paid', null],
      ['paid', [14], 'paid[0] 14'],
      ['paid', [{ price: null, by: line(1) }], 'paid[0].price null'],
      ['paid', [{ price: 0, by: line(1) }], 'paid[0].price 0'],
      ['paid', [{ price: 14, by: [1] }], 'paid[0].by [1]'],
      ['paid', [{ price: 14, by: { size: 0, chunks: [] } }], 'paid[0].by {"size":0,"chunks":[]}'],
      [
        'paid',
        [
          { price: 14, by: line(1) },
          { price: 14, by: line(2) },
        ],
      ],
      [
        'paid',
        [
          { price: 14, by: line(1) },
          { price: 5, by: line(1) },
        ],
      ],
    ],
  ],
  [
    'retryThrottle',
    { tokens: 5 },
    [
      ['tokens', null],
      ['tokens', -1],
      ['tokens', 10.1],
      ['tokens', '5'],
    ],
  ],
  [
    'rateLimit',
    { since: 100, starts: 2, late: 0, waiting: { size: 2, chunks: [[3, 5]] } },
    [
      ['since', null],
      ['starts', -1],
      ['starts', 1.5],
      ['starts', '1'],
      ['waiting', null],
      ['late', -1],
      ['late', null],
      ['starts', 4],
      ['late', 101],
      ['waiting', [3, 5]],
      ['waiting', { size: 2, chunks: [[5, 3]] }],
      ['waiting', { size: 2, chunks: [['3', '5']] }],
    ],
  ],
  [
    'concurrencyLimit',
    { running: { size: 2, chunks: [[1, 2]] }, waiting: { size: 2, chunks: [[3, 5]] } },
    [
      ['running', 2],
      ['running', { size: 2, chunks: [[2, 1]] }],
      ['waiting', null],
      ['waiting', { size: 2, chunks: [[2, 5]] }],
      ['waiting', { size: 1, chunks: [[{}]] }],
      ['waiting', { size: 257, chunks: [Array.from({ length: 257 }, (_, ticket) => ticket + 3)] }],
    ],
  ],
])('a damaged snapshot of a %s', (name, good, odd) => {
  const policy = all[name];

  it.each(odd.map(([key, value, part = `${key} ${JSON.stringify(value)}`]) => ({ key, value, part })))(
    'is rejected: $part',
    ({ key, value, part }) => {
      expect(policy.parse('spec', snapshotWith(good, policy.format))).toStrictEqual(good);
      expect(() => policy.parse('spec', snapshotWith({ ...good, [key]: value }, policy.format))).toThrow(
        new TypeError(`spec: the snapshot must fit this policy, got ${part}`),
      );
    },
  );
});

it('a snapshot of a throttle may have taken back more requests in a bucket than were made in it', () => {
  const state = { ...gates, good: -1 };
  const { format } = all.adaptiveThrottle;
  expect(all.adaptiveThrottle.parse('spec', snapshotWith(state, format))).toStrictEqual(state);
});
