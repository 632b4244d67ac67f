import { shown } from '../report/text.js';

/*
 * What a TestScheduler saw, drawn as marbles.
 */

/** Something that a stream said, and when. */
export interface Framed {
  readonly frame: number;
  readonly notification: { readonly kind: 'N' | 'E' | 'C'; readonly value?: unknown; readonly error?: unknown };
}

/** When a source was subscribed, and left. */
export interface Subscribed {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** The list as one line for each of its streams; `undefined` if it is nothing that can be drawn. */
export function diagram(list: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined;
  if (isAll<Framed>(list, 'notification')) return line(list);
  if (isAll<Subscribed>(list, 'subscribedFrame')) return list.map(subscriptionLine).join('\n');
  return list.length === 0 ? '(nothing)' : undefined;
}

const isAll = <T>(list: readonly unknown[], key: keyof T & string): list is T[] =>
  list.length > 0 && list.every((each) => typeof each === 'object' && each !== null && key in each);

/** Frames in which nothing happens. */
const gap = (frames: number): string => (frames > 40 ? ` ${String(frames)}ms ` : '-'.repeat(frames));

function line(events: readonly Framed[]): string {
  let drawn = '';
  let at = 0;
  for (const frame of new Set(events.map((event) => event.frame))) {
    const together = events.filter((event) => event.frame === frame).map(({ notification }) => symbolOf(notification));
    drawn += gap(frame - at) + (together.length > 1 ? `(${together.join('')})` : together.join(''));
    at = frame + 1;
  }
  return drawn;
}

/** A value of one letter is itself. */
function symbolOf({ kind, value }: Framed['notification']): string {
  if (kind !== 'N') return kind === 'E' ? '#' : '|';
  return typeof value === 'string' && value.length === 1 ? value : shown(value);
}

function subscriptionLine({ subscribedFrame: on, unsubscribedFrame: off }: Subscribed): string {
  if (off === on) return `${gap(on)}(^!)`;
  return `${gap(on)}^${off === Infinity ? '' : `${gap(off - on - 1)}!`}`;
}
