import { ok } from 'node:assert';
import { circuitBreaker, failureRate } from 'rxjs-reprise';
import { rebuildEvery } from '../job.js';
import type { Row, Subject } from '../row.js';

/*
 * Records one outcome in a time window of ten buckets: by our rule, which is a value, and by a hand-written ring buffer.
 * Both read the clock. One call in ten is a failure, and both decide after a failure whether to open. The whole circuit
 * breaker policy, with its signals, phases and verdicts, is shown for comparison.
 */

const down = new Error('down');
const isFailure = (call: number): boolean => call % 10 === 0;

/** The number of outcomes in one run. The next run continues with the same window. */
const per = 100;

function byRule(window: number, calls: number): Subject {
  const rule = failureRate(0.5, { window });
  let filled = rule.fresh;
  return {
    per,
    prepare: rebuildEvery(window / 10, () => {
      filled = rule.fresh;
      for (const [call, at] of spread(calls, window).entries()) filled = rule.record(filled, at, isFailure(call + 1));
    }),
    run: () => {
      let opens = 0;
      for (let call = 1; call <= per; call += 1) {
        const now = Date.now();
        filled = rule.record(filled, now, isFailure(call));
        if (isFailure(call) && rule.isReached(filled, now)) opens += 1;
      }
      return { filled, opens };
    },
    check: (result) => {
      const { filled, opens } = result as { readonly filled: unknown; readonly opens: number };
      const { bad, good } = rule.counts(filled, Date.now());
      const counts = `${String(bad)} failures, ${String(good)} successes, opened ${String(opens)} times`;
      ok(opens === 0 && isFull(bad, good, calls), counts);
    },
  };
}

function byPolicy(window: number, calls: number): Subject {
  const policy = circuitBreaker({ trip: failureRate(0.5, { window }) });
  let filled = policy.initial;
  const fold = (state: typeof filled, call: number, now: number): typeof filled =>
    policy.reduce(
      state,
      isFailure(call)
        ? { kind: 'failure', ticket: call, now, random: 0, took: 5, error: down }
        : { kind: 'success', ticket: call, now, random: 0, took: 5 },
    ).state;
  return {
    per,
    prepare: rebuildEvery(window / 10, () => {
      filled = policy.initial;
      for (const [call, at] of spread(calls, window).entries()) filled = fold(filled, call + 1, at);
    }),
    run: () => {
      for (let call = 1; call <= per; call += 1) filled = fold(filled, call, Date.now());
      return filled;
    },
    check: (state) => {
      const { phase, failures, successes } = policy.view(state as typeof filled, Date.now());
      const counts = `${String(failures)} failures, ${String(successes)} successes`;
      ok(phase === 'closed' && isFull(failures, successes, calls), counts);
    },
  };
}

function byHand(window: number, calls: number): Subject {
  let ring = new Ring(window, 0.5, 10);
  return {
    per,
    prepare: rebuildEvery(window / 10, () => {
      ring = new Ring(window, 0.5, 10);
      for (const [call, at] of spread(calls, window).entries()) ring.record(at, isFailure(call + 1));
    }),
    run: () => {
      for (let call = 1; call <= per; call += 1) ring.record(Date.now(), isFailure(call));
      return ring;
    },
    check: (result) => {
      const { bad, good } = (result as Ring).total;
      ok(isFull(bad, good, calls), `${String(bad)} failures, ${String(good)} successes`);
    },
  };
}

/** A mutable ring of counters with a running total. */
class Ring {
  readonly total = { bad: 0, good: 0 };
  private readonly bad: number[];
  private readonly good: number[];
  private newest = 0;
  private readonly width: number;

  constructor(
    window: number,
    private readonly rate: number,
    private readonly minimum: number,
    private readonly buckets = 10,
  ) {
    this.width = window / buckets;
    this.bad = Array.from({ length: buckets }, () => 0);
    this.good = Array.from({ length: buckets }, () => 0);
  }

  /** Records one outcome and returns whether the circuit should open. */
  record(now: number, isBad: boolean): boolean {
    const { total } = this;
    const bucket = this.advance(Math.floor(now / this.width));
    if (!isBad) {
      this.good[bucket] = (this.good[bucket] ?? 0) + 1;
      total.good += 1;
      return false;
    }
    this.bad[bucket] = (this.bad[bucket] ?? 0) + 1;
    total.bad += 1;
    const all = total.bad + total.good;
    return all >= this.minimum && total.bad / all >= this.rate;
  }

  /** Empties the buckets up to the given time span and returns the position of its bucket. */
  private advance(span: number): number {
    if (span <= this.newest) return this.newest % this.buckets;
    for (let next = Math.max(this.newest + 1, span - this.buckets + 1); next <= span; next += 1) {
      const bucket = next % this.buckets;
      this.total.bad -= this.bad[bucket] ?? 0;
      this.total.good -= this.good[bucket] ?? 0;
      this.bad[bucket] = this.good[bucket] = 0;
    }
    this.newest = span;
    return span % this.buckets;
  }
}

/** The times of the calls, spread evenly over the window that ends now. */
function spread(calls: number, window: number): readonly number[] {
  const now = Date.now();
  return Array.from({ length: calls }, (_, call) => now - window * 0.9 * (1 - (call + 1) / calls));
}

/** Checks the counts after one run. The oldest bucket may have expired meanwhile. */
const isFull = (bad: number, good: number, calls: number): boolean =>
  bad + good <= calls + per && bad + good >= calls * 0.85 && Math.abs(bad / (bad + good) - 0.1) < 0.02;

const sizes = [
  { window: 10_000, calls: 100, label: '10 s, 100 calls' },
  { window: 10_000, calls: 100_000, label: '10 s, 100 000 calls' },
  { window: 600_000, calls: 100, label: '600 s, 100 calls' },
  { window: 600_000, calls: 100_000, label: '600 s, 100 000 calls' },
];

const [rule, policy, ring] = ['failureRate', 'circuitBreaker', 'hand-written ring'];

export const P9: Row = {
  title: 'record one outcome in a window that holds N calls',
  unit: 'ns',
  lines: [
    ...sizes.map(({ label }) => ({ ours: `${rule}: ${label}`, peer: `${ring}: ${label}`, atMost: 1.3 })),
    {
      sizes: sizes.map(({ label }) => `${rule}: ${label}`),
      ours: 'the most expensive of these four',
      peer: 'the cheapest of these four',
      atMost: 1.25,
    },
    ...sizes.map(({ label }) => ({ ours: `${policy}: ${label}`, peer: `${ring}: ${label}` })),
  ],
  subjects: () =>
    Object.fromEntries(
      sizes.flatMap(({ window, calls, label }) => [
        [`${rule}: ${label}`, byRule(window, calls)],
        [`${policy}: ${label}`, byPolicy(window, calls)],
        [`${ring}: ${label}`, byHand(window, calls)],
      ]),
    ),
};
