import { ok } from 'node:assert';
import { circuitBreaker, failureRate } from 'rxjs-reprise';
import { fresh } from '../job.js';
import type { Row, Subject } from '../row.js';

/*
 * One outcome goes into a window of rates: our rule, as a value, and what one writes by hand with the same ten gates. Both
 * read the clock, one call in ten is a failure, and both say after it whether to open. The whole policy of a circuit,
 * with its signal, its phases and its verdict, is shown beside them.
 */

const down = new Error('down');
const isBad = (call: number): boolean => call % 10 === 0;

/** So many are recorded in one run; the next goes on from there. */
const per = 100;

function byRule(within: number, calls: number): Subject {
  const rule = failureRate(0.5, { window: within });
  let filled = rule.fresh;
  return {
    per,
    prepare: fresh(within / 10, () => {
      filled = rule.fresh;
      for (const [call, at] of spread(calls, within).entries()) filled = rule.record(filled, at, isBad(call + 1));
    }),
    run: () => {
      let opens = 0;
      for (let call = 1; call <= per; call += 1) {
        const now = Date.now();
        filled = rule.record(filled, now, isBad(call));
        if (isBad(call) && rule.isReached(filled, now)) opens += 1;
      }
      return { window: filled, opens };
    },
    check: (answer) => {
      const { window, opens } = answer as { readonly window: unknown; readonly opens: number };
      const { bad, good } = rule.counts(window, Date.now());
      ok(
        opens === 0 && isFull(bad, good, calls),
        `${String(bad)} bad, ${String(good)} good, opened ${String(opens)} times`,
      );
    },
  };
}

function byPolicy(within: number, calls: number): Subject {
  const policy = circuitBreaker({ trip: failureRate(0.5, { window: within }) });
  let filled = policy.initial;
  const folded = (state: typeof filled, call: number, now: number): typeof filled =>
    policy.reduce(
      state,
      isBad(call)
        ? { kind: 'failure', ticket: call, now, random: 0, took: 5, error: down }
        : { kind: 'success', ticket: call, now, random: 0, took: 5 },
    ).state;
  return {
    per,
    prepare: fresh(within / 10, () => {
      filled = policy.initial;
      for (const [call, at] of spread(calls, within).entries()) filled = folded(filled, call + 1, at);
    }),
    run: () => {
      for (let call = 1; call <= per; call += 1) filled = folded(filled, call, Date.now());
      return filled;
    },
    check: (state) => {
      const { phase, failures, successes } = policy.view(state as typeof filled, Date.now());
      ok(
        phase === 'closed' && isFull(failures, successes, calls),
        `${String(failures)} bad, ${String(successes)} good`,
      );
    },
  };
}

function byHand(within: number, calls: number): Subject {
  let filled = new Ring(within, 0.5, 10);
  return {
    per,
    prepare: fresh(within / 10, () => {
      filled = new Ring(within, 0.5, 10);
      for (const [call, at] of spread(calls, within).entries()) filled.record(at, isBad(call + 1));
    }),
    run: () => {
      for (let call = 1; call <= per; call += 1) filled.record(Date.now(), isBad(call));
      return filled;
    },
    check: (ring) => {
      const { bad, good } = (ring as Ring).total;
      ok(isFull(bad, good, calls), `${String(bad)} bad, ${String(good)} good`);
    },
  };
}

/** A ring of counters that is changed in place, and its running total. */
class Ring {
  readonly total = { bad: 0, good: 0 };
  private readonly bad: number[];
  private readonly good: number[];
  private index = 0;
  private readonly width: number;

  constructor(
    within: number,
    private readonly rate: number,
    private readonly minimum: number,
    private readonly gates = 10,
  ) {
    this.width = within / gates;
    this.bad = Array.from({ length: gates }, () => 0);
    this.good = Array.from({ length: gates }, () => 0);
  }

  /** Whether it is time to open. */
  record(now: number, isBad: boolean): boolean {
    const { total } = this;
    const gate = this.turned(Math.floor(now / this.width));
    if (!isBad) {
      this.good[gate] = (this.good[gate] ?? 0) + 1;
      total.good += 1;
      return false;
    }
    this.bad[gate] = (this.bad[gate] ?? 0) + 1;
    total.bad += 1;
    const all = total.bad + total.good;
    return all >= this.minimum && total.bad / all >= this.rate;
  }

  /** The place of that stretch of time; those in between are emptied. */
  private turned(index: number): number {
    if (index <= this.index) return this.index % this.gates;
    for (let next = Math.max(this.index + 1, index - this.gates + 1); next <= index; next += 1) {
      const gate = next % this.gates;
      this.total.bad -= this.bad[gate] ?? 0;
      this.total.good -= this.good[gate] ?? 0;
      this.bad[gate] = this.good[gate] = 0;
    }
    this.index = index;
    return index % this.gates;
  }
}

/** The instants of so many calls, evenly over the window that ends now. */
function spread(calls: number, within: number): readonly number[] {
  const now = Date.now();
  return Array.from({ length: calls }, (_, call) => now - within * 0.9 * (1 - (call + 1) / calls));
}

/** What is in it after one run; the oldest gate may have left meanwhile. */
const isFull = (bad: number, good: number, calls: number): boolean =>
  bad + good <= calls + per && bad + good >= calls * 0.85 && Math.abs(bad / (bad + good) - 0.1) < 0.02;

const sizes = [
  { within: 10_000, calls: 100, as: '10 s, 100 calls' },
  { within: 10_000, calls: 100_000, as: '10 s, 100 000 calls' },
  { within: 600_000, calls: 100, as: '600 s, 100 calls' },
  { within: 600_000, calls: 100_000, as: '600 s, 100 000 calls' },
];

export const P9: Row = {
  title: 'one outcome goes into a window of so many calls',
  unit: 'ns',
  lines: [
    ...sizes.map(({ as }) => ({ ours: `failureRate: ${as}`, peer: `ring by hand: ${as}`, atMost: 1.3 })),
    { flat: sizes.map(({ as }) => `failureRate: ${as}`), as: 'the dearest of the four', atMost: 1.25 },
    ...sizes.map(({ as }) => ({ ours: `circuitBreaker: ${as}`, peer: `ring by hand: ${as}` })),
  ],
  subjects: () =>
    Object.fromEntries(
      sizes.flatMap(({ within, calls, as }) => [
        [`failureRate: ${as}`, byRule(within, calls)],
        [`circuitBreaker: ${as}`, byPolicy(within, calls)],
        [`ring by hand: ${as}`, byHand(within, calls)],
      ]),
    ),
};
