import { concat, NEVER, of, Subject, throwError, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  circuit,
  circuitBreak,
  guard,
  immediate,
  retryWithPolicy,
  type Circuit,
  type CircuitOptions,
} from 'rxjs-reprise';

/*
 * Theme: how the calls that wait for a circuit come back when it closes.
 */

const day = 86_400_000;
const clock = new VirtualTimeScheduler();

/** At which times `count` waiting calls start. `act` commands the circuit. */
function startsOf(count: number, options: CircuitOptions, act: (live: Circuit, after: After) => void): number[] {
  const scheduler = new VirtualTimeScheduler();
  const live = circuit({ threshold: 1, ...options, scheduler });
  const starts: number[] = [];
  act(live, (ms, then) => void scheduler.schedule(then, ms));
  for (let call = 0; call < count; call += 1) {
    const random = (): number => (call + 0.5) / count;
    of(call)
      .pipe(guard(live, { maxWait: Infinity, scheduler, random }))
      .subscribe(() => starts.push(scheduler.now()));
  }
  scheduler.flush();
  return starts;
}
type After = (ms: number, act: () => void) => void;

describe('calls that wait for a circuit', () => {
  it.each<[string, CircuitOptions, (live: Circuit, after: After) => void, number]>([
    [
      'is reset after a second of a day',
      {},
      (live, after) => {
        live.open(day);
        after(1000, () => {
          live.reset();
        });
      },
      1000,
    ],
    [
      'is reset after a second of 35 years',
      {},
      (live, after) => {
        live.open(2 ** 40);
        after(1000, () => {
          live.reset();
        });
      },
      1000,
    ],
    [
      'is disabled after a second of its open time',
      { resetAfter: 60_000 },
      (live, after) => {
        live.open();
        after(1000, () => {
          live.disable();
        });
      },
      1000,
    ],
    [
      'is opened for longer, and reset a second after it opened',
      {},
      (live, after) => {
        live.open(5000);
        after(500, () => {
          live.open(day);
        });
        after(1000, () => {
          live.reset();
        });
      },
      1000,
    ],
    [
      'is reset after a second, when they have been woken for a later time by another change',
      {},
      (live, after) => {
        live.open(day);
        after(999, () => {
          live.open(2 * day);
        });
        after(1000, () => {
          live.reset();
        });
      },
      1000,
    ],
    [
      'is closed by a probe that was let through after a second',
      {},
      (live, after) => {
        live.open(day);
        after(1000, () => {
          live.halfOpen();
          of('probe').pipe(circuitBreak(live)).subscribe();
        });
      },
      1000,
    ],
  ])('come within a tenth of the time that it was open, if it %s; a lone one comes at once', (_, options, act, at) => {
    expect(startsOf(1, options, act)).toEqual([at]);
    const starts = startsOf(4, options, act);
    expect(starts).toEqual([12.5, 37.5, 62.5, 87.5].map((ms) => at + ms));
  });

  it('come within a tenth of the time that it was open, if a probe is cancelled and its slot is free again', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ scheduler, resetAfter: 1000, halfOpen: { probeTimeout: day } });
    const starts: number[] = [];
    live.open();
    scheduler.schedule(() => {
      const probe = NEVER.pipe(circuitBreak(live)).subscribe();
      for (const draw of [0.25, 0.75]) {
        of(draw)
          .pipe(guard(live, { maxWait: 2 * day, scheduler, random: () => draw }))
          .subscribe(() => starts.push(scheduler.now()));
      }
      probe.unsubscribe();
    }, 1000);
    scheduler.flush();
    expect(starts).toEqual([1025, 1025]);
  });

  it('come within a tenth of its whole open time, if the clock jumps past it', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ resetAfter: 1000, scheduler });
    const starts: number[] = [];
    live.open();
    scheduler.schedule(() => {
      scheduler.frame = day;
      live.reset();
    }, 500);
    for (const draw of [0.25, 0.75]) {
      of(draw)
        .pipe(guard(live, { maxWait: 2 * day, scheduler, random: () => draw }))
        .subscribe(() => starts.push(scheduler.now() - day));
    }
    scheduler.flush();
    expect(starts).toEqual([25, 75]);
  });

  it('are spread when a probe times out that has delivered a value', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ scheduler, halfOpen: { probeTimeout: 50 } });
    const starts: number[] = [];
    live.open(1000);
    scheduler.schedule(() => {
      concat(of('a'), NEVER).pipe(circuitBreak(live)).subscribe();
      for (const draw of [0, 0.25, 0.75]) {
        of(draw)
          .pipe(guard(live, { maxWait: day, scheduler, random: () => draw }))
          .subscribe(() => starts.push(scheduler.now()));
      }
    }, 1000);
    scheduler.flush();
    expect(starts).toEqual([1050, 1075, 1125]);
  });
});

describe('calls that are admitted at the instant of a closing', () => {
  it.each<[string, (live: Circuit, probe: Subject<never>) => void]>([
    [
      'by a reset',
      (live) => {
        live.reset();
      },
    ],
    [
      'by a good probe',
      (_, probe) => {
        probe.complete();
      },
    ],
  ])('count: %s', (_, close) => {
    const live = circuit({ threshold: 3, resetAfter: 1000, scheduler: clock });
    const late: unknown[] = [];
    live.events$.subscribe((event) => event.kind === 'late' && late.push(event));
    const probe = new Subject<never>();
    live.open();
    live.halfOpen();
    probe.pipe(circuitBreak(live)).subscribe();
    for (let call = 0; call < 10; call += 1) {
      throwError(() => new Error('down'))
        .pipe(guard(live, { maxWait: Infinity, scheduler: clock, random: () => 0 }))
        .subscribe({ error: () => undefined });
    }
    close(live, probe);
    expect(live.state.phase).toBe('open');
    expect(late).toEqual([]);
  });

  it('count as gates of a retry too', () => {
    const live = circuit({ threshold: 3, resetAfter: 1000, scheduler: clock });
    live.open();
    for (let call = 0; call < 3; call += 1) {
      throwError(() => new Error('down'))
        .pipe(retryWithPolicy(immediate, { gates: [live], scheduler: clock, random: () => 0 }))
        .subscribe({ error: () => undefined });
    }
    live.reset();
    expect(live.state.phase).toBe('open');
  });
});
