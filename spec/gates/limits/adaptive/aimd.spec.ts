import { describe, expect, it } from 'vitest';
import { aimd, CircuitOpenError, concurrencyLimit, gate, type Signal } from 'rxjs-reprise';
import { ask, cancel, failure, folded, success } from '../../../support/log.js';

/** What a limit does after each end of an attempt: how many run, how the attempt ends, and the limit after it. */
type Row = readonly [running: number, end: Signal, limit: number];

/** The limits after each row. All attempts of a row start together. */
function limits(rule: ReturnType<typeof aimd>, rows: readonly Row[]): number[] {
  let state: unknown = rule.initial;
  return rows.map(([running, end]) => {
    if (end.kind !== 'success' && end.kind !== 'failure' && end.kind !== 'cancel') return NaN;
    ({ state } = rule.onEnd(state, end, running));
    return rule.limitOf(state);
  });
}

const good = (now: number, took = 10) => success(now, { took });
const bad = (now: number, took = 10) => failure(now, { took });

describe.each<[title: string, rule: ReturnType<typeof aimd>, rows: readonly Row[]]>([
  [
    'grows by 1 when as many attempts as the limit have ended well',
    aimd({ initial: 2 }),
    [
      [2, good(10), 2],
      [2, good(20), 3],
      [3, good(30), 3],
      [3, good(40), 3],
      [3, good(50), 4],
    ],
  ],
  [
    'does not grow while less than half of it is used',
    aimd({ initial: 5 }),
    [
      ...Array.from({ length: 9 }, (_, index): Row => [2, good(10 * index + 10), 5]),
      ...Array.from({ length: 4 }, (_, index): Row => [3, good(10 * index + 100), 5]),
      [3, good(140), 6],
    ],
  ],
  [
    'is never above max',
    aimd({ initial: 1, max: 2 }),
    [
      [1, good(10), 2],
      [2, good(20), 2],
      [2, good(30), 2],
      [2, good(40), 2],
    ],
  ],
  [
    'is multiplied by backoff at a failure, rounded down, and lowered by at least 1, never below min',
    aimd({ initial: 40, backoff: 0.5, min: 3 }),
    [
      [40, bad(10), 20],
      [20, bad(30), 10],
      [10, bad(50), 5],
      [5, bad(70), 3],
      [3, bad(90), 3],
    ],
  ],
  [
    'is multiplied by 0.9 by default',
    aimd({ initial: 25 }),
    [
      [25, bad(10), 22],
      [22, bad(30), 19],
    ],
  ],
  [
    'is lowered once for attempts that ran together',
    aimd({ initial: 100 }),
    [
      [100, bad(10), 90],
      [99, bad(10), 90],
      [98, bad(11, 11), 90],
      [97, bad(500, 491), 90],
      [90, bad(501, 491), 81],
      [80, bad(501, 0), 81],
    ],
  ],
  [
    'is lowered once for attempts that fail in the instant in which they start',
    aimd({ initial: 100 }),
    [
      [1, bad(10, 0), 90],
      [1, bad(10, 0), 90],
      [1, bad(11, 0), 81],
    ],
  ],
  [
    'counts good attempts anew after it was lowered',
    aimd({ initial: 4 }),
    [
      [4, good(10), 4],
      [4, good(10), 4],
      [4, good(10), 4],
      [4, bad(10), 3],
      [3, good(20), 3],
      [3, good(20), 3],
      [3, good(20), 4],
    ],
  ],
  [
    'is lowered by an attempt that took longer than the timeout, however it ends',
    aimd({ initial: 50, timeout: 100 }),
    [
      [50, good(100, 100), 50],
      [50, good(101, 101), 45],
      [45, cancel(250, { took: 101 }), 40],
      [40, cancel(350, { took: 100 }), 40],
    ],
  ],
  [
    'ignores an attempt whose consumer left, if there is no timeout',
    aimd({ initial: 1 }),
    [
      [1, cancel(1e6, { took: 1e6 }), 1],
      [1, good(1e6 + 10), 2],
    ],
  ],
  [
    'ignores aborts and rejections of other gates',
    aimd({ initial: 10 }),
    [
      [10, failure(10, { error: new CircuitOpenError('payments', 'open', 5) }), 10],
      [10, failure(20, { error: new DOMException('left', 'AbortError') }), 10],
      [10, failure(30, { error: new Error('down') }), 9],
    ],
  ],
  [
    'asks classify: an answer counts as good, and what says nothing does not count',
    aimd({ initial: 1, classify: (error) => (error === 404 ? 'success' : error === 'busy' ? 'failure' : 'ignore') }),
    [
      [1, failure(10, { error: 'elsewhere' }), 1],
      [1, failure(20, { error: 404 }), 2],
      [2, failure(30, { error: 'busy' }), 1],
    ],
  ],
])('%s', (_, rule, rows) => {
  it('row by row', () => {
    expect(limits(rule, rows)).toEqual(rows.map(([, , limit]) => limit));
  });
});

describe('aimd', () => {
  it('begins at 20, or at the nearest bound', () => {
    const initial = (rule: ReturnType<typeof aimd>): number => rule.limitOf(rule.initial);
    expect(initial(aimd())).toBe(20);
    expect(initial(aimd({ max: 5 }))).toBe(5);
    expect(initial(aimd({ min: 30 }))).toBe(30);
    expect(initial(aimd({ min: 3000 }))).toBe(3000);
    expect(aimd().max).toBe(1000);
    expect(aimd({ min: 3000 }).max).toBe(3000);
  });

  it('returns the same state if nothing changes', () => {
    const policy = concurrencyLimit({ limit: aimd({ initial: 4 }) });
    const state = folded(policy, [ask(0), ask(0, { ticket: 2 })]);
    expect(policy.reduce(state, success(9, { ticket: 7 })).state).toBe(state);
    const rule = aimd({ initial: 4 });
    for (const end of [good(10), cancel(10), failure(10, { error: new DOMException('left', 'AbortError') })])
      if (end.kind !== 'ask') expect(rule.onEnd(rule.initial, end as never, 1).state).toBe(rule.initial);
  });

  it('counts an attempt as a failure if classify throws, and rethrows', () => {
    const wrong = new Error('classify is wrong');
    const classify = (): never => {
      throw wrong;
    };
    const slots = gate(concurrencyLimit({ limit: aimd({ initial: 10, classify }) }));
    slots.fold(ask(0));
    const { thrown, wait } = slots.fold(failure(10, { took: 10 }));
    expect([thrown, wait]).toEqual([{ error: wrong }, 0]);
    expect(slots.state).toEqual({ running: 0, waiting: 0, free: 9, limit: 9 });
  });
});
