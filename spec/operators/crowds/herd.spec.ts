import { defer, switchMap, tap, timer, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { circuit, immediate, retryWithPolicy } from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';
import { outcome } from '../../support/stage.js';

/*
 * A herd: many streams wait for one circuit while a service is down, and all want to return when it is up again.
 */

const down = new Error('down');

describe('300 streams that wait for one circuit', () => {
  it.each([
    [1, 60_000],
    [2, 60_000],
    [3, 60_000],
    [1, 30_000],
    [2, 30_000],
    [1, 10_000],
  ])('come back soon, but not at once (seed %i, open %i ms)', (seed, resetAfter) => {
    const scheduler = new VirtualTimeScheduler();
    const random = seededRandom(seed);
    const live = circuit({ resetAfter, halfOpen: { probeTimeout: 5000 }, scheduler, random });
    let isUp = false;
    scheduler.schedule(() => (isUp = true), 50_000);
    const starts: number[] = [];
    const request = defer(() => {
      starts.push(scheduler.now());
      const wasUp = isUp;
      return timer(20, scheduler).pipe(
        tap(() => {
          if (!wasUp) throw down;
        }),
      );
    });
    const seen = Array.from({ length: 300 }, () =>
      outcome(
        timer(random() * 30_000, scheduler).pipe(
          switchMap(() => request.pipe(retryWithPolicy(immediate, { gates: [live], scheduler, random }))),
        ),
      ),
    );
    scheduler.flush();
    expect(seen.filter(({ end }) => end === 'complete')).toHaveLength(300);

    const recovery = starts.filter((at) => at >= 50_000);
    const [probe = NaN, ...rest] = recovery;
    expect(recovery).toHaveLength(300);
    expect(Math.max(...rest) - (probe + 20)).toBeLessThanOrEqual(resetAfter / 10);
    const within100 = recovery.map((from) => recovery.filter((at) => at >= from && at < from + 100).length);
    // 300 in one second are 30 in 100 ms on average: a shorter open time cannot achieve both.
    if (resetAfter > 10_000) expect(Math.max(...within100)).toBeLessThanOrEqual(30);
  });
});
