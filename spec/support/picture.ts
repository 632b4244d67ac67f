import { defer, Observable } from 'rxjs';
import type { Context } from 'rxjs-marbles/context.js';
import { it } from 'vitest';
import { marbles } from './marbles.js';

/*
 * A picture draws on one time axis what goes into an operator and what must come out:
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
 * `source` has one row per attempt, and the last row repeats; each begins when it is subscribed. `hot` in its place is one
 * hot source. Columns begin where the first marble does. A row without a label continues the label above it.
 *
 * `expected` has one row per consumer. In such a row `^` is where the consumer subscribes (the beginning, if there is
 * none) and `!` where it leaves:
 *
 *   source    -a|
 *   expected  -a|
 *             ---a|
 *             --^---!
 *
 * `subscriptions` has one row per attempt, or `none`.
 *
 * If `operate` returns several streams by name, `{ calls, events }`, the rows of their consumers have these labels.
 */

type Streams = Readonly<Record<string, Observable<unknown>>>;

interface Picture {
  readonly operate: (source: Observable<any>, m: Context) => Observable<unknown> | Streams;
  readonly diagram: string;
  /** The meaning of the diagram's letters. By default each letter stands for itself. */
  readonly values?: Readonly<Record<string, unknown>>;
  /**
   * The meaning of `#`.
   * @defaultValue 'error'
   */
  readonly error?: unknown;
}

export function picture(name: string, { operate, diagram, values, error }: Picture): void {
  const drawn = rows(diagram);
  const of = (label: string): string[] => drawn.filter((row) => row.label === label).map(({ marble }) => marble);
  const consumers = drawn.filter(({ label }) => !['source', 'hot', 'subscriptions'].includes(label));

  const check = marbles((m) => {
    const sources = [
      ...of('source').map((marble) => m.cold(marble, values, error)),
      ...of('hot').map((marble) => m.hot(marble, values, error)),
    ];
    const nth = (n: number): (typeof sources)[number] => {
      const attempt = sources[Math.min(n, sources.length - 1)];
      if (attempt === undefined) throw new Error(`${name}: the picture has no source`);
      return attempt;
    };
    let subscribed = 0;
    const result = operate(sources.length === 1 ? nth(0) : defer(() => nth(subscribed++)), m);
    const streams: Streams = result instanceof Observable ? { expected: result } : result;
    const undrawn = Object.keys(streams).filter((label) => of(label).length === 0);
    if (undrawn.length > 0) throw new Error(`${name}: the picture has no row ${undrawn.join()}`);

    for (const { label, marble } of consumers) {
      const stream = streams[label];
      if (stream === undefined) throw new Error(`${name}: the picture has a row ${label}, but operate no such stream`);
      m.expect(stream, stay(marble)).toBeObservable(marble.replace(/[\^!]/g, '-'), values, error);
    }
    const subscriptions = of('subscriptions');
    if (subscriptions.length === 0) return;
    for (const each of sources) {
      const own = subscriptions.filter((row, index) => row !== 'none' && nth(index) === each);
      m.expect(each).toHaveSubscriptions(own);
    }
  });
  it(name, () => {
    check();
  });
}

/** From when to when a consumer is subscribed: its row without what it receives. */
function stay(row: string): string | undefined {
  if (!/[\^!]/.test(row)) return undefined;
  return row.replace(/\d+m?s\b|[^\s^!()]/g, (token) => (token.length > 1 ? token : '-'));
}

/** The rows and their labels. Columns are counted from the first marble. */
function rows(diagram: string): { readonly label: string; readonly marble: string }[] {
  const lines = diagram.split('\n').filter((line) => line.trim() !== '');
  const first = /^\s*[a-z]+\s+/.exec(lines[0] ?? '')?.[0].length ?? 0;
  let label = '';
  return lines.map((line) => {
    label = line.slice(0, first).trim() || label;
    return { label, marble: line.slice(first).trimEnd() };
  });
}
