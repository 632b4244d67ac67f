import { defer, type Observable } from 'rxjs';
import type { Context } from 'rxjs-marbles/context.js';
import { it } from 'vitest';
import { marbles } from './marbles.js';

/*
 * One diagram says what goes in and what must come out, on one time axis:
 *
 *   picture('waits two frames', {
 *     operate: (source) => source.pipe(retryWithPolicy(both(fixed(2), retries(1)))),
 *     diagram: `
 *       source         -a#
 *       expected       -a---a#
 *       subscriptions  ^-!
 *                      ----^-!
 *     `,
 *   });
 *
 * A `source` of several rows gives each attempt a marble of its own, the last one repeating; each begins when it is
 * subscribed. `hot` in its place is one hot source. `unsubscribed` is when the consumer leaves. Columns begin where the
 * first marble does.
 */

interface Picture {
  readonly operate: (source: Observable<any>, m: Context) => Observable<unknown>;
  readonly diagram: string;
  /** What the diagram's letters stand for; themselves unless told. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** What its `#` is; `'error'` unless told. */
  readonly error?: unknown;
}

export function picture(name: string, { operate, diagram, values, error }: Picture): void {
  const { source = [], hot = [], expected, subscriptions, unsubscribed } = rows(diagram);
  if (expected?.length !== 1) throw new Error(`${name}: a picture says once what is expected`);
  const check = marbles((m) => {
    const sources = [
      ...source.map((marble) => m.cold(marble, values, error)),
      ...hot.map((marble) => m.hot(marble, values, error)),
    ];
    const nth = (n: number): (typeof sources)[number] => {
      const one = sources[Math.min(n, sources.length - 1)];
      if (one === undefined) throw new Error(`${name}: a picture has a source`);
      return one;
    };
    let subscribed = 0;
    const result = operate(sources.length === 1 ? nth(0) : defer(() => nth(subscribed++)), m);
    m.expect(result, unsubscribed?.[0]).toBeObservable(expected[0] ?? '', values, error);
    if (subscriptions === undefined) return;
    for (const each of sources) {
      m.expect(each).toHaveSubscriptions(subscriptions.filter((_, index) => nth(index) === each));
    }
  });
  it(name, () => {
    check();
  });
}

/** The rows of each label; a row without a label belongs to the one above. Columns are counted from the first marble. */
function rows(
  text: string,
): Partial<Record<'source' | 'hot' | 'expected' | 'subscriptions' | 'unsubscribed', string[]>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = /^\s*[a-z]+\s+/.exec(lines[0] ?? '')?.[0].length ?? 0;
  const table: Record<string, string[]> = {};
  let label = '';
  for (const line of lines) {
    label = line.slice(0, first).trim() || label;
    (table[label] ??= []).push(line.slice(first).trimEnd());
  }
  return table;
}
