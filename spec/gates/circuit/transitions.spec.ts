import { describe, expect, it } from 'vitest';
import {
  circuitBreaker,
  exponential,
  failureRate,
  failures,
  slowRate,
  type CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitState,
  type Reason,
  type Signal,
} from 'rxjs-reprise';
import { abandon, ask, cancel, control, failure, folded, success } from '../../support/log.js';

const options: CircuitBreakerOptions = {
  trip: failures(2, { window: 1000 }),
  resetAfter: exponential(100),
  halfOpen: { probes: 3, allowedFailures: 1, probeTimeout: 500 },
  classify: (error) => (error === 'ignored' ? 'ignore' : 'failure'),
};
const policy = circuitBreaker(options);
const ignored = { error: 'ignored' };

/** Two failures open it at 20 until 120; the ask at 120 is its first probe. */
const opening = [
  ask(10, { ticket: 1 }),
  failure(10, { ticket: 1 }),
  ask(20, { ticket: 2 }),
  failure(20, { ticket: 2 }),
];
const probing = [...opening, ask(120, { ticket: 3 })];

const dawn = Number.MIN_SAFE_INTEGER;
const closed = {
  phase: 'closed',
  seen: dawn,
  since: dawn,
  last: 0,
  windows: [{ times: [], recent: [], good: 0 }],
} as const;
const open = {
  phase: 'open',
  seen: 20,
  since: 20,
  until: 120,
  ms: 100,
  opens: 1,
  openTime: { ms: 100, memory: 1 },
} as const;
const openAgain = { phase: 'open', ms: 200, opens: 2, openTime: { ms: 200, memory: 2 } } as const;
const halfOpen = {
  phase: 'half-open',
  seen: 120,
  ms: 100,
  opens: 1,
  openTime: { ms: 100, memory: 1 },
  draw: 0,
  probes: [3],
  answered: [],
  good: 0,
  bad: 0,
  probeTimeout: 500,
  probesTimeOutAt: 620,
} as const;

const value = (now: number, ticket: number): Signal => ({ kind: 'value', ticket, now, random: 0, value: 'a' });

interface Row {
  readonly row: string;
  readonly given: readonly Signal[];
  readonly signal: Signal;
  /** The next state; 'same' = the same reference. */
  readonly next: CircuitState | 'same';
  readonly wait?: number;
  readonly reason?: Reason;
}

const table: readonly Row[] = [
  { row: 'closed | ask | admitted (same state reference)', given: [], signal: ask(5), next: 'same' },
  {
    row: 'closed | failure that counts, and the trip rule says so | open until now + resetAfter(opens)',
    given: opening.slice(0, -1),
    signal: failure(20, { ticket: 2 }),
    next: open,
  },
  {
    row: 'closed | anything else: a failure short of the rule | window updated',
    given: [],
    signal: failure(10),
    next: { ...closed, seen: 10, windows: [{ times: [10], recent: [], good: 0 }] },
  },
  {
    row: 'closed | anything else: a success | window updated',
    given: [],
    signal: success(10),
    next: { ...closed, seen: 10, windows: [{ times: [], recent: [], good: 1 }] },
  },
  { row: 'closed | anything else: cancel | changes nothing', given: [], signal: cancel(10), next: 'same' },
  {
    row: 'closed | anything else: an ignored error | changes nothing',
    given: [],
    signal: failure(10, ignored),
    next: 'same',
  },
  {
    row: 'closed | a value | changes nothing',
    given: [],
    signal: value(5, 1),
    next: 'same',
  },
  { row: 'closed | a waiting call gives up | changes nothing', given: [], signal: abandon(5), next: 'same' },
  {
    row: 'open | ask, now < until | rejected; wait = until - now',
    given: opening,
    signal: ask(119),
    next: 'same',
    wait: 1,
    reason: 'open',
  },
  {
    row: 'open | ask, now ≥ until | half-open, admitted as a probe',
    given: opening,
    signal: ask(120, { ticket: 3 }),
    next: halfOpen,
  },
  {
    row: 'half-open | ask, probes left | admitted',
    given: probing,
    signal: ask(130, { ticket: 4 }),
    next: { ...halfOpen, seen: 130, probes: [3, 4], probesTimeOutAt: 630 },
  },
  {
    row: 'half-open | ask, none left | rejected; wait = end of the probe timeout - now',
    given: [...probing, ask(130, { ticket: 4 }), ask(140, { ticket: 5 })],
    signal: ask(150, { ticket: 6 }),
    next: 'same',
    wait: 490,
    reason: 'half-open',
  },
  {
    row: 'half-open | ask, none left because settled ones count too | rejected',
    given: [...probing, success(130, { ticket: 3 }), ask(130, { ticket: 4 }), ask(140, { ticket: 5 })],
    signal: ask(150, { ticket: 6 }),
    next: 'same',
    wait: 490,
    reason: 'half-open',
  },
  {
    row: 'half-open | success; not yet enough | counted, and its slot stays taken',
    given: probing,
    signal: success(130, { ticket: 3 }),
    next: { ...halfOpen, seen: 130, probes: [], good: 1 },
  },
  {
    row: 'half-open | success; enough of them | closed, fresh window, opens = 0',
    given: [...probing, ask(130, { ticket: 4 }), ask(140, { ticket: 5 }), success(150, { ticket: 3 })],
    signal: success(160, { ticket: 4 }),
    next: { ...closed, seen: 160, since: 160, last: 5 },
  },
  {
    row: 'half-open | failure; no more than allowed | counted',
    given: probing,
    signal: failure(130, { ticket: 3 }),
    next: { ...halfOpen, seen: 130, probes: [], bad: 1 },
  },
  {
    row: 'half-open | failure; more than allowed | open, opens + 1',
    given: [...probing, ask(130, { ticket: 4 }), failure(140, { ticket: 3 })],
    signal: failure(150, { ticket: 4 }),
    next: { ...openAgain, seen: 150, since: 150, until: 350 },
  },
  {
    row: 'half-open | cancel | the slot of the probe is free again',
    given: probing,
    signal: cancel(130, { ticket: 3 }),
    next: { ...halfOpen, seen: 130, probes: [] },
  },
  {
    row: 'half-open | ignored | the slot of the probe is free again',
    given: [...probing, ask(130, { ticket: 4 })],
    signal: failure(140, { ticket: 3, ...ignored }),
    next: { ...halfOpen, seen: 140, probes: [4], probesTimeOutAt: 630 },
  },
  {
    row: 'half-open | the first value of a probe | noted',
    given: probing,
    signal: value(130, 3),
    next: { ...halfOpen, seen: 130, answered: [3] },
  },
  {
    row: 'half-open | another value of a probe | changes nothing',
    given: [...probing, value(130, 3)],
    signal: value(140, 3),
    next: 'same',
  },
  {
    row: 'half-open | a value of another call | changes nothing',
    given: probing,
    signal: value(130, 2),
    next: 'same',
  },
  {
    row: 'half-open | a probe fails after a value | counted',
    given: [...probing, ask(130, { ticket: 4 }), ...[3, 4].map((ticket) => value(135, ticket))],
    signal: failure(140, { ticket: 3 }),
    next: { ...halfOpen, seen: 140, probes: [4], answered: [4], bad: 1, probesTimeOutAt: 630 },
  },
  {
    row: 'half-open | the probe timeout; enough probes have delivered a value | it is closed since then',
    given: [...probing, ...[4, 5].map((ticket) => ask(120, { ticket })), value(130, 3), value(619, 5)],
    signal: ask(700, { ticket: 6 }),
    next: { ...closed, seen: 620, since: 620, last: 5 },
  },
  {
    row: 'half-open | the probe timeout; all have delivered a value, and more are needed | they were good',
    given: [...probing, value(130, 3)],
    signal: ask(700, { ticket: 4 }),
    next: { ...halfOpen, seen: 700, probes: [4], good: 1, probesTimeOutAt: 1200 },
  },
  {
    row: 'half-open | the probe timeout; a silent probe, and not enough others | it is open since then',
    given: [...probing, ask(120, { ticket: 4 }), value(130, 3)],
    signal: ask(700, { ticket: 5 }),
    next: { ...openAgain, seen: 620, since: 620, until: 820 },
    wait: 120,
    reason: 'open',
  },
  {
    row: 'half-open | the first value of a probe, after the probe timeout | it is open since then',
    given: probing,
    signal: value(620, 3),
    next: { ...openAgain, seen: 620, since: 620, until: 820 },
  },
  {
    row: 'half-open | an ask, after the timeout of the newest probe | it is open since then, opens + 1',
    given: probing,
    signal: ask(620, { ticket: 4 }),
    next: { ...openAgain, seen: 620, since: 620, until: 820 },
    wait: 200,
    reason: 'open',
  },
  {
    row: 'half-open | an ask after the probe timeout and the next open time | half-open, admitted as a probe',
    given: probing,
    signal: ask(820, { ticket: 4 }),
    next: {
      ...halfOpen,
      seen: 820,
      ms: 200,
      opens: 2,
      openTime: { ms: 200, memory: 2 },
      probes: [4],
      probesTimeOutAt: 1320,
    },
  },
  {
    row: 'half-open | a report of the probe, after the probe timeout | it is open since then, opens + 1',
    given: probing,
    signal: success(700, { ticket: 3, took: 580 }),
    next: { ...openAgain, seen: 620, since: 620, until: 820 },
    reason: 'late',
  },
  {
    row: 'half-open | a command that changes nothing, after the probe timeout | it is open since then, opens + 1',
    given: probing,
    signal: control(700, 'release'),
    next: { ...openAgain, seen: 620, since: 620, until: 820 },
  },
  {
    row: 'half-open | an ask long after, with no running probe | half-open lasts',
    given: [...probing, success(130, { ticket: 3 })],
    signal: ask(9000, { ticket: 4 }),
    next: { ...halfOpen, seen: 9000, probes: [4], good: 1, probesTimeOutAt: 9500 },
  },
  ...[success, failure, cancel].flatMap((end): Row[] => [
    {
      row: `open | any report: ${end(0).kind} | unchanged`,
      given: opening,
      signal: end(30, { ticket: 7 }),
      next: 'same',
      reason: 'late',
    },
    {
      row: `isolated | any report: ${end(0).kind} | unchanged`,
      given: [control(0, 'isolate')],
      signal: end(30),
      next: 'same',
      reason: 'late',
    },
    {
      row: `disabled | any report: ${end(0).kind} | unchanged`,
      given: [control(0, 'disable')],
      signal: end(30),
      next: 'same',
    },
    {
      row: `half-open | ${end(0).kind} of a call admitted in an earlier phase | unchanged`,
      given: [ask(0, { ticket: 9 }), ...probing],
      signal: end(130, { ticket: 9, took: 130 }),
      next: 'same',
      reason: 'late',
    },
    {
      row: `half-open | ${end(0).kind} of a probe that has settled | unchanged`,
      given: [...probing, success(130, { ticket: 3 })],
      signal: end(140, { ticket: 3, took: 20 }),
      next: 'same',
      reason: 'late',
    },
    {
      row: `closed | ${end(0).kind} of a call admitted in an earlier phase | unchanged`,
      given: [control(100, 'reset', { ticket: 1 })],
      signal: end(200, { ticket: 2, took: 101 }),
      next: 'same',
      reason: 'late',
    },
    {
      row: `closed | ${end(0).kind} of a probe that was running when it closed | unchanged`,
      given: [
        ...probing,
        ...[4, 5].map((ticket) => ask(130, { ticket })),
        ...[3, 4].map((ticket) => success(140, { ticket })),
      ],
      signal: end(150, { ticket: 5, took: 20 }),
      next: 'same',
      reason: 'late',
    },
    {
      row: `shadow | ${end(0).kind} of a call admitted in an earlier phase | unchanged`,
      given: [control(100, 'shadow', { ticket: 1 })],
      signal: end(200, { ticket: 1, took: 100 }),
      next: 'same',
      reason: 'late',
    },
  ]),
  {
    row: 'isolated | ask | rejected until it is released',
    given: [control(0, 'isolate')],
    signal: ask(9),
    next: 'same',
    wait: Infinity,
    reason: 'isolated',
  },
  { row: 'disabled | ask | admitted', given: [control(0, 'disable')], signal: ask(9), next: 'same' },
  { row: 'shadow | ask | admitted', given: [control(0, 'shadow')], signal: ask(9), next: 'same' },
  {
    row: 'shadow | failures that would open it | window updated, and it stays in shadow',
    given: [control(0, 'shadow'), failure(1), failure(2)],
    signal: failure(3),
    next: { ...closed, phase: 'shadow', seen: 3, since: 0, windows: [{ times: [2, 3], recent: [], good: 0 }] },
  },
];

describe('a circuit breaker follows its table', () => {
  it.each(table)('$row', ({ given, signal, next, wait = 0, reason }) => {
    const before = folded(policy, given);
    const verdict = policy.reduce(before, signal);
    if (next === 'same') expect(verdict.state).toBe(before);
    else expect(verdict.state).toStrictEqual(next);
    expect([verdict.wait, verdict.reason]).toStrictEqual([wait, reason]);
  });
});

describe('each instant is the first at which it counts', () => {
  const with1 = (more: CircuitBreakerOptions): CircuitBreaker => circuitBreaker({ ...options, halfOpen: {}, ...more });
  const within = with1({});
  const buckets = with1({ trip: failureRate(1, { window: 1000, buckets: 10, minimum: 2 }) });
  const tenths = with1({ trip: failureRate(1, { window: 1000, minimum: 2 }) });
  const slow = with1({ trip: slowRate(1, { calls: 1, slowerThan: 50 }) });

  const phaseAt =
    (breaker: CircuitBreaker, given: readonly Signal[], signal: (now: number) => Signal) =>
    (now: number): string =>
      folded(breaker, [...given, signal(now)]).phase;
  const askedAt = phaseAt(policy, opening, (now) => ask(now, { ticket: 3 }));
  const timedOutAt = phaseAt(policy, probing, (now) => ask(now, { ticket: 4 }));
  const renewedAt = phaseAt(policy, [...probing, ask(619, { ticket: 4 })], (now) => ask(now, { ticket: 5 }));
  const viewedAt = (now: number): string => policy.view(folded(policy, probing), now).phase;
  const reportedAt = phaseAt(policy, [...probing, success(500, { ticket: 3 }), ask(500, { ticket: 4 })], (now) =>
    success(now, { ticket: 4 }),
  );

  it.each([
    ['until: the first probe', 120, 'open', 'half-open', askedAt],
    ['the probe timeout, at an ask', 620, 'half-open', 'open', timedOutAt],
    ['the probe timeout, in a view', 620, 'half-open', 'open', viewedAt],
    ['the probe timeout, at the report of a probe', 1000, 'closed', 'open', reportedAt],
    ['the probe timeout that the newest probe restarted', 1119, 'half-open', 'open', renewedAt],
    [
      'a failure leaving the window of failures(2, { window })',
      1010,
      'open',
      'closed',
      phaseAt(within, [failure(10)], failure),
    ],
    [
      'a bucket leaving the window of a rate, for a call early in it',
      2000,
      'open',
      'closed',
      phaseAt(buckets, [failure(1000)], failure),
    ],
    [
      'a bucket leaving the window of a rate, for a call late in it',
      2000,
      'open',
      'closed',
      phaseAt(buckets, [failure(1099)], failure),
    ],
    [
      'one of ten buckets, the default, leaving the window of a rate',
      2100,
      'open',
      'closed',
      phaseAt(tenths, [failure(1150)], failure),
    ],
    ['the bucket after it', 2100, 'open', 'closed', phaseAt(buckets, [failure(1100)], failure)],
    ['slower than 50 ms', 51, 'closed', 'open', phaseAt(slow, [], (took) => success(100, { took }))],
  ])('%s', (_, instant, before, after, at) => {
    expect([at(instant - 1), at(instant), at(instant + 1)]).toEqual([before, after, after]);
  });

  it('a call belongs to the phase from its first instant on, if its ticket is new', () => {
    const reset = folded(policy, [control(100, 'reset', { ticket: 5 })]);
    const reason = (ticket: number, took: number): unknown =>
      policy.reduce(reset, success(200, { ticket, took })).reason;
    expect([reason(6, 101), reason(5, 100), reason(6, 100), reason(5, 99)]).toEqual([
      'late',
      'late',
      undefined,
      undefined,
    ]);
  });

  it('a clock that goes back counts as stopped', () => {
    const before = folded(policy, opening);
    expect(policy.reduce(before, ask(-1000))).toStrictEqual({ state: before, wait: 100, reason: 'open' });
    const failed = folded(policy, [failure(10), failure(-1000)]);
    expect(failed).toStrictEqual({ ...open, seen: 10, since: 10, until: 110 });
  });
});

describe('each number is the first at which it counts', () => {
  const phasesOf = (trip: CircuitBreakerOptions['trip'], signals: readonly Signal[]): string[] => {
    const breaker = circuitBreaker({ ...options, ...(trip === undefined ? {} : { trip }) });
    return signals.map((_, index) => folded(breaker, signals.slice(0, index + 1)).phase);
  };
  const bad = failure(1);
  const good = success(1);
  const late = success(1, { took: 51 });

  it.each([
    ['threshold of failures within a time', undefined, [bad, good, bad], ['closed', 'closed', 'open']],
    ['threshold of failures among calls', failures(2, { calls: 3 }), [bad, good, bad], ['closed', 'closed', 'open']],
    [
      'failures among fewer calls',
      failures(2, { calls: 2 }),
      [bad, good, bad, bad],
      ['closed', 'closed', 'closed', 'open'],
    ],
    ['minimum', failureRate(0.5, { calls: 9, minimum: 3 }), [bad, bad, bad], ['closed', 'closed', 'open']],
    ['minimum, no more than calls', failureRate(0.5, { calls: 2, minimum: 3 }), [bad, bad], ['closed', 'open']],
    [
      'default minimum',
      failureRate(1, { window: 99 }),
      Array<Signal>(10).fill(bad),
      [...Array<string>(9).fill('closed'), 'open'],
    ],
    [
      'rate',
      failureRate(0.5, { calls: 9, minimum: 2 }),
      [good, good, bad, bad],
      ['closed', 'closed', 'closed', 'open'],
    ],
    ['rate of 1', failureRate(1, { calls: 2, minimum: 2 }), [good, bad, bad], ['closed', 'closed', 'open']],
    ['rate of slow calls', slowRate(0.5, { calls: 9, minimum: 2, slowerThan: 50 }), [good, late], ['closed', 'open']],
  ])('%s', (_, trip, signals, phases) => {
    expect(phasesOf(trip, signals)).toEqual(phases);
  });
});

describe('calls that are admitted at the instant at which it closes, where the time has fractions', () => {
  /** Closed at 0.1, where `ticket` asks too. The call takes until `now`. */
  const after = (now: number, ticket: number): CircuitState =>
    folded(circuitBreaker({ threshold: 1 }), [
      control(0.1, 'reset', { ticket: 5 }),
      failure(now, { ticket, took: now - 0.1 }),
    ]);

  it.each([0.4, 0.5, 1, 1.1, 1.2, 123.4])('count if they asked after that, at %d', (now) => {
    expect(after(now, 6).phase).toBe('open');
  });

  it.each([0.4, 0.5, 1, 1.1, 1.2, 123.4])('are late if they asked before that, at %d', (now) => {
    expect(after(now, 5).phase).toBe('closed');
  });
});
