import {
  defer,
  forkJoin,
  map,
  range,
  concatMap,
  timer,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fixed, gate, hedge, latencyQuantile, retryBudget, type HedgeOptions } from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';
import { textOf } from '../../support/sources.js';

/*
 * What hedges do to the tail, and what they cost, with the real operator in virtual time.
 *
 * The service is of the kind that J. Dean and L. A. Barroso describe in "The Tail at Scale" (Communications of the ACM,
 * February 2013): a read is over when all of its parts are there, and a few parts are very slow. They hedged reads of
 * BigTable after 10 ms, and the 99.9th percentile fell from 1800 ms to 74 ms for 2 % more requests.
 */

interface Load {
  /** How many milliseconds an attempt takes for a draw in [0, 1). */
  readonly service: (draw: number) => number;
  readonly reads: number;
  readonly parts: number;
  readonly through: (clock: Pick<HedgeOptions, 'scheduler'>) => MonoTypeOperatorFunction<number>;
}

interface Result {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Requests for each part. */
  readonly requests: number;
}

function run({ service, reads, parts, through }: Load): Result {
  const scheduler = new VirtualTimeScheduler(undefined, Infinity);
  const random = seededRandom(1);
  const times: number[] = [];
  let requests = 0;
  const part = defer(() => {
    requests += 1;
    return timer(service(random()), scheduler).pipe(map(() => 1));
  }).pipe(through({ scheduler }));
  range(reads)
    .pipe(
      concatMap(() => {
        const start = scheduler.now();
        return forkJoin(Array.from({ length: parts }, () => part)).pipe(map(() => scheduler.now() - start));
      }),
    )
    .subscribe((time) => times.push(time));
  scheduler.flush();
  expect(times).toHaveLength(reads);
  times.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(times[Math.ceil(share * reads) - 1] ?? NaN);
  return {
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    requests: Math.round((1000 * requests) / reads / parts) / 1000,
  };
}

/** 98 of 100 attempts take 2 to 8 ms. The others have a Pareto tail: one in 10 000 takes longer than 1800 ms. */
const tailed = (draw: number): number =>
  draw < 0.98 ? 2 + (6 * draw) / 0.98 : 10 * ((1 - draw) / 0.02) ** -(Math.log(180) / Math.log(200));

/** 99 of 100 attempts take 10 to 30 ms, the others a second. */
const slowPercent = (draw: number): number => (draw < 0.99 ? 10 + (20 * draw) / 0.99 : 1000);

/** Every attempt is slow: 300 to 500 ms. */
const slow = (draw: number): number => 300 + 200 * draw;

const plain: Load['through'] = () => (source) => source;
const fixedWait =
  (ms: number): Load['through'] =>
  (clock) =>
    hedge(fixed(ms), clock);
const quantile: Load['through'] = (clock) => hedge(gate(latencyQuantile(0.95), clock), clock);
const budgeted =
  (ms: number): Load['through'] =>
  (clock) =>
    hedge(fixed(ms), { ...clock, budget: gate(retryBudget({ ratio: 0.05, reserve: 0 }), clock) });

/** The rows of a table of `docs/hedging.md`. */
const documented = textOf('docs/hedging.md').replace(/ +/g, ' ');

function expectRow(title: string, { p50, p99, p999, requests }: Result): void {
  const cost = `+${((requests - 1) * 100).toFixed(1)} %`;
  const times = [p50, p99, p999].map((ms) => `${String(ms)} ms`);
  expect(documented).toContain(`| ${[title, ...times, cost].join(' | ')} |`);
}

describe('reads of ten parts, with a tail as in "The Tail at Scale"', { timeout: 60_000 }, () => {
  const reads = { service: tailed, reads: 2000, parts: 10 };

  it('have a 99.9th percentile of about 1800 ms without hedges', () => {
    const result = run({ ...reads, through: plain });
    expect(result.p999).toBeGreaterThan(1500);
    expect(result.p999).toBeLessThan(2100);
    expectRow('reads, no hedge', result);
  });

  it('have one below 100 ms with hedges after 10 ms, for 2 % more requests', () => {
    const result = run({ ...reads, through: fixedWait(10) });
    expect(result.p999).toBeLessThan(100);
    expect(result.requests).toBeLessThan(1.025);
    expectRow('reads, `hedge(fixed(10))`', result);
  });

  it('have one below 100 ms with hedges after the 95th percentile, for at most 5 % more requests', () => {
    const result = run({ ...reads, through: quantile });
    expect(result.p999).toBeLessThan(100);
    expect(result.requests).toBeLessThan(1.052);
    expectRow('reads, `latencyQuantile(0.95)`', result);
  });
});

describe('calls of a service of which one in a hundred takes a second', { timeout: 60_000 }, () => {
  const calls = { service: slowPercent, reads: 10_000, parts: 1 };

  it.each([
    ['slow 1 %, no hedge', plain, [1000, 1000], [1, 1]],
    ['slow 1 %, `hedge(fixed(30))`', fixedWait(30), [50, 60], [1.005, 1.015]],
    ['slow 1 %, `latencyQuantile(0.95)`', quantile, [50, 70], [1.045, 1.052]],
    ['slow 1 %, `fixed(30)` and a budget of 5 %', budgeted(30), [50, 60], [1.005, 1.015]],
  ] as const)('%s', (title, through, p999, requests) => {
    const result = run({ ...calls, through });
    expect(result.p999).toBeGreaterThanOrEqual(p999[0]);
    expect(result.p999).toBeLessThanOrEqual(p999[1]);
    expect(result.requests).toBeGreaterThanOrEqual(requests[0]);
    expect(result.requests).toBeLessThanOrEqual(requests[1]);
    expectRow(title, result);
  });
});

describe('a service that has become slow receives', { timeout: 60_000 }, () => {
  const calls = { service: slow, reads: 2000, parts: 1 };

  it.each([
    ['all slow, no hedge', plain, [1, 1]],
    ['all slow, `hedge(fixed(30))`', fixedWait(30), [2, 2]],
    ['all slow, `latencyQuantile(0.95)`', quantile, [1.04, 1.06]],
    ['all slow, `fixed(30)` and a budget of 5 %', budgeted(30), [1.03, 1.05]],
  ] as const)('%s', (title, through, requests) => {
    const result = run({ ...calls, through });
    expect(result.requests).toBeGreaterThanOrEqual(requests[0]);
    expect(result.requests).toBeLessThanOrEqual(requests[1]);
    expectRow(title, result);
  });
});
