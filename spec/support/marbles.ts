import { configure } from 'rxjs-marbles';
import { expect } from 'vitest';

/*
 * rxjs-marbles for vitest. What differs is shown as diagrams, one under the other:
 *
 *   - -a---a-#
 *   + -a----a-#
 *
 * The matcher reduces errors to `{ name, message }`: assert an error's identity by `asValue` or outside the marbles.
 */

interface Framed {
  readonly frame: number;
  readonly notification: { readonly kind: 'N' | 'E' | 'C'; readonly value?: unknown };
}
interface Subscribed {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

const gap = (frames: number): string => (frames > 40 ? ` ${String(frames)}ms ` : '-'.repeat(frames));

const symbol = ({ notification: { kind, value } }: Framed): string => {
  if (kind !== 'N') return kind === 'E' ? '#' : '|';
  return typeof value === 'string' && value.length === 1 ? value : JSON.stringify(value);
};

function drawn(events: readonly Framed[]): string {
  let line = '';
  let at = 0;
  for (let i = 0; i < events.length;) {
    const frame = events[i]?.frame ?? 0;
    const together = events.filter((event) => event.frame === frame).map(symbol);
    line += gap(frame - at) + (together.length > 1 ? `(${together.join('')})` : together.join(''));
    at = frame + 1;
    i += together.length;
  }
  return line;
}

const drawnSubscription = ({ subscribedFrame: on, unsubscribedFrame: off }: Subscribed): string => {
  if (off === on) return `${gap(on)}(^!)`;
  return `${gap(on)}^${off === Infinity ? '' : `${gap(off - on - 1)}!`}`;
};

const isAll = <T>(list: readonly unknown[], key: keyof T & string): list is T[] =>
  list.length > 0 && list.every((each) => typeof each === 'object' && each !== null && key in each);

function diagram(list: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined;
  if (isAll<Framed>(list, 'notification')) return drawn(list);
  if (isAll<Subscribed>(list, 'subscribedFrame')) return list.map(drawnSubscription).join('\n');
  return list.length === 0 ? '(nothing)' : undefined;
}

export const { marbles } = configure({
  run: true,
  frameworkMatcher: true,
  assert: (value: unknown, message: string) => {
    expect(value, message).toBeTruthy();
  },
  assertDeepEqual: (actual: unknown, expected: unknown) => {
    const [seen, wanted] = [diagram(actual), diagram(expected)];
    if (seen !== undefined && wanted !== undefined) expect(`\n${seen}\n`).toBe(`\n${wanted}\n`);
    expect(actual).toStrictEqual(expected);
  },
});
