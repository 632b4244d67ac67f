import { of, Subject, throwError, type Observable } from 'rxjs';
import {
  circuit,
  circuitBreak,
  concurrencyLimit,
  gate,
  guard,
  keyed,
  type Circuit,
  type KeyedGates,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { heapUsed } from '../../support/heap.js';
import { size } from '../../support/size.js';

/*
 * Theme: a flood of keys, 100 000 in a full run. Each is used once, as invented host names are, and memory stays flat.
 */

const flood = size(10_000, 100_000);
const noop = (): void => undefined;

/** Lets the current task end: until then the platform keeps what a `WeakRef` was made for. */
const nextTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The heap after the collector has run, several times: what a `WeakRef` holds stays for the current task. */
async function settledHeap(): Promise<number> {
  for (let time = 0; time < 5; time += 1) {
    heapUsed();
    await nextTask();
  }
  return heapUsed();
}

/**
 * How many bytes the heap may grow. What `for` has handed out leaves an entry of its key for as long as the collector has not
 * run, which is a twentieth of a circuit.
 */
const ways: readonly [string, number, (byHost: KeyedGates<Circuit>, key: string) => Observable<number>][] = [
  ['the option key', 1_000_000, (byHost, key) => of(1).pipe(circuitBreak(byHost, { key }))],
  ['for', 200 * flood, (byHost, key) => of(1).pipe(circuitBreak(byHost.for(key)))],
];

describe.each(ways)('a flood of keys by %s', (_, most, through) => {
  it('takes the memory of max gates, and leaves alone the one that is open and the one that runs', async () => {
    const byHost = keyed((host) => circuit({ name: host, threshold: 1 }), { max: 1000 });
    const isDown = byHost.for('down');
    throwError(() => new Error('down'))
      .pipe(circuitBreak(isDown))
      .subscribe({ error: noop });
    const running = byHost.for('running');
    const runs = new Subject<number>();
    runs.pipe(circuitBreak(byHost, { key: 'running' })).subscribe();

    let next = 0;
    const use = async (calls: number): Promise<void> => {
      for (const end = next + calls; next < end; next += 1) {
        through(byHost, `host-${String(next)}.example`).subscribe();
        if (byHost.size > 1000) throw new Error('more than max');
        if (next % 1000 === 0) await nextTask();
      }
    };
    await use(2000);
    const before = await settledHeap();
    await use(flood);
    const grownBy = (await settledHeap()) - before;

    expect(byHost.size).toBe(1000);
    expect(grownBy).toBeLessThan(most);
    expect(byHost.for('down')).toBe(isDown);
    expect(byHost.for('down').state.phase).toBe('open');
    expect(byHost.for('running')).toBe(running);
    runs.complete();
    expect(running.isInUse(0)).toBe(false);
  }, 120_000);
});

it('a flood of keys within one task takes the memory of max gates', () => {
  const byTenant = keyed((tenant) => gate(concurrencyLimit({ limit: 1 }), { name: tenant }), { max: 1000 });
  const use = (from: number, to: number): void => {
    for (let key = from; key < to; key += 1)
      of(1)
        .pipe(guard(byTenant, { key: String(key) }))
        .subscribe();
  };
  use(0, 2000);
  const before = heapUsed();
  use(2000, flood);
  expect(heapUsed() - before).toBeLessThan(1_000_000);
  expect(byTenant.size).toBe(1000);
}, 120_000);
