import { describe, expect, it } from 'vitest';
import { concurrencyLimit, vegas, type GatePolicy } from 'rxjs-reprise';
import { simulate, type SimulateOptions, type SimulationResult } from 'rxjs-reprise/lab';
import { textOf } from '../support/sources.js';

/*
 * A service whose capacity halves and recovers. A limit that follows it keeps what calls take, a fixed one does not.
 */

const halved = { kind: 'reduced', from: 40_000, to: 80_000, capacity: 250 } as const;

const load: SimulateOptions = {
  clients: 4000,
  calls: { every: 10_000 },
  service: { latency: { median: 50, p99: 80 }, capacity: 500, queue: 5000, timeout: 5000, outages: [halved] },
  duration: 120_000,
  slot: 1000,
};

const play = (limit?: GatePolicy): SimulationResult =>
  simulate({ ...load, ...(limit && { guard: { gates: [limit], maxWait: 100 } }) });

/** The mean of a series in the last 20 of 40 seconds: before, during and after the outage. */
const phasesOf = (series: readonly number[]): readonly number[] =>
  [40, 80, 120].map((end) => series.slice(end - 20, end).reduce((sum, each) => sum + each, 0) / 20);

function rowOf(title: string, { series }: SimulationResult): string {
  const limits = phasesOf(series.limit);
  const times = phasesOf(series.timeToSuccess);
  const cells = phasesOf(series.successes).flatMap((answers, phase) => [
    ...(title === 'no limit' ? ['-'] : [Number(limits[phase]).toFixed(0)]),
    answers < 1 ? '-' : `${Number(times[phase]).toFixed(0)} ms`,
    answers.toFixed(0),
  ]);
  return `| ${[title, ...cells].join(' | ')} |`;
}

describe('a service whose capacity halves and recovers', { timeout: 60_000 }, () => {
  const documented = textOf('docs/lab.md').replace(/ +/g, ' ');

  it.each<readonly [string, GatePolicy | undefined]>([
    ['no limit', undefined],
    ['`limit: 15`', concurrencyLimit({ limit: 15 })],
    ['`limit: 50`', concurrencyLimit({ limit: 50 })],
    ['`limit: 150`', concurrencyLimit({ limit: 150 })],
    ['`limit: vegas()`', concurrencyLimit({ limit: vegas() })],
  ])('%s', (title, limit) => {
    expect(documented).toContain(rowOf(title, play(limit)));
  });

  it('is followed by vegas: a lower limit while it is halved, as many answers, and less than the time of a fixed limit', () => {
    const following = play(concurrencyLimit({ limit: vegas() })).series;
    const fixed = play(concurrencyLimit({ limit: 50 })).series;
    const [before, during, after] = phasesOf(following.limit);
    expect(during).toBeLessThan(Number(before) / 2);
    expect(after).toBeGreaterThan(2 * Number(during));
    expect(phasesOf(following.successes)[1]).toBeGreaterThan(0.95 * 250);
    expect(phasesOf(following.timeToSuccess)[1]).toBeLessThan(0.7 * Number(phasesOf(fixed.timeToSuccess)[1]));
    expect(phasesOf(following.successes)[2]).toBeGreaterThan(0.97 * 400);
  });
});

it('without a concurrency limit, the limit of the series is 0, and with one in each process it is their mean', () => {
  expect(new Set(play().series.limit)).toEqual(new Set([0]));
  const small = { clients: 4, duration: 1000, processes: 2, gates: [concurrencyLimit({ limit: 3 })] };
  expect(new Set(simulate(small).series.limit)).toEqual(new Set([3]));
});
